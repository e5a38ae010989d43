import type { Adapter, ClaimEnd, ClaimEndCause, Predecessor, RoundAnswer } from '@claimd/sdk'
import type { Difference } from '../adapters/changes.js'
import type { Link } from '../adapters/link.js'
import type { Flaps } from './flaps.js'
import type { Place } from './order.js'
import type { StoredHolding, StoredRelease } from './rows.js'

/**
 * What ties an adapter to a connection of a provider: what is stored of it, and how its provider stands to it now.
 * Its `origin` says how it came to be: by a claim, the accepted answer of its provider, or by a connect. One that is dialled
 * belongs to the connections machine: it is not verified, not offered, and does not yield.
 */
export interface Holding extends Omit<StoredHolding, 'adapter' | 'over'> {
  /** The claim that is being taken over. */
  over?: Holding
  /** Restored after a restart and not confirmed by its provider yet. Protected all the same. */
  provisional: boolean
  /** Why its provider cannot answer for it; `null` when it can. Protected all the same. */
  orphaned: string | null
  /** Why its provider could not tell yet whether it still holds it, its last answer; `null` when it was another one. */
  unsure: string | null
  /** Its plugin was removed or disabled: a new holder may take over. */
  abandoned: boolean
  /**
   * Why its holder has given it up; `null` while it has not. It stays protected until a new holder takes over, or all
   * have declined.
   */
  givenUp: string | null
  /** What led to that; `null` while it has not. */
  givenUpBy: ClaimEndCause | null
  /** The material key that the provider confirmed, see `materialKey`; `null` when it must be asked. */
  verified: string | null
  verifying: Verifying | null
  /** When a verify that failed is tried again. */
  retryAt: number | null
  retries: number
}

export interface Verifying {
  question: number
  /** The material key that the provider was shown. */
  key: string
}

/** The operator's decision that an adapter stays unmanaged. */
export type Release = Omit<StoredRelease, 'adapter'>

/** A provider that answered `PENDING` in the running round. */
export interface Pending {
  place: Place
  /** How often it was asked again. */
  repeats: number
  /** When its 5 s together are over. */
  until: number
  retryAt: number
}

/** The one provider that is being asked. */
export interface Asking {
  question: number
  place: Place
  /** Set when it is asked again after a `PENDING`. */
  pending: Pending | null
  /** The material key of the link as the provider is shown it. */
  key: string
}

/** Why a round is wanted. */
export interface Trigger {
  words: string
  /** The end of a claim, where it is that. */
  claimEnd: ClaimEnd | null
}

/** A round while it runs. */
export interface RunningRound {
  at: string
  trigger: string
  /** The end of a claim that led to it. */
  claimEnd: ClaimEnd | null
  answers: RoundAnswer[]
  /** How many more providers there are whose rules do not fit. */
  unlisted: number
  /** Who is still to be asked, strongest first. */
  queue: Place[]
  asking: Asking | null
  pending: Map<string, Pending>
  /** Requests that wait for its end. */
  waiting: number[]
}

/** An adapter as the core knows it. */
export interface AdapterRecord {
  readonly id: string
  readonly generation: number
  link: Link
  /** The row that providers and clients see; made anew when the link changes. */
  adapter: Adapter
  /** Why it is never offered; `null` when it may be. */
  ignored: string | null
  holding: Holding | null
  release: Release | null
  round: RunningRound | null
  /** Why another round is wanted; `null` when none is. */
  wanted: readonly Trigger[] | null
  /** Rounds that may still start now; refilled with time. */
  allowance: { rounds: number; at: number }
  /** Providers (`id` and build) that said NOT_SUPPORTED, which holds for this generation. */
  unsupported: Map<string, string>
  /** By this it is known again when its link comes back, see `stableKey`. */
  key: string
  /** The adapter that it was before its link went away and came back. */
  readonly predecessor: Predecessor | null
  /** Who held it before its link went away and came back; asked first until somebody holds it again. */
  heldBefore: string | null
  /** Connections that it could not be claimed for in its last round, since another adapter was held for them. */
  readonly missed: Set<string>
  /** How the last round without a claim ended. */
  outcome: string | null
  /** Changes that its holder makes through the host, until the link source tells of them. */
  expected: { difference: Difference; until: number }[]
  readonly flaps: Flaps
  /** How many of its rounds have ended. */
  roundsEnded: number
  /** Requests that wait for the next round. */
  waiting: number[]
  /** Requests to offer it, which wait for its holder to say whether it still holds it. */
  doubting: { request: number; who: string }[]
  /** When a wake is on its way; `null` when none is. */
  wakeAt: number | null
}
