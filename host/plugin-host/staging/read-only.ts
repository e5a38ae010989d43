import { chmod, lchown, lstat, readdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'

/**
 * Makes a copy what nobody writes to, and everybody who reaches it can read; nothing happens when it is. An ordinary
 * user's plugins run as that user, so that read-only folders would only be in the way of whoever removes the state
 * folder.
 */
export async function makeReadOnly(folder: string): Promise<void> {
  const isRoot = process.geteuid!() === 0
  const folderMode = isRoot ? 0o555 : 0o755
  // It comes last, and tells that the rest was done.
  if (((await lstat(folder)).mode & 0o7777) === folderMode) return
  for (const { path, isFolder } of (await entriesOf(folder)).reverse()) {
    if (isRoot) await lchown(path, 0, 0)
    await chmod(path, isFolder ? folderMode : 0o444)
  }
}

/**
 * Removes a read-only copy. It first gets another name, so that no half of it is ever found under its own.
 * @param passing a path that nothing has, in the same file system
 */
export async function removeReadOnly(folder: string, passing: string): Promise<void> {
  // Who is not root may only move a folder that they may write to. The target of a link stays as it is.
  if ((await lstat(folder)).isDirectory()) await chmod(folder, 0o700)
  await rename(folder, passing)
  await discard(passing)
}

/** Removes a folder whatever its modes are, if it is there. */
export async function discard(folder: string): Promise<void> {
  try {
    for (const { path, isFolder } of await entriesOf(folder)) if (isFolder) await chmod(path, 0o700)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
  await rm(folder, { recursive: true, force: true })
}

/** The files and folders of a copy, itself first. A copy has no links; one that is there is not followed. */
async function entriesOf(folder: string): Promise<{ path: string; isFolder: boolean }[]> {
  if (!(await lstat(folder)).isDirectory()) return []
  const below = await readdir(folder, { withFileTypes: true, recursive: true })
  const entries = below.filter((entry) => entry.isFile() || entry.isDirectory())
  return [
    { path: folder, isFolder: true },
    ...entries.map((entry) => ({
      path: join(entry.parentPath, entry.name),
      isFolder: entry.isDirectory(),
    })),
  ]
}
