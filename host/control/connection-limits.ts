import type { Socket } from 'node:net'
import { claimdError } from '../core/errors.js'
import type { Who } from './who.js'

/** The daemon keeps descriptors for its own work: everybody's connections together are no more than these. */
export const connectionLimit = 512
/** And these may be of others than root and the daemon's own user, who can always get through. */
const othersLimit = 384
/** So many connections one such user may have open, which is twice what is needed for every stream of his. */
const userLimit = 64

/** Counts connections by user, so that no user can have them all. */
export class ConnectionLimits {
  readonly #ofUser = new Map<number, number>()
  #ofOthers = 0
  readonly #owner: number

  constructor(owner: number = process.geteuid!()) {
    this.#owner = owner
  }

  /**
   * Counts a connection until it closes.
   * @throws {ClaimdError} TOO_MANY_CONNECTIONS; then it is not counted, and is to be closed.
   */
  admit(socket: Pick<Socket, 'once' | 'destroyed'>, { uid }: Pick<Who, 'uid'>): void {
    if (uid === 0 || uid === this.#owner || socket.destroyed) return
    const ofUser = this.#ofUser.get(uid) ?? 0
    if (ofUser >= userLimit || this.#ofOthers >= othersLimit) {
      throw claimdError('TOO_MANY_CONNECTIONS', {
        message: 'There are too many connections to the control socket',
        found: `${this.#ofOthers} open connections, ${ofUser} of them of this user`,
        expected: `fewer than ${othersLimit} in all, and than ${userLimit} of one user`,
        remedy: 'End those that nothing is asked on',
      })
    }
    this.#ofUser.set(uid, ofUser + 1)
    this.#ofOthers += 1
    socket.once('close', () => {
      const left = this.#ofUser.get(uid)! - 1
      if (left === 0) this.#ofUser.delete(uid)
      else this.#ofUser.set(uid, left)
      this.#ofOthers -= 1
    })
  }
}
