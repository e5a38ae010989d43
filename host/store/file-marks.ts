import { closeSync, openSync, readSync } from 'node:fs'
import type { Database } from './database.js'

/** What a SQLite file says it is. */
export interface FileMarks {
  applicationId: number
  format: number
}

/**
 * Reads the marks from the file itself, so that a file that is not ours is never opened by SQLite, which may
 * write to it even for reading.
 *
 * To be called before SQLite has the file open in this process: closing a file ends all its POSIX locks.
 * @returns null for an empty file, `not-a-database` for anything else that is not of SQLite
 */
export function readFileMarks(file: string): FileMarks | 'not-a-database' | null {
  const header = Buffer.alloc(100)
  const descriptor = openSync(file, 'r+')
  try {
    const length = readSync(descriptor, header, 0, header.length, 0)
    if (length === 0) return null
    if (length < header.length || header.toString('latin1', 0, 16) !== 'SQLite format 3\0')
      return 'not-a-database'
  } finally {
    closeSync(descriptor)
  }
  return { applicationId: header.readUInt32BE(68), format: header.readUInt32BE(60) }
}

/** Reads the marks as they are with the write-ahead log taken into account; null for an empty database. */
export function readDatabaseMarks(database: Database): FileMarks | null {
  const marks = {
    applicationId: pragma(database, 'application_id'),
    format: pragma(database, 'user_version'),
  }
  const tables = database.get<{ count: number }>('SELECT count(*) AS count FROM sqlite_schema')
  return marks.applicationId === 0 && marks.format === 0 && tables?.count === 0 ? null : marks
}

function pragma(database: Database, name: string): number {
  return database.get<Record<string, number>>(`PRAGMA ${name}`)![name]!
}
