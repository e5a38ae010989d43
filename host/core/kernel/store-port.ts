import type { Round } from '@claimd/sdk'
import type { StoredEvent } from './journal-event.js'
import type { Row, RowWrite } from './rows.js'

/** Keeps documents for the parts beside the core. What was put survives the end of this process when the call returns. */
export interface Records {
  /** Oldest first. */
  all<Value>(kind: string): { key: string; value: Value }[]
  /** @throws a `ClaimdError`, code `STORE_DEGRADED`, when it could not be written */
  put(kind: string, key: string, value: unknown, options?: RecordOptions): void
  drop(kind: string, key: string): void
}

export interface RecordOptions {
  /** Whether it survives a power cut, too. Default: `true`. */
  sync?: boolean
}

export interface StoredState {
  /** The last revision of the journal; 0 in a new database. */
  revision: number
  /** The highest generation and fence ever given. */
  generation: number
  fence: number
  /** In the order in which they were first written, see `RowOptions.latestLast`. */
  rows: Row[]
}

/** Everything one turn of the engine decided: written in one transaction, or not at all. */
export interface Batch {
  /** With their revisions, rising. A finished round is an event of type `round` with a `round` field. */
  events: StoredEvent[]
  generation: number
  fence: number
  rows: RowWrite[]
  /** Also flush to the disk: an operator's decision is in it. */
  sync: boolean
}

export interface Store {
  load(): StoredState
  /** @throws when the batch could not be written; then nothing of it was. */
  commit(batch: Batch): void
  /** Looks, without writing, whether what was stored is still where it will be looked for. @throws as `commit` would */
  assertInPlace(): void
  /** The oldest revision that the journal still holds; 0 when it is empty. */
  oldestRevision(): number
  /** Events after `revision`, oldest first. */
  events(revision: number, limit: number): StoredEvent[]
  /** The finished rounds of an adapter, oldest first; the newest `limit` of them. */
  rounds(adapter: string, limit: number): Round[]
  close(): void
}

/** Why nothing can be stored, and what to do about it. */
export interface StoreFault {
  because: string
  remedy: string
}
