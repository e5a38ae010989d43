import type { Stats } from 'node:fs'

/** What `stat` tells about who may change something. */
export type Ownership = Pick<Stats, 'uid' | 'mode'>

/** The bits of a mode that let group or others write. */
export const writableByOthers = 0o022
const sticky = 0o1000
const typeMask = 0o170000
const folderType = 0o040000
const linkType = 0o120000

/**
 * Whether nobody but root and the user who runs the host can change a file or folder. In a sticky folder that
 * others may write to, they cannot touch what is not theirs. The mode of a link means nothing.
 */
export function isTrusted({ uid, mode }: Ownership): boolean {
  if (uid !== 0 && uid !== process.geteuid!()) return false
  if (isLink({ mode }) || (mode & writableByOthers) === 0) return true
  return (mode & typeMask) === folderType && (mode & sticky) !== 0
}

export function isLink({ mode }: Pick<Ownership, 'mode'>): boolean {
  return (mode & typeMask) === linkType
}
