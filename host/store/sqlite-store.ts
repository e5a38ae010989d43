import type { EventDocument, Round } from '@claimd/sdk'
import type {
  Batch,
  Store,
  StoredAdapter,
  StoredClaim,
  StoredHolder,
  StoredRelease,
  StoredState,
} from '../core/engine/store-port.js'
import { type Database, isSqliteError } from './database.js'
import { FilePresence } from './file-presence.js'
import type { Extent, Journal } from './journal.js'
import { type Data, decode } from './rows.js'
import { damaged, unusable } from './state-errors.js'
import { notWritten, removed } from './write-errors.js'

/** The one row of `state`. */
interface Counters extends Extent {
  revision: number
  generation: number
  fence: number
}

/** The state of one host: its adapters, claims, operators' decisions and journal. See `openStore`. */
export class SqliteStore implements Store {
  #counters: Counters
  readonly #presence: FilePresence

  constructor(
    readonly database: Database,
    /** The database file, for messages. */
    readonly file: string,
    readonly journal: Journal,
    readonly closed: () => void,
  ) {
    const counters = database.get<Counters>(
      'SELECT revision, generation, fence, journal_begin AS begin, journal_bytes AS bytes FROM state',
    )
    if (!counters) throw damaged(file, 'the row of counters is gone')
    this.#counters = counters
    this.#presence = new FilePresence([file, `${file}-wal`])
  }

  /** @throws a `ClaimdError`, code `STATE_DAMAGED`, when a row is not what was written */
  load(): StoredState {
    const { revision, generation, fence } = this.#counters
    return {
      revision,
      generation,
      fence,
      adapters: this.#read<StoredAdapter>('SELECT CAST(data AS BLOB) AS data FROM adapters'),
      claims: this.#read<StoredClaim>('SELECT CAST(data AS BLOB) AS data FROM claims'),
      releases: this.#read<StoredRelease>('SELECT CAST(data AS BLOB) AS data FROM releases'),
      holders: this.#read<StoredHolder>('SELECT CAST(data AS BLOB) AS data FROM holders ORDER BY number'),
    }
  }

  /**
   * Writes a batch, all or nothing. With `sync` it also survives a power cut, otherwise the end of the process.
   * @throws a `ClaimdError`, code `STORE_DEGRADED`, with SQLite's reason; a later commit can work again
   * @throws RangeError when a revision does not rise
   */
  commit(batch: Batch): void {
    const missing = this.#presence.missing()
    if (missing !== null) throw removed(this.file, missing)
    try {
      this.#counters = this.database.transaction(() => this.#write(batch), { sync: batch.sync })
    } catch (error) {
      throw isSqliteError(error) ? notWritten(this.file, error) : error
    }
    // The first write made the log: from now on it has to stay.
    this.#presence.missing()
  }

  oldestRevision(): number {
    return this.#reading(() => this.journal.oldest(this.#counters))
  }

  events(revision: number, limit: number): EventDocument[] {
    return this.#reading(() => this.journal.events(revision, limit, this.#counters))
  }

  rounds(adapter: string, limit: number): Round[] {
    return this.#reading(() => this.journal.rounds(adapter, limit))
  }

  /** Lets go of the file; another process can open it from then on. */
  close(): void {
    this.database.close()
    this.closed()
  }

  #read<Value>(sql: string): Value[] {
    return this.#reading(() => this.database.all<Data>(sql).map((row) => decode<Value>(row, this.file)))
  }

  #reading<Result>(work: () => Result): Result {
    try {
      return work()
    } catch (error) {
      throw isSqliteError(error) ? unusable(this.file, error) : error
    }
  }

  #write(batch: Batch): Counters {
    const before = this.#counters
    this.#writeRows(batch)
    const after: Counters = {
      revision: lastRevision(batch.events, before.revision),
      generation: Math.max(before.generation, batch.generation),
      fence: Math.max(before.fence, batch.fence),
      ...this.journal.append(batch.events, before),
    }
    this.database.run(
      'UPDATE state SET revision = ?, generation = ?, fence = ?, journal_begin = ?, journal_bytes = ?',
      [after.revision, after.generation, after.fence, after.begin, after.bytes],
    )
    return after
  }

  #writeRows(batch: Batch): void {
    for (const adapter of batch.dropClaims) this.#drop('claims', 'adapter', adapter)
    for (const adapter of batch.dropReleases) this.#drop('releases', 'adapter', adapter)
    for (const adapter of batch.putAdapters) this.#put('adapters', adapter.id, adapter)
    for (const claim of batch.putClaims) this.#put('claims', claim.adapter, claim)
    for (const release of batch.putReleases) this.#put('releases', release.adapter, release)
    for (const key of [...batch.dropHolders, ...batch.putHolders.map((holder) => holder.key)]) {
      this.database.run('DELETE FROM holders WHERE key = ?', [key])
    }
    for (const holder of batch.putHolders) {
      this.database.run('INSERT INTO holders (key, data) VALUES (?, ?)', [holder.key, JSON.stringify(holder)])
    }
    for (const id of batch.dropAdapters) {
      this.#drop('adapters', 'id', id)
      this.#drop('claims', 'adapter', id)
      this.#drop('releases', 'adapter', id)
    }
  }

  #put(table: Table, key: string, row: StoredAdapter | StoredClaim | StoredRelease): void {
    this.database.run(`INSERT INTO ${table} VALUES (?, ?) ON CONFLICT DO UPDATE SET data = excluded.data`, [
      key,
      JSON.stringify(row),
    ])
  }

  #drop(table: Table, column: 'id' | 'adapter', key: string): void {
    this.database.run(`DELETE FROM ${table} WHERE ${column} = ?`, [key])
  }
}

type Table = 'adapters' | 'claims' | 'releases'

/** @throws RangeError when the events do not go on from the revision; revisions never go back */
function lastRevision(events: readonly EventDocument[], revision: number): number {
  let last = revision
  for (const event of events) {
    if (event.revision <= last) throw new RangeError(`Revision ${event.revision} comes after ${last}`)
    last = event.revision
  }
  return last
}
