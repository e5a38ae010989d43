import type { Round } from '@claimd/sdk'
import { adapterRows } from '../core/claims/rows.js'
import type { StoredEvent } from '../core/kernel/journal-event.js'
import type { RowWrite } from '../core/kernel/rows.js'
import type { Batch, RecordOptions, Records, Store, StoredState } from '../core/kernel/store-port.js'
import { Checkpoints } from './checkpoints.js'
import { type Database, isSqliteError } from './database.js'
import { FilePresence } from './file-presence.js'
import type { Journal } from './journal.js'
import { unusable } from './state-errors.js'
import { type Counters, readCounters, writeCounters } from './state-row.js'
import { recordPrefix, StateRows } from './state-rows.js'
import { notWritten, removed } from './write-errors.js'

/** The state of one host: its adapters, claims, operators' decisions and journal. See `openStore`. */
export class SqliteStore implements Store {
  #counters: Counters
  readonly #presence: FilePresence
  readonly #rows: StateRows
  readonly #checkpoints: Checkpoints
  readonly #opened: number
  readonly #ranBefore: number

  /** @param now monotonic milliseconds */
  constructor(
    readonly database: Database,
    /** The database file, for messages. */
    readonly file: string,
    readonly journal: Journal,
    readonly now: () => number,
    readonly closed: () => void,
  ) {
    this.#counters = readCounters(database, file)
    this.#rows = new StateRows(database, file)
    this.#checkpoints = new Checkpoints(database)
    this.#opened = now()
    this.#ranBefore = this.#counters.running
    this.#presence = new FilePresence([file, `${file}-wal`])
  }

  /** @throws a `ClaimdError`, code `STATE_DAMAGED`, when a row is not what was written */
  load(): StoredState {
    const { revision, generation, fence } = this.#counters
    return this.#reading(() => ({
      revision,
      generation,
      fence,
      rows: this.#rows.readCore(),
    }))
  }

  /**
   * Writes a batch, all or nothing. With `sync` it also survives a power cut, otherwise the end of the process.
   * @throws a `ClaimdError`, code `STORE_DEGRADED`, with SQLite's reason; a later commit can work again
   * @throws RangeError when a revision does not rise
   */
  commit(batch: Batch): void {
    this.assertInPlace()
    try {
      this.#counters = this.database.transaction(() => this.#write(batch), { sync: batch.sync })
    } catch (error) {
      throw isSqliteError(error) ? notWritten(this.file, error) : error
    }
    // The first write made the log: from now on it has to stay.
    if (!this.#presence.complete) this.#presence.missing()
    this.#checkpoints.committed(batch)
  }

  assertInPlace(): void {
    const missing = this.#presence.missing()
    if (missing !== null) throw removed(this.file, missing)
  }

  readonly records: Records = {
    all: <Value>(kind: string) =>
      this.#reading(() => this.#rows.read(`${recordPrefix}${kind}`)).map(({ key, value }) => ({
        key,
        value: value as Value,
      })),
    put: (kind, key, value, options) => this.#writeRecord({ kind, key, value }, options),
    drop: (kind, key) => this.#writeRecord({ kind, key, value: undefined }),
  }

  oldestRevision(): number {
    return this.#reading(() => this.journal.oldest(this.#counters))
  }

  events(revision: number, limit: number): StoredEvent[] {
    return this.#reading(() => this.journal.events(revision, limit, this.#counters))
  }

  rounds(adapter: string, limit: number): Round[] {
    return this.#reading(() => this.journal.rounds(adapter, limit))
  }

  /** Lets go of the file; another process can open it from then on. */
  close(): void {
    this.#checkpoints.close()
    this.database.close()
    this.closed()
  }

  #reading<Result>(work: () => Result): Result {
    try {
      return work()
    } catch (error) {
      throw isSqliteError(error) ? unusable(this.file, error) : error
    }
  }

  #writeRecord({ kind, key, value }: Omit<RowWrite, 'last'>, { sync = true }: RecordOptions = {}): void {
    this.assertInPlace()
    const write = { kind: `${recordPrefix}${kind}`, key, value, last: false }
    try {
      this.#counters = this.database.transaction(
        () => {
          const after = { ...this.#counters, rows: this.#rows.write(write, this.#counters.rows) }
          writeCounters(this.database, after)
          return after
        },
        { sync },
      )
    } catch (error) {
      throw isSqliteError(error) ? notWritten(this.file, error) : error
    }
  }

  #write(batch: Batch): Counters {
    const before = this.#counters
    // First the rows: an adapter that is gone has no last round that the journal must keep.
    const rows = batch.rows.reduce((sum, row) => this.#rows.write(row, sum), before.rows)
    const gone = batch.rows.flatMap(({ kind, key, value }) =>
      kind === adapterRows.name && value === undefined ? [key] : [],
    )
    const running = Math.max(before.running, Math.floor(this.#ranBefore + this.now() - this.#opened))
    const { begin, bytes } = before
    const after: Counters = {
      revision: lastRevision(batch.events, before.revision),
      generation: Math.max(before.generation, batch.generation),
      fence: Math.max(before.fence, batch.fence),
      running,
      ...this.journal.append(batch.events, gone, { begin, bytes, rows }, running),
    }
    writeCounters(this.database, after)
    return after
  }
}

/** @throws RangeError when the events do not go on from the revision; revisions never go back */
function lastRevision(events: readonly StoredEvent[], revision: number): number {
  let last = revision
  for (const event of events) {
    if (event.revision <= last) throw new RangeError(`Revision ${event.revision} comes after ${last}`)
    last = event.revision
  }
  return last
}
