import { crc32 } from 'node:zlib'
import type { Database } from './database.js'

/**
 * The checksum of a row. SQLite has none: it would hand out a claim in which a bit has flipped on the disk as if
 * somebody had made it.
 * @param where what tells the row from all others, so that one in another's place shows too
 */
export function sumOf(where: string, data: string | Buffer): number {
  return crc32(data, crc32(where))
}

/** The sum of many rows when one row more is among them. The order in which rows come and go leaves no trace. */
export function withRow(rows: number, sum: number): number {
  return (rows + sum) >>> 0
}

/** The sum of many rows when one row less is among them. */
export function withoutRow(rows: number, sum: number): number {
  return (rows - sum) >>> 0
}

/** The tables whose rows have checksums, beside that of the counters. */
const summedTables = ['rows', 'journal']

/**
 * The sum of all rows there are, the definitions of the tables among them. A page that is as it was once, after
 * a write that the disk forgot, is sound in itself; only this tells that rows are gone or came back.
 */
export function sumOfAllRows(database: Database, tables: readonly string[] = summedTables): number {
  const definitions = database.all<{ sql: Buffer }>(
    'SELECT CAST(sql AS BLOB) AS sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY name',
  )
  let all = sumOf('schema', Buffer.concat(definitions.map(({ sql }) => sql)))
  for (const table of tables) {
    const { sum } = database.get<{ sum: number }>(`SELECT ifnull(sum(sum), 0) AS sum FROM ${table}`)!
    all = withRow(all, sum % 2 ** 32)
  }
  return all
}
