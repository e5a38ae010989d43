import type { Adapter, ReleasedReason } from '@claimd/sdk'
import type { StoredAdapter, StoredClaim, StoredRelease } from '../engine/store-port.js'
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

/** A row's last state wins, so that a batch writes each row once. `null` drops it. */
export type Rows<T> = Map<string, T | null>

/** What one turn of the claims machine decided: first it is stored, then it is done and announced. */
export class Outbox {
  readonly events: NewEvent[] = []
  readonly adapters: Rows<StoredAdapter> = new Map()
  readonly claims: Rows<StoredClaim> = new Map()
  readonly releases: Rows<StoredRelease> = new Map()
  /** An operator's decision is in it. */
  sync = false

  readonly ask: Question[] = []
  readonly cancel: number[] = []
  readonly tell: {
    provider: string
    was: { adapter: Adapter; connection: string; reason: ReleasedReason }
  }[] = []
  readonly wake: { adapter: string; after: number }[] = []
  /** `decided`: the reply is only true once this outbox is stored. */
  readonly replies: { request: number; reply: unknown; decided: boolean }[] = []

  /** Restores what must not be believed when this outbox could not be stored; run newest first. */
  readonly undo: (() => void)[] = []

  /** Whether anything is to be stored. */
  get storable(): boolean {
    return this.events.length + this.adapters.size + this.claims.size + this.releases.size > 0
  }
}
