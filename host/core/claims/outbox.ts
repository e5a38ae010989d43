import type { ClaimStands, Released } from '@claimd/sdk'
import { RowWrites } from '../kernel/rows.js'
import type { Question } from './ports.js'

/** An event before the journal gave it a revision. */
export interface NewEvent {
  at: string
  type: string
  adapter: string | null
  name: string | null
  message: string
  [detail: string]: unknown
}

/** A decision that only holds once it is stored, such as a claim. */
export interface Decision {
  /** Restores what was before. @returns false when it is over already, such as with its link: then it stays told */
  undo(): boolean
  /** The events that tell of it: untrue once it is taken back. */
  events: NewEvent[]
}

/** Tells a provider that it does not (or no longer) hold an adapter. */
export interface Told {
  provider: string
  was: Released
}

/** Tells a provider that its claim is stored. */
export interface ToldClaimed {
  provider: string
  now: ClaimStands
}

/** What one turn of the claims machine decided: first it is stored, then it is done and announced. */
export class Outbox {
  readonly events: NewEvent[] = []
  readonly rows = new RowWrites()
  /** An operator's decision is in it. */
  sync = false

  readonly ask: Question[] = []
  readonly cancel: number[] = []
  readonly tell: Told[] = []
  readonly claimed: ToldClaimed[] = []
  readonly wake: { adapter: string; after: number }[] = []
  /** `decided`: the reply is only true once this outbox is stored. */
  readonly replies: { request: number; reply: unknown; decided: boolean }[] = []

  /** What must not be believed when this outbox could not be stored. Taken back newest first. */
  readonly decisions: Decision[] = []
}
