import type { Row, RowWrite } from '../core/kernel/rows.js'
import type { Database } from './database.js'
import { type Data, decode } from './rows.js'
import { sumOf, withoutRow, withRow } from './sums.js'

interface Stored extends Data {
  kind: Buffer
  key: Buffer
}

const columns = 'CAST(kind AS BLOB) AS kind, CAST(key AS BLOB) AS key, CAST(data AS BLOB) AS data, sum'

/** Kinds of what parts beside the core keep, see `Records`, begin so. */
export const recordPrefix = 'record:'

/**
 * The rows that say what is so now. The sum of all rows, `rows`, is handed in and given back: what a transaction
 * did to it may still be undone.
 */
export class StateRows {
  constructor(
    readonly database: Database,
    readonly file: string,
  ) {}

  /**
   * Those of the core, in their order.
   * @throws a `ClaimdError`, code `STATE_DAMAGED`, when one is not what was written
   */
  readCore(): Row[] {
    return this.database
      .all<Stored>(
        `SELECT ${columns} FROM rows WHERE substr(kind, 1, ${recordPrefix.length}) <> ? ORDER BY number`,
        [recordPrefix],
      )
      .map((row) => this.#row(row))
  }

  /** Those of a kind, in their order. @throws as {@link readCore} */
  read(kind: string): Row[] {
    return this.database
      .all<Stored>(`SELECT ${columns} FROM rows WHERE kind = ? ORDER BY number`, [kind])
      .map((row) => this.#row(row))
  }

  write({ kind, key, value, last }: RowWrite, rows: number): number {
    if (value === undefined) return this.#drop(kind, key, rows)
    const left = last ? this.#drop(kind, key, rows) : rows
    const data = JSON.stringify(value)
    const sum = sumOf(placeOf(kind, key), data)
    const before = last
      ? undefined
      : this.database.get<{ sum: number }>('SELECT sum FROM rows WHERE kind = ? AND key = ?', [kind, key])
    this.database.run(
      `INSERT INTO rows (kind, key, data, sum) VALUES (?, ?, ?, ?)
       ON CONFLICT (kind, key) DO UPDATE SET data = excluded.data, sum = excluded.sum`,
      [kind, key, data, sum],
    )
    return withRow(before ? withoutRow(left, before.sum) : left, sum)
  }

  #drop(kind: string, key: string, rows: number): number {
    return this.database
      .all<{ sum: number }>('DELETE FROM rows WHERE kind = ? AND key = ? RETURNING sum', [kind, key])
      .reduce((left, { sum }) => withoutRow(left, sum), rows)
  }

  #row(stored: Stored): Row {
    const [kind, key] = [String(stored.kind), String(stored.key)]
    return { kind, key, value: decode(stored, placeOf(kind, key), this.file) }
  }
}

/** What the checksum of a row is made with. */
export function placeOf(kind: string, key: string): string {
  return `${kind} ${key}`
}
