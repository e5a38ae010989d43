import { accessSync, chmodSync, closeSync, constants, mkdirSync, openSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { ClaimdError } from '@claimd/sdk'
import { makeFolders } from '../lib/make-folders.js'
import { type FileMarks, readFileMarks } from './file-marks.js'
import { applicationId, currentFormat } from './schema.js'
import { damaged, foreign, newer, unsafeState, unusable } from './state-errors.js'
import { unsafeForRoot } from './unsafe-path.js'

export function databaseFile(folder: string): string {
  return join(folder, 'claimd.db')
}

/**
 * Makes sure that the folder can keep a state. Missing folders (0700, as the XDG specification asks) and a
 * missing file (0600) are made.
 * @param anyOwner whether it does not matter who else may write there
 * @returns the database file
 */
export function prepareStateFile(folder: string, anyOwner = false): string {
  const file = databaseFile(folder)
  if (!anyOwner) checkOwners(folder)
  try {
    makeFolder(folder)
    // SQLite needs to make files beside the database.
    accessSync(folder, constants.R_OK | constants.W_OK | constants.X_OK)
    makeFile(file)
  } catch (error) {
    throw error instanceof ClaimdError ? error : unusable(file, error)
  }
  return file
}

/** Looks at the file before SQLite may. @throws a `ClaimdError` that says why it is not for this version */
export function checkStateFile(file: string): void {
  let marks: ReturnType<typeof readFileMarks>
  try {
    marks = readFileMarks(file)
  } catch (error) {
    throw unusable(file, error)
  }
  if (marks === 'not-a-database') throw damaged(file, 'it does not begin like an SQLite database')
  if (marks) assertOurs(file, marks)
  // SQLite would take an empty file for a new database, and remove the log that belongs to the old one.
  else if (!isNew(file)) throw damaged(file, 'the file is empty')
}

/** To be called once the database has its tables: from now on an empty file is a damaged one. */
export function endBeginning(file: string): void {
  rmSync(beginningMark(file), { force: true })
}

/** @throws a `ClaimdError` unless the marks are those of a database that this version reads */
export function assertOurs(file: string, marks: FileMarks): void {
  if (marks.applicationId !== applicationId) throw foreign(file, marks.applicationId, applicationId)
  if (marks.format > currentFormat) throw newer(file, marks.format, currentFormat)
}

/**
 * Whose database it is decides which plugins are trusted, and so what runs as this user.
 * @throws a `ClaimdError`, code `STATE_UNSAFE`, for root, when another user could change it
 */
export function checkOwners(folder: string): void {
  const file = databaseFile(folder)
  // SQLite reads the log beside the database as part of it.
  for (const path of [folder, file, `${file}-wal`, `${file}-journal`]) {
    const found = unsafeForRoot(path)
    if (found) throw unsafeState(folder, found)
  }
}

function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { mode: 0o700 })
  } catch (error) {
    // Only then: for a read-only or full disk, a recursive mkdir gives the wrong reason.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') makeFolders(folder, 0o700)
    // Whatever the reason was, with a folder in its place there is none to complain.
    if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) throw error
  }
}

function makeFile(file: string): void {
  const found = statSync(file, { throwIfNoEntry: false })
  if (!found) beginFile(file)
  else if (found.isFile() && found.mode & 0o077) chmodSync(file, 0o600)
}

function beginFile(file: string): void {
  if (statSync(`${file}-wal`, { throwIfNoEntry: false })?.size)
    throw damaged(file, 'the file is gone, but its log claimd.db-wal is there')
  closeSync(openSync(beginningMark(file), 'w', 0o600))
  closeSync(openSync(file, 'wx', 0o600))
}

function isNew(file: string): boolean {
  return statSync(beginningMark(file), { throwIfNoEntry: false }) !== undefined
}

/** A file that is there while the database is made: a process that is killed then leaves an empty database. */
function beginningMark(file: string): string {
  return `${file}-new`
}
