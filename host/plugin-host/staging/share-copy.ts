import { chmod, readdir, stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { Content } from '../discovery/content.js'

/**
 * Lets every user read a copy, and run those of its files that the owner of the original may run.
 * @param from the folder that was copied
 */
export async function shareCopy(from: string, { files }: Content, copy: string): Promise<void> {
  const sources = new Map(files.map(({ path, source }) => [join(copy, path), resolve(from, source)]))
  for (const entry of await readdir(copy, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name)
    await chmod(path, entry.isDirectory() || (await isExecutable(sources.get(path))) ? 0o755 : 0o644)
  }
  await chmod(copy, 0o755)
}

async function isExecutable(source: string | undefined): Promise<boolean> {
  return source !== undefined && ((await stat(source)).mode & 0o100) !== 0
}
