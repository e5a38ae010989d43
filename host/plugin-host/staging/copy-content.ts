import { constants } from 'node:fs'
import { mkdir, open } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Content } from '../discovery/content.js'
import { inParallel, openFiles } from '../discovery/in-parallel.js'
import { readSource } from '../discovery/source-file.js'

/**
 * Copies what a folder holds, byte by byte: a hard link would change with the original. Of the modes nothing
 * is taken over, so no set-uid bit is either.
 * @param to is made, for the host's user alone
 * @throws Changed when the folder is not what was listed any more
 */
export async function copyContent(
  from: string,
  content: Content,
  to: string,
  ownedSafely: boolean,
): Promise<void> {
  await mkdir(to, { mode: 0o700 })
  for (const folder of new Set(content.files.map(({ path }) => dirname(path)))) {
    await mkdir(join(to, folder), { recursive: true, mode: 0o700 })
  }
  await inParallel(openFiles, content.files, async ({ path, source, size }) => {
    const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW
    const copy = await open(join(to, path), flags, 0o600)
    try {
      await readSource(from, source, { limit: size, ownedSafely, take: (part) => copy.write(part) })
    } finally {
      await copy.close()
    }
  })
}
