import type { Adapter } from './adapter.js'
import type { Connecting } from './connecting.js'
import type { ResultCode } from './result-codes.js'

/** What a provider is asked when an adapter is offered to it: is this adapter yours? */
export interface Offer {
  adapter: Adapter
  /** A connection name the host suggests; the provider may answer with another. */
  connection: string
  /**
   * The fence of the claim that a `SUCCESS` would make: a number that is higher for every later claim on
   * this machine. Reports about the claim carry it.
   */
  fence: number
  /** Aborted when the answer is no longer wanted: the deadline passed, or the adapter is gone. */
  signal: AbortSignal
}

/** What a provider is asked about an adapter that it holds: is it still what you claimed? */
export interface Held {
  adapter: Adapter
  connection: string
  /** What the provider gave as evidence when it claimed; `null` if it gave none. */
  evidence: string | null
  /** The claim's fence, as it stood in the offer. */
  fence: number
  signal: AbortSignal
}

/**
 * The answer to an offer or to a verify.
 *
 * - `SUCCESS`: mine. `connection` is one that this provider has configured, or is declared `volatile`: it
 *   then lives as long as the claim.
 * - `INVALID_CONNECTION`: looked, not mine.
 * - `NOT_SUPPORTED`: this provider never claims this adapter; it is not asked again for it.
 * - `PENDING`: cannot tell yet; asked again after `retryAfterMs`, at most three times and 5 s together.
 * - any other code: a failure, recorded with its reason.
 */
export type Answer =
  | {
      result: 'SUCCESS'
      connection: string
      volatile?: boolean
      evidence?: string
    }
  | { result: 'PENDING'; retryAfterMs: number; reason?: string }
  | { result: Exclude<ResultCode, 'SUCCESS' | 'PENDING'>; reason?: string }

/** Why a provider no longer holds an adapter. */
export type ReleasedReason =
  /** the answer came too late, or could not be accepted: nothing was claimed */
  | 'void'
  /** the link is gone, or the provider itself said that it is no longer its own */
  | 'gone'
  /** an operator ended the claim */
  | 'operator'
  /** a stronger provider took the adapter over */
  | 'handed-over'

/** Tells a provider that it does not (or no longer) hold an adapter. */
export interface Released {
  adapter: Adapter
  connection: string
  /** That of the offer or claim which is over. A provider that holds the adapter by a later fence keeps it. */
  fence: number
  reason: ReleasedReason
}

/** Tells a provider that its claim stands: it is stored, and lasts until `released`. */
export interface ClaimStands {
  adapter: Adapter
  connection: string
  /** The claim's fence, as it stood in the offer. */
  fence: number
}

/**
 * What a plugin registers for each provider that its manifest contributes: how it claims adapters that somebody else brought
 * up, and how it brings up connections itself, see {@link Connecting}. It has `claimConnection`, or `connect`, or both.
 */
export interface Provider extends Connecting {
  /** Is this adapter yours? Asked of one provider at a time. Its deadline is 2 s. */
  claimConnection?(offer: Offer): Answer | Promise<Answer>
  /**
   * Is the adapter still what you claimed? Asked after a restart of the host, after a crash or a reload of the plugin,
   * when the adapter's addresses or master changed or its carrier came back, when its connection or another one of its
   * types was configured anew, and when an operator offers the adapter. A version that is to take over is asked as well,
   * before it does. Without it, `claimConnection` is asked again with the held name, and the same name is a yes.
   * Its deadline is 2 s.
   */
  verify?(held: Held): Answer | Promise<Answer>
  /**
   * Your claim stands: the host has accepted and stored it. From here on, until `released`, the provider may act on the
   * adapter, with this fence. Told once for each claim. After a restart of the host, and to another process or version of the
   * plugin, it is not told again: those are asked to `verify`, and act from there on. What must be done for a claim is done here, and
   * looked after in `verify`. Nothing is expected in return.
   */
  claimed?(now: ClaimStands): void | Promise<void>
  /** You do not, or no longer, hold this adapter. Nothing is expected in return. */
  released?(was: Released): void | Promise<void>
}
