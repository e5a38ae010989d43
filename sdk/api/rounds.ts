import type { ResultCode } from '../result-codes.js'
import type { AdapterState, Predecessor } from './adapters.js'

/** One provider's part in a round. */
export interface RoundAnswer {
  provider: string
  plugin: string
  version: string
  /** What it answered; `null` if it was skipped or has not answered yet. A failure of any kind is `UNEXPECTED`. */
  result: ResultCode | null
  reason: string | null
  evidence: string | null
  /** How long the answer took, in milliseconds; `null` if it was skipped or has not answered yet. */
  ms: number | null
  /** Why it was not asked; `null` if it was. */
  skipped: string | null
}

/** All offers of one adapter at one time. Providers that come after the winner are not listed. */
export interface Round {
  at: string
  /** What started it, in words. */
  trigger: string
  /** Of the providers that no rule of their manifests makes fit, the first eight are listed. */
  answers: RoundAnswer[]
  /** How many more of those there were; {@link ExplainDocument.order} has all that are there now. */
  unlisted: number
  /** How it ended, in words; `null` while it is under way. */
  outcome: string | null
  /** The end of a claim that led to it; absent where none did. */
  claimEnd?: ClaimEnd
}

/**
 * What ended a claim, or lets others take it over.
 *
 * - `verify`: its holder was asked whether it still holds it, and said no
 * - `report`: its holder reported that it is lost
 * - `configuration`: its connection is not configured for its holder any more
 * - `plugin`: its plugin is disabled or gone
 * - `operator`: an operator released it
 * - `link`: the link is gone, or is a port now
 * - `handed-over`: another provider took the adapter over
 * - `restart`: claimd found something else in its place when it started
 */
export type ClaimEndCause =
  | 'verify'
  | 'report'
  | 'configuration'
  | 'plugin'
  | 'operator'
  | 'link'
  | 'handed-over'
  | 'restart'

/** The end of a claim. */
export interface ClaimEnd {
  /** The id of the adapter that was held: another one than the round's where that waits for the connection. */
  adapter: string
  provider: string
  connection: string
  by: ClaimEndCause
  /** Why, in words: the reason that its holder or an operator gave. */
  because: string
}

/** A provider's place in the order in which an adapter would be offered now. */
export interface Candidate {
  provider: string
  /** Why it has this place, in words. */
  place: string
  /** Why it would not be asked; `null` if it would. */
  skipped: string | null
}

export interface ExplainDocument {
  /** The adapter's name. */
  adapter: string
  id: string
  state: AdapterState
  because: string
  provider: string | null
  connection: string | null
  /** Oldest first. */
  rounds: Round[]
  /** The order in which providers would be asked now; empty when the adapter is gone. */
  order: Candidate[]
  /** What it was before, where its link was made again; `null` where nothing is known of that, or it is gone itself. */
  predecessor: Predecessor | null
  /** The moment that was asked for, RFC 3339; `null` for now. The journal tells how it was then; `order` is empty. */
  at: string | null
  /** What else has to be known of that moment, a sentence each, such as that claimd did not run. */
  notes: string[]
  /** Other adapters that had its name until that moment, and the one that has it now; empty for now. */
  others: OtherAdapter[]
}

/** An adapter that has, or had, the name of another one. */
export interface OtherAdapter {
  id: string
  name: string
  /** When it went; `null` where it had not. */
  until: string | null
}
