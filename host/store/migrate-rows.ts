import type { Database } from './database.js'
import { type Data, decode } from './rows.js'
import { placeOf, recordPrefix } from './state-rows.js'
import { sumOf } from './sums.js'

interface Table {
  name: string
  /** The column by which its rows were found. */
  id: string
  /** @returns the row as it is kept from now on */
  row(id: string, value: never): { kind: string; key: string; value: unknown }
}

const tables: Table[] = [
  { name: 'adapters', id: 'id', row: (key, value) => ({ kind: 'adapter', key, value }) },
  {
    name: 'claims',
    id: 'adapter',
    row: (key, value: object) => ({ kind: 'holding', key, value: { origin: 'out-of-band', ...value } }),
  },
  { name: 'releases', id: 'adapter', row: (key, value) => ({ kind: 'release', key, value }) },
  { name: 'holders', id: 'key', row: (key, value) => ({ kind: 'previous-holder', key, value }) },
  {
    name: 'records',
    id: 'id',
    row: (_, { kind, key, value }: { kind: string; key: string; value: unknown }) => ({
      kind: `${recordPrefix}${kind}`,
      key,
      value,
    }),
  },
]

/**
 * Puts the rows of all tables but the journal into one, in which a new kind of row needs no table of its own.
 * @throws a `ClaimdError`, code `STATE_DAMAGED`, when a row is not what was written
 */
export function migrateRows(database: Database, file: string): void {
  database.script(`CREATE TABLE rows (
    number INTEGER PRIMARY KEY, kind TEXT NOT NULL, key TEXT NOT NULL, data TEXT NOT NULL, sum INTEGER NOT NULL,
    UNIQUE (kind, key)
  ) STRICT`)
  for (const { name, id, row } of tables) {
    for (const stored of database.all<Data & { id: Buffer }>(
      `SELECT CAST(${id} AS BLOB) AS id, CAST(data AS BLOB) AS data, sum FROM ${name} ORDER BY rowid`,
    )) {
      const found = String(stored.id)
      const { kind, key, value } = row(found, decode<never>(stored, `${name} ${found}`, file))
      const data = JSON.stringify(value)
      database.run('INSERT INTO rows (kind, key, data, sum) VALUES (?, ?, ?, ?)', [
        kind,
        key,
        data,
        sumOf(placeOf(kind, key), data),
      ])
    }
    database.script(`DROP TABLE ${name}`)
  }
}
