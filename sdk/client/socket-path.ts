import { lstatSync } from 'node:fs'
import { dirname, isAbsolute, join } from 'node:path'
import { clientError } from './errors.js'

/** Where a daemon that runs as root listens. */
export const systemSocket = '/run/claimd/claimd.sock'

/** The longest path of a socket, in bytes: the kernel has 108 for it, with the terminator. */
export const socketPathLimit = 107

/**
 * The socket that a user's daemon listens on, and its clients look for, when none is named:
 *
 * 1. `CLAIMD_SOCKET`, if it is set and not empty;
 * 2. for root, {@link systemSocket};
 * 3. `$XDG_RUNTIME_DIR/claimd/claimd.sock`, if that variable holds an absolute path;
 * 4. `claimd-UID/claimd.sock` in the folder for temporary files (`TMPDIR`, else `/tmp`).
 */
export function defaultSocket(env: Readonly<Record<string, string | undefined>>, uid: number): string {
  if (env.CLAIMD_SOCKET) return env.CLAIMD_SOCKET
  if (uid === 0) return systemSocket
  const runtime = env.XDG_RUNTIME_DIR
  if (runtime && isAbsolute(runtime)) return join(runtime, 'claimd', 'claimd.sock')
  return join(env.TMPDIR || '/tmp', `claimd-${uid}`, 'claimd.sock')
}

/** @throws {ClaimdError} `SOCKET_PATH_TOO_LONG`; the kernel's own error does not say what is wrong. */
export function checkSocketPath(path: string): void {
  const bytes = Buffer.byteLength(path)
  if (bytes <= socketPathLimit) return
  throw clientError('SOCKET_PATH_TOO_LONG', {
    message: `The socket's path is too long: ${path}`,
    found: `${bytes} bytes`,
    expected: `≤ ${socketPathLimit} bytes`,
    remedy: 'Choose a shorter path with --socket or CLAIMD_SOCKET.',
  })
}

/**
 * Checks who owns the usual socket and its folder: in a folder for temporary files another user could have made them
 * first, and would be told what is decided. A socket that was named is taken as it is.
 * @throws {ClaimdError} `SOCKET_FOLDER_UNSAFE`
 */
export function checkSocketOwner(
  path: string,
  env: Readonly<Record<string, string | undefined>>,
  uid: number,
): void {
  if (path !== defaultSocket({ ...env, CLAIMD_SOCKET: undefined }, uid)) return
  for (const one of [dirname(path), path]) {
    const owner = ownerOf(one)
    if (owner === null || owner === 0 || owner === uid) continue
    throw clientError('SOCKET_FOLDER_UNSAFE', {
      message: `Another user could be listening on ${path}`,
      found: `${one} belongs to user ${owner}`,
      expected: `a folder and a socket of root or user ${uid}`,
      remedy:
        'Ask that user, or root, to remove it; or name the socket to use with --socket or CLAIMD_SOCKET.',
    })
  }
}

/** Of a link the owner of the link: it decides where it leads. `null`: there is nothing, or it cannot be seen. */
function ownerOf(path: string): number | null {
  try {
    return lstatSync(path).uid
  } catch {
    return null
  }
}
