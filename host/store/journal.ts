import type { Round } from '@claimd/sdk'
import { adapterRows } from '../core/claims/rows.js'
import type { StoredEvent } from '../core/kernel/journal-event.js'
import type { Database } from './database.js'
import { type Data, decode } from './rows.js'
import { damaged } from './state-errors.js'
import { sumOf, withoutRow, withRow } from './sums.js'

/** The journal is a ring: what is older or does not fit any more is dropped, oldest first. */
export interface JournalLimits {
  /** The size of its events as JSON. What SQLite adds to that is about a sixth. */
  bytes: number
  /** Days in which claimd ran: the wall clock may jump by years, and a journal must neither vanish nor stay by that. */
  days: number
}

/** Where the journal begins and how big it is; kept beside it, so that nothing has to be counted. */
export interface Extent {
  /** Revisions below it have been dropped. */
  begin: number
  bytes: number
  /** The sum of all rows, see `sumOfAllRows`. */
  rows: number
}

interface Row extends Data {
  revision: number
}

const hour = 3_600_000
const day = 24 * hour

/** The events in the database. It keeps no count of its own: a transaction may still be undone. */
export class Journal {
  /** By the time that claimd has run; age is looked at once an hour. */
  #nextLookAtAge = 0

  constructor(
    readonly database: Database,
    readonly file: string,
    readonly limits: JournalLimits,
  ) {}

  /**
   * Adds events within a transaction.
   * @param gone adapters that are not there any more
   * @param running how long claimd has run, in milliseconds; never goes back
   * @returns the extent once the transaction is committed
   */
  append(events: readonly StoredEvent[], gone: readonly string[], extent: Extent, running: number): Extent {
    let { bytes, rows } = gone.reduce((left, adapter) => this.#forgetRounds(adapter, left), extent)
    for (const event of events) {
      const data = JSON.stringify(event)
      const sum = sumOf(placeOf(event), data)
      bytes += Buffer.byteLength(data)
      rows = withRow(rows, sum)
      if (event.type === 'round' && event.adapter !== null) {
        ;({ bytes, rows } = this.#forgetRounds(event.adapter, { ...extent, bytes, rows }))
      }
      this.database.run(
        'INSERT INTO journal (revision, running, type, adapter, data, sum) VALUES (?, ?, ?, ?, ?, ?)',
        [event.revision, running, event.type, event.adapter, data, sum],
      )
    }
    return this.#prune({ begin: extent.begin, bytes, rows }, events.length, running)
  }

  /** Events after a revision, oldest first. */
  events(revision: number, limit: number, { begin }: Pick<Extent, 'begin'>): StoredEvent[] {
    return this.database
      .all<Row>(
        'SELECT revision, CAST(data AS BLOB) AS data, sum FROM journal WHERE revision >= ? ORDER BY revision LIMIT ?',
        [Math.max(revision + 1, begin), limit],
      )
      .map((row) => decode<StoredEvent>(row, placeOf(row), this.file))
  }

  /** The finished rounds of an adapter, oldest first; the newest `limit` of them. */
  rounds(adapter: string, limit: number): Round[] {
    return this.database
      .all<Row>(
        `SELECT revision, CAST(data AS BLOB) AS data, sum FROM journal
         WHERE type = 'round' AND adapter = ? ORDER BY revision DESC LIMIT ?`,
        [adapter, limit],
      )
      .map((row) => this.#round(row, adapter))
      .reverse()
  }

  /** The oldest revision from which on nothing is missing; 0 when there is none. */
  oldest({ begin }: Pick<Extent, 'begin'>): number {
    const row = this.database.get<{ oldest: number | null }>(
      'SELECT min(revision) AS oldest FROM journal WHERE revision >= ?',
      [begin],
    )
    return row?.oldest ?? 0
  }

  #round(row: Row, asked: string): Round {
    const { adapter, round } = decode<StoredEvent & { round: Round }>(row, placeOf(row), this.file)
    // The columns beside the data have no checksum.
    if (adapter !== asked) throw damaged(this.file, `a round of ${adapter} is listed among those of ${asked}`)
    return round
  }

  #prune(extent: Extent, added: number, now: number): Extent {
    const tooBig = extent.bytes > this.limits.bytes
    if (!tooBig && now < this.#nextLookAtAge) return extent
    // A little more than necessary, so that the next commits need not prune again.
    const excess = tooBig ? extent.bytes - this.limits.bytes * (1 - 1 / 1024) : 0
    // Faster than the journal grows, and yet no commit has much more to do than another.
    const most = 2 * added + 256
    const { begin, done } = this.#findBegin(extent.begin, excess, now - this.limits.days * day, most)
    if (done) this.#nextLookAtAge = now + hour
    return begin === extent.begin ? extent : this.#dropBefore(begin, extent)
  }

  #findBegin(begin: number, excess: number, oldest: number, most: number): { begin: number; done: boolean } {
    const rows = this.database.all<{ revision: number; running: number; bytes: number }>(
      `SELECT revision, running, octet_length(data) AS bytes FROM journal
       WHERE revision >= ? ORDER BY revision LIMIT ?`,
      [begin, most],
    )
    let kept = begin
    for (const { revision, running, bytes } of rows) {
      if (excess <= 0 && running >= oldest) return { begin: kept, done: true }
      excess -= bytes
      kept = revision + 1
    }
    return { begin: kept, done: rows.length < most }
  }

  /**
   * Why an adapter is as it is must not be forgotten while it is there: its last round stays, until there is a
   * newer one, or the adapter is gone.
   */
  #dropBefore(begin: number, extent: Extent): Extent {
    const dropped = this.database.all<Dropped>(
      `DELETE FROM journal AS this WHERE revision >= ? AND revision < ? AND NOT (
         type = 'round'
         AND EXISTS (SELECT 1 FROM rows WHERE kind = '${adapterRows.name}' AND key = this.adapter)
         AND NOT EXISTS (
           SELECT 1 FROM journal AS later
           WHERE later.type = 'round' AND later.adapter = this.adapter AND later.revision > this.revision
         )
       ) RETURNING octet_length(data) AS bytes, sum`,
      [extent.begin, begin],
    )
    return without({ ...extent, begin }, dropped)
  }

  /** Drops the rounds of an adapter that were only kept because they were its last ones, within a transaction. */
  #forgetRounds(adapter: string, extent: Extent): Extent {
    const dropped = this.database.all<Dropped>(
      `DELETE FROM journal WHERE type = 'round' AND adapter = ? AND revision < ?
       RETURNING octet_length(data) AS bytes, sum`,
      [adapter, extent.begin],
    )
    return without(extent, dropped)
  }
}

interface Dropped {
  bytes: number
  sum: number
}

function without({ begin, bytes, rows }: Extent, dropped: readonly Dropped[]): Extent {
  const left = { begin, bytes, rows }
  for (const row of dropped) {
    left.bytes -= row.bytes
    left.rows = withoutRow(left.rows, row.sum)
  }
  return left
}

function placeOf({ revision }: { revision: number }): string {
  return `journal ${revision}`
}
