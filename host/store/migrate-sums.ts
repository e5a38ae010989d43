import type { Database } from './database.js'
import { sumOf } from './sums.js'

/** So many rows of the journal are read at a time: it can be larger than the memory one would spend on it. */
const page = 1_000

/** Gives every row the checksum that it was written without so far. */
export function migrateSums(database: Database): void {
  for (const table of ['adapters', 'claims', 'releases', 'holders', 'journal', 'state'])
    database.script(`ALTER TABLE ${table} ADD COLUMN sum INTEGER NOT NULL DEFAULT 0`)
  database.script('ALTER TABLE state ADD COLUMN rows INTEGER NOT NULL DEFAULT 0')
  sumTable(database, 'adapters', 'id')
  sumTable(database, 'claims', 'adapter')
  sumTable(database, 'releases', 'adapter')
  sumTable(database, 'holders', 'key')
  sumJournal(database)
}

function sumTable(database: Database, table: string, key: string): void {
  for (const row of database.all<{ key: Buffer; data: Buffer }>(
    `SELECT CAST(${key} AS BLOB) AS key, CAST(data AS BLOB) AS data FROM ${table}`,
  )) {
    const id = String(row.key)
    database.run(`UPDATE ${table} SET sum = ? WHERE ${key} = ?`, [sumOf(`${table} ${id}`, row.data), id])
  }
}

function sumJournal(database: Database): void {
  let last = 0
  for (;;) {
    const rows = database.all<{ revision: number; data: Buffer }>(
      'SELECT revision, CAST(data AS BLOB) AS data FROM journal WHERE revision > ? ORDER BY revision LIMIT ?',
      [last, page],
    )
    for (const { revision, data } of rows) {
      const sum = sumOf(`journal ${revision}`, data)
      database.run('UPDATE journal SET sum = ? WHERE revision = ?', [sum, revision])
    }
    if (rows.length < page) return
    last = rows.at(-1)!.revision
  }
}
