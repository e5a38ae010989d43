import { chmodSync, statSync } from 'node:fs'
import { claimdError } from '../core/errors.js'
import { makeFolders } from '../lib/make-folders.js'

const S_ISVTX = 0o1000
const S_IWGRP = 0o020
const S_IWOTH = 0o002

/**
 * Makes the folder of the socket if there is none: 0755 for root, whose socket's group must get to it, else
 * 0700. One that exists is left as it is.
 * @throws {ClaimdError} `SOCKET_FOLDER_UNSAFE` when another user could put a socket of his own in there.
 */
export function prepareSocketFolder(folder: string, user: number = process.geteuid!()): void {
  const mode = user === 0 ? 0o755 : 0o700
  if (makeFolders(folder, mode)) {
    // Past the umask of whoever started the daemon.
    chmodSync(folder, mode)
    return
  }
  const { uid, gid, mode: found } = statSync(folder)
  // Many users have a group of their own.
  const othersGroup = gid !== 0 && gid !== process.getegid!()
  const writable = (found & S_IWOTH) !== 0 || ((found & S_IWGRP) !== 0 && othersGroup)
  const openToOthers = writable && (found & S_ISVTX) === 0
  if ((uid === 0 || uid === user) && !openToOthers) return
  throw claimdError('SOCKET_FOLDER_UNSAFE', {
    message: `Another user could replace a socket in ${folder}`,
    found: `a folder of user ${uid} with mode ${(found & 0o7777).toString(8).padStart(4, '0')}`,
    expected: `a folder of root or user ${user} that others cannot write to`,
    remedy: 'Choose another place for the socket with --socket or CLAIMD_SOCKET.',
  })
}
