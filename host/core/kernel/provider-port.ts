import type { Adapter, Answer, ClaimStands, Released } from '@claimd/sdk'

/** A question to one provider about one adapter: harmless, and may be asked again of another process. */
export interface Question {
  /**
   * Above 0: given by the kernel, never twice while it runs. Below 0: the plugin host asks for itself; the core sees
   * none of these.
   */
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

/** An answer to a question. */
export interface AnswerEvent {
  type: 'answer'
  question: Question
  answer: Answer
  ms: number
}

/** An operation of a provider, which changes something. */
export interface Act {
  /** Its fence: there is one act of each kind for one fence. */
  fence: number
  kind: string
  provider: string
  /** What the provider needs for it. */
  parameters: unknown
}

/**
 * What became of an act. `not-sent`: the provider never heard of it. `interrupted`: its process is gone, and how far the
 * act had come is not known; it is not sent to another process.
 */
export type ActResult =
  | { outcome: 'done'; answer: unknown }
  | { outcome: 'not-sent' | 'interrupted'; reason: string }

/** Carries out what changes something. Each act is handed over once, after it is stored that it was begun. */
export interface ActPort {
  act(act: Act): void
}
