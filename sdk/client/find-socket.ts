import { connect } from 'node:net'
import { defaultSocket, systemSocket } from './socket-path.js'

/** Which daemon a user's clients ask when none is named. */
export interface FoundSocket {
  socket: string
  /** The socket of root's daemon, when that could be asked as well; else `null`. */
  other: string | null
}

/**
 * Finds the daemon to ask: the user's own where one listens, else root's, which the members of its socket's group may use.
 * Where neither listens it is the user's own. A socket that `CLAIMD_SOCKET` names is taken as it is.
 * @param system where root's daemon listens. Default: {@link systemSocket}.
 */
export async function findSocket(
  env: Readonly<Record<string, string | undefined>>,
  uid: number,
  system: string = systemSocket,
): Promise<FoundSocket> {
  const own = defaultSocket(env, uid)
  if (env.CLAIMD_SOCKET || uid === 0) return { socket: own, other: null }
  const [ofUser, ofRoot] = await Promise.all([listens(own), listens(system)])
  if (ofUser !== 'no') return { socket: own, other: ofRoot === 'yes' ? system : null }
  return { socket: ofRoot === 'no' ? own : system, other: null }
}

/** Whether a daemon listens there, and whether this user may ask it. */
function listens(path: string): Promise<'yes' | 'no' | 'forbidden'> {
  return new Promise((resolve) => {
    const socket = connect(path)
    socket.once('connect', () => {
      socket.destroy()
      resolve('yes')
    })
    socket.once('error', ({ code }: NodeJS.ErrnoException) => {
      resolve(code === 'EACCES' || code === 'EPERM' ? 'forbidden' : 'no')
    })
  })
}
