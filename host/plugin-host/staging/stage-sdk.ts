import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { discard, makeReadOnly, removeReadOnly } from './read-only.js'

const source = fileURLToPath(new URL('sdk', import.meta.url))
const files = ['package.json', 'index.js']

/**
 * Puts what plugins may import of `@claimd/sdk` where Node finds it from their copies: into a folder
 * `node_modules` above them. It is the version that this host carries; another one is replaced.
 * @param modules the folder `node_modules`
 * @param temporary gives a path that nothing has, in the same file system
 */
export async function stageSdk(modules: string, temporary: () => string): Promise<void> {
  const place = join(modules, '@claimd', 'sdk')
  const texts = await Promise.all(files.map((file) => readFile(join(source, file))))
  if (!(await holds(place, texts))) {
    const draft = temporary()
    await mkdir(draft, { mode: 0o700 })
    for (const [index, text] of texts.entries()) {
      await writeFile(join(draft, files[index]!), text, { mode: 0o600 })
    }
    await mkdir(dirname(place), { recursive: true, mode: 0o755 })
    await removeReadOnly(place, temporary()).catch((error: NodeJS.ErrnoException) =>
      // A file or a link in its place.
      error.code === 'ENOENT' ? undefined : discard(place),
    )
    await rename(draft, place)
  }
  await makeReadOnly(place)
}

/** Whether a folder holds these files, and nothing else. */
async function holds(folder: string, texts: readonly Buffer[]): Promise<boolean> {
  try {
    if ((await readdir(folder)).length !== files.length) return false
    const found = await Promise.all(files.map((file) => readFile(join(folder, file))))
    return found.every((text, index) => text.equals(texts[index]!))
  } catch {
    return false
  }
}
