import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { type BigIntStats, chownSync, existsSync, linkSync, lstatSync, renameSync, unlinkSync } from 'node:fs'
import type { Server } from 'node:net'
import { basename, dirname, join, resolve } from 'node:path'
import { ClaimdError } from '@claimd/sdk'
import { checkSocketPath } from '@claimd/sdk/client'
import { claimdError } from '../core/errors.js'
import { groupNumber } from './group.js'
import { prepareSocketFolder } from './socket-folder.js'
import { whoListens } from './who-listens.js'

/** Members of this group may use the control socket of a daemon that runs as root. */
const socketGroup = 'claimd'
/** Two daemons that start at the same moment on the same stale file meet again once, not for ever. */
const attempts = 5

/** The file of a socket that a server of this process listens on. */
export interface SocketFile {
  /** Whether the file is still there, and this very one. */
  isInPlace(): boolean
  /** Removes the file, unless somebody has replaced it. */
  remove(): void
}

/**
 * Makes a server listen on a UNIX socket of mode 0660; a file that a dead daemon left is replaced.
 *
 * The socket is bound under a name of its own and then put in place, because libuv removes whatever stands
 * at the bound name when the server closes, be it ours or not.
 * @throws {ClaimdError} `SOCKET_PATH_TOO_LONG`, `SOCKET_IN_USE`, `SOCKET_PATH_TAKEN`,
 *   `SOCKET_FOLDER_UNSAFE`, `NOT_PERMITTED` or `SOCKET_UNAVAILABLE`
 */
export async function listenOnSocket(server: Server, socket: string): Promise<SocketFile> {
  const path = resolve(socket)
  checkSocketPath(path)
  try {
    prepareSocketFolder(dirname(path))
    const bound = await bind(server, path)
    try {
      if (process.geteuid!() === 0) giveToGroup(bound)
      await putInPlace(bound, path)
    } finally {
      if (existsSync(bound)) unlinkSync(bound)
    }
    return new InstalledSocket(path)
  } catch (error) {
    if (server.listening) server.close()
    throw error instanceof ClaimdError ? error : unavailable(path, error as NodeJS.ErrnoException)
  }
}

class InstalledSocket implements SocketFile {
  readonly #path: string
  readonly #identity: string

  constructor(path: string) {
    this.#path = path
    this.#identity = identityOf(lstatSync(path, { bigint: true }))
  }

  isInPlace(): boolean {
    const found = look(this.#path)
    return found !== null && identityOf(found) === this.#identity
  }

  remove(): void {
    const found = look(this.#path)
    if (found !== null && identityOf(found) === this.#identity) unlinkSync(this.#path)
  }
}

/** Binds under another name in the same folder, no longer than the real one. */
async function bind(server: Server, path: string): Promise<string> {
  const length = Math.min(8, Buffer.byteLength(basename(path)))
  for (let attempt = 1; ; attempt++) {
    const bound = join(dirname(path), randomBytes(4).toString('hex').slice(0, length))
    try {
      const listening = once(server, 'listening')
      // bind(2) happens within listen(), so nobody else's file is made under this mask.
      const mask = process.umask(0o117)
      try {
        server.listen({ path: bound })
      } finally {
        process.umask(mask)
      }
      await listening
      return bound
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE' || attempt === attempts) throw error
    }
  }
}

function giveToGroup(path: string): void {
  const group = groupNumber(socketGroup)
  if (group !== null) chownSync(path, 0, group)
}

/** A link is never made over something that is there, so of two daemons only one gets the name. */
async function putInPlace(bound: string, path: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      linkSync(bound, path)
      return
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST' || attempt === attempts) throw error
      await clear(path)
    }
  }
}

/** Removes a socket that nobody listens on any more. */
async function clear(path: string): Promise<void> {
  const found = look(path)
  if (found === null) return
  if (!found.isSocket()) {
    throw claimdError('SOCKET_PATH_TAKEN', {
      message: `There is something else where the socket belongs: ${path}`,
      found: found.isDirectory() ? 'a folder' : found.isSymbolicLink() ? 'a symbolic link' : 'a file',
      expected: 'nothing, or the socket of a daemon that ended',
      remedy: 'Move it away, or choose another place with --socket or CLAIMD_SOCKET.',
    })
  }
  const listener = await whoListens(path)
  if (listener !== null) {
    throw claimdError('SOCKET_IN_USE', {
      message: `Another process listens on ${path}`,
      found: listener,
      expected: 'nobody',
      remedy: 'Stop that process, or choose another place with --socket or CLAIMD_SOCKET.',
    })
  }
  removeExactly(path, found)
}

/** Between the look and the removal another daemon may have put its own socket there: that one is put back. */
function removeExactly(path: string, expected: BigIntStats): void {
  const aside = `${path}.${process.pid}`
  try {
    renameSync(path, aside)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return
    throw error
  }
  if (identityOf(lstatSync(aside, { bigint: true })) !== identityOf(expected) && !existsSync(path)) {
    linkSync(aside, path)
  }
  unlinkSync(aside)
}

/** Inode numbers are given out again at once, so the time that the file was made belongs to it. */
function identityOf(file: BigIntStats): string {
  return `${file.dev}:${file.ino}:${file.mtimeNs}`
}

/** What cannot be looked at, such as in a folder that is a file or a circle of links now, is not there for anybody. */
function look(path: string): BigIntStats | null {
  try {
    return lstatSync(path, { bigint: true })
  } catch {
    return null
  }
}

function unavailable(path: string, cause: NodeJS.ErrnoException): ClaimdError {
  const denied = cause.code === 'EACCES' || cause.code === 'EPERM'
  return claimdError(
    denied ? 'NOT_PERMITTED' : 'SOCKET_UNAVAILABLE',
    {
      message: `claimd ${denied ? 'may not' : 'cannot'} make its socket ${path}`,
      found: cause.message,
      expected: `a folder that user ${process.geteuid!()} can make a socket in`,
      remedy: 'Choose another place with --socket or CLAIMD_SOCKET.',
    },
    { cause },
  )
}
