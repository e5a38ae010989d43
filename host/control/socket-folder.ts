import { chmodSync, type Stats } from 'node:fs'
import { claimdError } from '../core/errors.js'
import { makeFolders } from '../lib/make-folders.js'
import { type Step, wayTo } from '../lib/way.js'

const S_ISVTX = 0o1000
const S_IWGRP = 0o020
const S_IWOTH = 0o002

/**
 * Makes the folder of the socket if there is none: 0755 for root, whose socket's group must get to it, else
 * 0700. One that exists is left as it is.
 * @throws {ClaimdError} `SOCKET_FOLDER_UNSAFE` when another user could put a socket of his own in there, or, for root, when
 *   he could put another folder in its place.
 */
export function prepareSocketFolder(folder: string, user: number = process.geteuid!()): void {
  const mode = user === 0 ? 0o755 : 0o700
  refuseUnsafe(folder, user)
  // Past the umask of whoever started the daemon.
  if (makeFolders(folder, mode)) chmodSync(folder, mode)
  refuseUnsafe(folder, user)
}

function refuseUnsafe(folder: string, user: number): void {
  const unsafe = firstUnsafe(folder, user)
  if (!unsafe) return
  const { path, stats } = unsafe
  throw claimdError('SOCKET_FOLDER_UNSAFE', {
    message: `Another user could replace a socket in ${folder}`,
    found: `${path} of user ${stats.uid} with mode ${(stats.mode & 0o7777).toString(8).padStart(4, '0')}`,
    expected:
      user === 0
        ? 'folders and links of root on the whole way there, to which others cannot write'
        : `a folder of root or user ${user} that others cannot write to`,
    remedy: 'Choose another place for the socket with --socket or CLAIMD_SOCKET.',
  })
}

function firstUnsafe(folder: string, user: number): Step | null {
  try {
    for (const step of wayTo(folder)) {
      // Where ordinary users put their sockets, the system may have an owner that their container does not know.
      if ((user === 0 || step.isLast) && !isSafe(step.stats, user)) return step
    }
  } catch (error) {
    // The rest of it is made.
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
  return null
}

function isSafe(stats: Stats, user: number): boolean {
  const { uid, gid, mode } = stats
  if (uid !== 0 && uid !== user) return false
  // The mode of a link means nothing. In a sticky folder nobody can replace what is not theirs.
  if (stats.isSymbolicLink() || (mode & S_ISVTX) !== 0) return true
  // Many users have a group of their own.
  const isOthersGroup = gid !== 0 && gid !== process.getegid!()
  return (mode & S_IWOTH) === 0 && ((mode & S_IWGRP) === 0 || !isOthersGroup)
}
