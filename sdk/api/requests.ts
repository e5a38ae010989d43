import type { ConnectCause } from '../causes.js'
import type { ResultCode } from '../result-codes.js'

/** Somebody waits for what becomes of a connection. It is completed exactly once. */
export interface ConnectionRequest {
  /** Never given again. */
  id: number
  what: 'connect' | 'disconnect'
  connection: string
  /** Who asked, in words. */
  who: string
  /** RFC 3339. */
  since: string
  /** `PENDING` until it is completed. */
  result: ResultCode
  /** The code of the error, such as `CONNECT_FAILED`; `null` when there is none. */
  code: string | null
  cause: ConnectCause | null
  /** What came of it, or what it waits for. */
  message: string
  /** RFC 3339; `null` until then. */
  completedAt: string | null
}

export interface ConnectionRequestDocument extends ConnectionRequest {
  revision: number
}

/** What `connect` may say beside the name. */
export interface ConnectOptions {
  /**
   * `keep`: claimd goes on trying, and connects it again when it is lost, until `disconnect`. `once`: one attempt, and no more.
   * Default: `keep`.
   */
  mode?: 'keep' | 'once'
  /** After so many seconds the request is completed as timed out; claimd goes on trying. Default: without end. */
  timeout?: number
  /** What an out-of-band claim holds is taken over, and is claimd's from then on. Default: it is left as it is, and is a success. */
  takeOver?: { reason: string }
  /** A repeated call with the same key is given the request of the first. Up to 64 characters. */
  key?: string
}

/** How an application wants a connection up, for as long as it is there. */
export type HoldOptions = Pick<ConnectOptions, 'mode' | 'timeout'>

/** The answer to `connect`. */
export interface ConnectDocument {
  /** Its number; see {@link ConnectionRequest}. */
  request: number
  /** `PENDING`, or `SUCCESS` where it is connected already. */
  result: 'PENDING' | 'SUCCESS'
  connection: string
  /** By whom the connection is wanted up from now on: `operator`, or a client; `null` where nothing is configured that could be held. */
  owner: string | null
  message: string
}
