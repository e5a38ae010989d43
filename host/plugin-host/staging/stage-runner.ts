import { createHash } from 'node:crypto'
import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { makeReadOnly, removeReadOnly } from './read-only.js'

const bundle = fileURLToPath(new URL('../runner/runner.bundle.cjs', import.meta.url))
const name = 'runner.cjs'

/**
 * Puts the runner where every plugin's user can read it: the program itself may lie in somebody's private home.
 * Other versions of it are removed.
 * @param folder where the runner's versions lie
 * @param temporary gives a path that nothing has, in the same file system
 * @returns the path of the copy
 */
export async function stageRunner(folder: string, temporary: () => string): Promise<string> {
  const text = await readFile(bundle)
  const hash = createHash('sha256').update(text).digest('hex')
  const path = join(folder, hash, name)
  const there = await readFile(path).catch(() => null)
  const isWhole = there?.equals(text) ?? false
  for (const version of await readdir(folder)) {
    if (version !== hash || !isWhole) await removeReadOnly(join(folder, version), temporary())
  }
  if (!isWhole) {
    const draft = temporary()
    await mkdir(draft, { mode: 0o700 })
    await writeFile(join(draft, name), text, { mode: 0o600 })
    await rename(draft, join(folder, hash))
  }
  await makeReadOnly(join(folder, hash))
  return path
}
