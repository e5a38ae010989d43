import type {
  StoredAdapter,
  StoredClaim,
  StoredHolder,
  StoredRecord,
  StoredRelease,
} from '../core/engine/store-port.js'
import type { Database } from './database.js'
import { type Data, decode } from './rows.js'
import { sumOf, withoutRow, withRow } from './sums.js'

interface Tables {
  adapters: StoredAdapter
  claims: StoredClaim
  releases: StoredRelease
  holders: StoredHolder
  records: StoredRecord
}

const keys = {
  adapters: 'id',
  claims: 'adapter',
  releases: 'adapter',
  holders: 'key',
  records: 'id',
} as const

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
   * Oldest first.
   * @throws a `ClaimdError`, code `STATE_DAMAGED`, when one is not what was written
   */
  read<Name extends keyof Tables>(table: Name): Tables[Name][] {
    return this.database
      .all<Data & { key: Buffer }>(
        `SELECT CAST(${keys[table]} AS BLOB) AS key, CAST(data AS BLOB) AS data, sum FROM ${table}
         ORDER BY rowid`,
      )
      .map((row) => decode<Tables[Name]>(row, `${table} ${row.key}`, this.file))
  }

  put<Name extends keyof Tables>(table: Name, key: string, row: Tables[Name], rows: number): number {
    const data = JSON.stringify(row)
    const sum = sumOf(`${table} ${key}`, data)
    const before = this.database.get<{ sum: number }>(`SELECT sum FROM ${table} WHERE ${keys[table]} = ?`, [
      key,
    ])
    this.database.run(
      `INSERT INTO ${table} (${keys[table]}, data, sum) VALUES (?, ?, ?)
       ON CONFLICT DO UPDATE SET data = excluded.data, sum = excluded.sum`,
      [key, data, sum],
    )
    return withRow(before ? withoutRow(rows, before.sum) : rows, sum)
  }

  drop(table: keyof Tables, key: string, rows: number): number {
    return this.database
      .all<{ sum: number }>(`DELETE FROM ${table} WHERE ${keys[table]} = ? RETURNING sum`, [key])
      .reduce((left, { sum }) => withoutRow(left, sum), rows)
  }
}
