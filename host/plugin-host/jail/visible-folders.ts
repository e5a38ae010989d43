import { lstatSync, readlinkSync } from 'node:fs'

const candidates = [
  ...['/usr', '/etc', '/bin', '/sbin', '/lib', '/lib32', '/lib64', '/libx32'],
  ...['/nix/store', '/gnu/store'],
]

/** Where a system keeps programs, libraries and settings: those of these folders that it has. */
export function visibleFolders(): { path: string; link: string | null }[] {
  return candidates.flatMap((path) => {
    const stat = lstatSync(path, { throwIfNoEntry: false })
    if (stat === undefined) return []
    return { path, link: stat.isSymbolicLink() ? readlinkSync(path) : null }
  })
}

/** Whether a path lies in a folder, or is it. */
export function isWithin(path: string, folder: string): boolean {
  return path === folder || path.startsWith(`${folder}/`)
}
