import type { EventDocument, Round } from '@claimd/sdk'
import type { Database } from './database.js'
import { type Data, decode } from './rows.js'

/** The journal is a ring: what is older or does not fit any more is dropped, oldest first. */
export interface JournalLimits {
  /** The size of its events as JSON. What SQLite adds to that is about a sixth. */
  bytes: number
  days: number
}

/** Where the journal begins and how big it is; kept beside it, so that nothing has to be counted. */
export interface Extent {
  /** Revisions below it have been dropped. */
  begin: number
  bytes: number
}

const hour = 3_600_000
const day = 24 * hour

/** The events in the database. It keeps no count of its own: a transaction may still be undone. */
export class Journal {
  /** Milliseconds since 1970; age is looked at once an hour, by the clock of the events. */
  #nextLookAtAge = 0

  constructor(
    readonly database: Database,
    readonly file: string,
    readonly limits: JournalLimits,
  ) {}

  /** Adds events within a transaction. @returns the extent once the transaction is committed */
  append(events: readonly EventDocument[], extent: Extent): Extent {
    let { bytes } = extent
    for (const event of events) {
      const data = JSON.stringify(event)
      bytes += Buffer.byteLength(data)
      this.database.run('INSERT INTO journal (revision, at, type, adapter, data) VALUES (?, ?, ?, ?, ?)', [
        event.revision,
        Date.parse(event.at),
        event.type,
        event.adapter,
        data,
      ])
    }
    return this.#prune({ begin: extent.begin, bytes }, events)
  }

  /** Events after a revision, oldest first. */
  events(revision: number, limit: number, { begin }: Extent): EventDocument[] {
    return this.database
      .all<Data>(
        'SELECT CAST(data AS BLOB) AS data FROM journal WHERE revision >= ? ORDER BY revision LIMIT ?',
        [Math.max(revision + 1, begin), limit],
      )
      .map((row) => decode<EventDocument>(row, this.file))
  }

  /** The finished rounds of an adapter, oldest first; the newest `limit` of them. */
  rounds(adapter: string, limit: number): Round[] {
    return this.database
      .all<Data>(
        `SELECT CAST(data AS BLOB) AS data FROM journal
         WHERE type = 'round' AND adapter = ? ORDER BY revision DESC LIMIT ?`,
        [adapter, limit],
      )
      .map((row) => decode<{ round: Round }>(row, this.file).round)
      .reverse()
  }

  /** The oldest revision from which on nothing is missing; 0 when there is none. */
  oldest({ begin }: Extent): number {
    const row = this.database.get<{ oldest: number | null }>(
      'SELECT min(revision) AS oldest FROM journal WHERE revision >= ?',
      [begin],
    )
    return row?.oldest ?? 0
  }

  #prune(extent: Extent, added: readonly EventDocument[]): Extent {
    const now = added.length > 0 ? Date.parse(added.at(-1)!.at) : 0
    const tooBig = extent.bytes > this.limits.bytes
    if (!tooBig && now < this.#nextLookAtAge) return extent
    // A little more than necessary, so that the next commits need not prune again.
    const excess = tooBig ? extent.bytes - this.limits.bytes * (1 - 1 / 1024) : 0
    // Faster than the journal grows, and yet no commit has much more to do than another.
    const most = 2 * added.length + 256
    const { begin, done } = this.#findBegin(extent.begin, excess, now - this.limits.days * day, most)
    if (done) this.#nextLookAtAge = now + hour
    return begin === extent.begin ? extent : { begin, bytes: extent.bytes - this.#dropBefore(begin) }
  }

  #findBegin(begin: number, excess: number, oldest: number, most: number): { begin: number; done: boolean } {
    const rows = this.database.all<{ revision: number; at: number; bytes: number }>(
      `SELECT revision, at, octet_length(data) AS bytes FROM journal
       WHERE revision >= ? ORDER BY revision LIMIT ?`,
      [begin, most],
    )
    let kept = begin
    for (const { revision, at, bytes } of rows) {
      if (excess <= 0 && at >= oldest) return { begin: kept, done: true }
      excess -= bytes
      kept = revision + 1
    }
    return { begin: kept, done: rows.length < most }
  }

  /** Why an adapter is as it is must not be forgotten while it is there: its last round stays. */
  #dropBefore(begin: number): number {
    const dropped = this.database.all<{ bytes: number }>(
      `DELETE FROM journal AS this WHERE revision < ? AND NOT (
         type = 'round'
         AND EXISTS (SELECT 1 FROM adapters WHERE id = this.adapter)
         AND NOT EXISTS (
           SELECT 1 FROM journal AS later
           WHERE later.type = 'round' AND later.adapter = this.adapter AND later.revision > this.revision
         )
       ) RETURNING octet_length(data) AS bytes`,
      [begin],
    )
    return dropped.reduce((sum, { bytes }) => sum + bytes, 0)
  }
}
