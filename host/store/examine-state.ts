import { accessSync, constants, copyFileSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { ClaimdError, type ErrorDocument } from '@claimd/sdk'
import { makeTemporaryFolder } from '../lib/temporary-folder.js'
import { isOpenHere, openStore } from './open-store.js'
import { unusable } from './state-errors.js'
import { checkOwners, databaseFile } from './state-file.js'

/** The database, its log, and the mark of one that is being made. */
const files = ['claimd.db', 'claimd.db-wal', 'claimd.db-new']

/** A daemon that writes meanwhile can spoil a copy. */
const attempts = 5

/**
 * Why the next start would not take the database in a state folder: it is damaged, newer, foreign or unreadable, or another
 * user could change it. `null` when it would, or when there is none. A copy is opened as a start does it, so that neither the files nor a daemon
 * that uses them are disturbed.
 */
export function examineState(folder: string): ErrorDocument | null {
  try {
    checkOwners(folder)
  } catch (error) {
    return (error as ClaimdError).document as ErrorDocument
  }
  // To close a file of this process would end its lock; and whoever has it open knows how it is.
  if (isOpenHere(databaseFile(folder))) return null
  for (let attempt = 1; ; attempt++) {
    const before = marksOf(folder)
    const trouble = tryCopy(folder)
    if (trouble === null || attempt === attempts || marksOf(folder) === before) return trouble
  }
}

function tryCopy(folder: string): ErrorDocument | null {
  let copy = ''
  try {
    copy = makeTemporaryFolder('claimd-state-', (room) => {
      copy = room
      for (const name of files) copyIfThere(folder, name, room)
      openCopy(room)
    })
    return null
  } catch (error) {
    if (!(error instanceof ClaimdError)) throw error
    return about(folder, copy, error.document as ErrorDocument)
  } finally {
    if (copy !== '') rmSync(copy, { recursive: true, force: true })
  }
}

/** That there is no space for the copy says nothing of the state. */
function openCopy(room: string): void {
  try {
    openStore(room).close()
  } catch (error) {
    throw error instanceof ClaimdError && error.code === 'STATE_FULL' ? error.cause : error
  }
}

function copyIfThere(folder: string, name: string, copy: string): void {
  const file = join(folder, name)
  try {
    const found = statSync(file, { throwIfNoEntry: false })
    if (found === undefined) return
    // To open a pipe would wait for its other end.
    if (!found.isFile()) throw Object.assign(new Error('it is not a plain file'), { code: 'EISDIR' })
    accessSync(file, constants.R_OK)
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code
    if (code !== 'ENOTDIR' && code !== 'ENOENT') throw unusable(databaseFile(folder), error)
    return
  }
  // What fails now is of the copy.
  copyFileSync(file, join(copy, name))
}

/** Its texts name the files that were examined, not the copy. */
function about(folder: string, copy: string, document: ErrorDocument): ErrorDocument {
  const named = (text: string | null) => (copy === '' ? text : (text?.replaceAll(copy, folder) ?? null))
  return {
    ...document,
    message: named(document.message)!,
    found: named(document.found),
    remedy: named(document.remedy),
  }
}

/** Changes when the files are written. */
function marksOf(folder: string): string {
  return files.map((name) => markOf(join(folder, name))).join('\n')
}

function markOf(file: string): string {
  try {
    const { ino, size, mtimeNs } = statSync(file, { bigint: true })
    return `${ino} ${size} ${mtimeNs}`
  } catch {
    // That it cannot be read is found when it is copied.
    return '-'
  }
}
