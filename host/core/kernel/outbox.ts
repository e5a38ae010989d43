import type { ClaimStands, Released } from '@claimd/sdk'
import type { NewEvent } from './journal-event.js'
import type { Act, AnyQuestion, ConnectionReference } from './provider-port.js'
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
  /** Connections are configured in another way: the plugins are told before they are asked anything. */
  configured: readonly ConnectionReference[] | null = null

  /** May be asked before the turn is stored. */
  readonly ask: AnyQuestion[] = []
  readonly cancel: number[] = []
  /** Only after the turn is stored, and once. */
  readonly act: Act[] = []
  /** Acts whose results are not wanted any more. */
  readonly cancelAct: Pick<Act, 'fence' | 'kind' | 'provider'>[] = []
  /** Fences of which all that was changed about links is taken back, only after the turn is stored. */
  readonly undo: number[] = []
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
  return ask.some((question) => 'fence' in question && fences.has(question.fence))
}

/** Whether nobody but a provider waits for what a turn did. */
export function mayWait({ ask, act, undo, decisions, released, replies, configured }: Outbox): boolean {
  if (configured !== null) return false
  return (
    ask.length > 0 && act.length + undo.length + decisions.length + released.length + replies.length === 0
  )
}
