import type { ResultCode } from '../result-codes.js'
import type { AdapterState } from './adapters.js'

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
}
