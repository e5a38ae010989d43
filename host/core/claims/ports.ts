import type { Adapter, Answer, ClaimStands, Released } from '@claimd/sdk'

/** A question to one provider about one adapter. The core gives every question an id of its own. */
export interface Question {
  id: number
  kind: 'offer' | 'verify'
  provider: string
  adapter: Adapter
  /** Offer: the suggested name. Verify: the held one. */
  connection: string
  evidence: string | null
  fence: number
}

/**
 * The plugin host, as the core sees it. For every question it delivers exactly one answer, whatever happens
 * to the plugin: failures of any kind become `UNEXPECTED` with a reason. An answer that arrives after that
 * (the deadline had passed, the question was cancelled) is delivered as well: the core calls it void.
 */
export interface ProviderPort {
  /** A list is on its way to running plugins when this returns. */
  ask(questions: readonly Question[]): void
  /** The answer is no longer wanted; an `UNEXPECTED` answer for it need not be delivered any more. */
  cancel(ids: readonly number[]): void
  /** The claim is stored. */
  claimed(provider: string, now: ClaimStands): void
  released(provider: string, was: Released): void
}

/** What the plugin host tells the core. */
export type ProviderEvent =
  | { type: 'answer'; question: Question; answer: Answer; ms: number }
  /** A provider reports that it lost a connection. */
  | {
      type: 'report'
      provider: string
      connection: string
      fence: number
      state: 'lost'
      reason: string
    }
