import type { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import { claimdError } from '../core/errors.js'
import { peerCredentials } from './peer-credentials.js'
import type { Who } from './who.js'

/**
 * Who may do what. Everybody who can open the socket (its mode lets in the daemon's user and the socket's
 * group) may read, offer, connect and disconnect; what ends a claim, a take-over included, what is configured, and
 * decisions about plugins, are for root and the daemon's own user.
 */
export class Access {
  /** Read once a connection. */
  readonly #known = new WeakMap<Socket, Promise<Who>>()
  readonly #owner: number
  readonly #readPeer: (socket: Socket) => Promise<Who>

  constructor(owner: number = process.geteuid!(), readPeer = peerCredentials) {
    this.#owner = owner
    this.#readPeer = readPeer
  }

  /**
   * Who asks.
   * @throws {ClaimdError} `NOT_PERMITTED` for a web page, and for a peer whose credentials cannot be read.
   */
  async admit(request: IncomingMessage): Promise<Who> {
    // Browsers cannot open UNIX sockets; a request with an origin came through something that relays them.
    if (request.headers.origin !== undefined) {
      throw claimdError('NOT_PERMITTED', {
        message: 'Web pages may not use the control API',
        found: `a request with the header Origin: ${request.headers.origin}`,
        expected: 'no Origin header',
      })
    }
    try {
      return await this.peer(request.socket)
    } catch (cause) {
      throw claimdError(
        'NOT_PERMITTED',
        {
          message: 'claimd cannot tell who asks, so it refuses',
          found: (cause as Error).message,
          expected: 'a peer whose user the kernel tells (SO_PEERCRED)',
        },
        { cause },
      )
    }
  }

  /** Who is at the other end of a connection. @throws when that cannot be told. */
  peer(socket: Socket): Promise<Who> {
    let who = this.#known.get(socket)
    if (who === undefined) {
      who = this.#readPeer(socket)
      this.#known.set(socket, who)
    }
    return who
  }

  /** @throws {ClaimdError} `NOT_PERMITTED` unless it is root or the daemon's own user. */
  requireOwner(who: Who): void {
    if (who.uid === 0 || who.uid === this.#owner) return
    throw claimdError('NOT_PERMITTED', {
      message: 'Only root and the user that the daemon runs as may do this',
      found: `user ${who.uid}`,
      expected: this.#owner === 0 ? 'root (user 0)' : `root (user 0) or user ${this.#owner}`,
      remedy: this.#owner === 0 ? 'Ask again with sudo.' : 'Ask again as that user, or with sudo.',
    })
  }
}
