import type { ClaimStands, Released } from '@claimd/sdk'
import type { NewEvent } from './journal-event.js'
import type { Act, Question } from './provider-port.js'
import { RowWrites } from './rows.js'

/** Tells a provider that it does not (or no longer) hold an adapter. */
export interface ToldReleased {
  provider: string
  was: Released
  /** Whether it holds the adapter all the same, such as after the end of a claim could not be stored. */
  holdsAgain(): boolean
}

/** Tells a provider that its claim is stored. */
export interface ToldClaimed {
  provider: string
  now: ClaimStands
  /** Whether it still is so: it may be over by now, or have been taken back. */
  holds(): boolean
}

/** When a machine is to look at something again. */
export interface Wake {
  machine: string
  key: string
  /** In milliseconds from now. */
  after: number
}

/**
 * What one turn decided: first it is stored, then it is done and announced.
 * @typeParam Taken what is taken back when it cannot be stored
 */
export class Outbox<Taken = unknown> {
  readonly events: NewEvent[] = []
  readonly rows = new RowWrites()
  /** An operator's decision is in it. */
  sync = false

  /** May be asked before the turn is stored. */
  readonly ask: Question[] = []
  readonly cancel: number[] = []
  /** Only after the turn is stored, and once. */
  readonly act: Act[] = []
  readonly released: ToldReleased[] = []
  readonly claimed: ToldClaimed[] = []
  readonly wake: Wake[] = []
  /** `decided`: the reply is only true once this outbox is stored. */
  readonly replies: { request: number; reply: unknown; decided: boolean }[] = []

  /** What must not be believed when this outbox could not be stored. Taken back newest first. */
  readonly decisions: Taken[] = []
}

/** Whether a provider is asked about a claim that it has yet to be told of. */
export function asksNewHolder({ ask, claimed }: Outbox): boolean {
  if (claimed.length === 0) return false
  const fences = new Set(claimed.map(({ now }) => now.fence))
  return ask.some(({ fence }) => fences.has(fence))
}

/** Whether nobody but a provider waits for what a turn did. */
export function mayWait({ ask, act, decisions, released, replies }: Outbox): boolean {
  return ask.length > 0 && act.length + decisions.length + released.length + replies.length === 0
}
