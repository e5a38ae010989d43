import type { Database } from './database.js'
import type { Extent } from './journal.js'
import { damaged } from './state-errors.js'
import { sumOf, sumOfAllRows } from './sums.js'

/** The one row of the table `state`: what only ever goes on, and what need not be counted because of it. */
export interface Counters extends Extent {
  revision: number
  generation: number
  fence: number
  /** How long claimd has run with this database, in milliseconds. No clock that jumps has a part in it. */
  running: number
}

/**
 * @param tables those of an older format; default: those of this one
 * @throws a `ClaimdError`, code `STATE_DAMAGED`, when the counters, or the rows they count, are not what was written
 */
export function readCounters(database: Database, file: string, tables?: readonly string[]): Counters {
  const row = readRow(database)
  if (!row) throw damaged(file, 'the row of counters is gone')
  const { sum, ...counters } = row
  if (sumOfCounters(counters) !== sum)
    throw damaged(file, 'the checksum of the counters is not that of their row')
  if (sumOfAllRows(database, tables) !== counters.rows)
    throw damaged(file, 'the rows are not all that were written')
  return counters
}

/** Makes the checksums anew, after a migration. */
export function sealCounters(database: Database): void {
  writeCounters(database, { ...readRow(database)!, rows: sumOfAllRows(database) })
}

/** Within a transaction. */
export function writeCounters(database: Database, counters: Counters): void {
  const { revision, generation, fence, running, begin, bytes, rows } = counters
  database.run(
    `UPDATE state SET revision = ?, generation = ?, fence = ?, running = ?, journal_begin = ?,
       journal_bytes = ?, rows = ?, sum = ?`,
    [revision, generation, fence, running, begin, bytes, rows, sumOfCounters(counters)],
  )
}

function readRow(database: Database): (Counters & { sum: number }) | undefined {
  return database.get(
    `SELECT revision, generation, fence, running, journal_begin AS begin, journal_bytes AS bytes, rows, sum
     FROM state`,
  )
}

function sumOfCounters({ revision, generation, fence, running, begin, bytes, rows }: Counters): number {
  return sumOf('state', JSON.stringify([revision, generation, fence, running, begin, bytes, rows]))
}
