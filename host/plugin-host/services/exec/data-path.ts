import { lstat, realpath } from 'node:fs/promises'
import { dirname, normalize } from 'node:path'

/**
 * Whether a path leads into a folder, or to the folder itself. What is not there yet counts where it would be;
 * links on the way are followed.
 */
export async function isInDataFolder(path: string, folder: string): Promise<boolean> {
  if (!isBelow(path, folder) || normalize(path) !== path) return false
  const real = await realpath(folder).catch(() => null)
  // Without the folder there is nothing in it that could lead out.
  if (real === null) return true
  for (let there = path; there !== folder; there = dirname(there)) {
    const found = await realpath(there).catch((error: NodeJS.ErrnoException) => error)
    if (typeof found === 'string') return isBelow(found, real)
    // A link that leads to nothing, or round in circles, may lead anywhere later.
    if (found.code !== 'ENOENT' || (await isLink(there))) return false
  }
  return true
}

function isBelow(path: string, folder: string): boolean {
  return path === folder || path.startsWith(`${folder}/`)
}

async function isLink(path: string): Promise<boolean> {
  return lstat(path).then(
    (stats) => stats.isSymbolicLink(),
    () => false,
  )
}
