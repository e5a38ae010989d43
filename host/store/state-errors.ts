import { dirname } from 'node:path'
import type { ClaimdError } from '@claimd/sdk'
import { claimdError, type ErrorCode } from '../core/errors.js'
import { shellWord } from '../core/shell-word.js'
import { lockHolder } from './lock-holder.js'
import type { UnsafePath } from './unsafe-path.js'
import { whoHasOpen } from './who-has-open.js'

/** The database in the state folder belongs to a process that runs. */
export function inUse(file: string, cause?: unknown): ClaimdError {
  const locked = lockHolder(file)
  const pid = locked ?? whoHasOpen(file)
  const uses = locked === null ? 'is open in' : 'is locked by'
  return claimdError(
    'STATE_IN_USE',
    {
      message: `Another claimd uses the state folder ${dirname(file)}`,
      found: pid ? `${file} ${uses} process ${pid}` : `${file} is locked by another process`,
      expected: 'a state folder that no other claimd uses',
      remedy: `Stop ${pid ? `process ${pid}` : 'the other claimd'}, or give this one its own folder with --state DIR`,
    },
    { cause },
  )
}

/** The file is damaged: no SQLite database (any more), or one whose contents do not hold together. */
export function damaged(file: string, found: string, cause?: unknown): ClaimdError {
  return claimdError(
    'STATE_DAMAGED',
    {
      message: `The state in ${file} is damaged; claimd does not touch it`,
      found,
      expected: 'a sound database of claimd',
      remedy: `Put a sound copy in its place, or start anew without the old claims and decisions: ${moveAside(file)}`,
    },
    { cause },
  )
}

/** The file is a sound database, but of another application. @param own the id of claimd's own */
export function foreign(file: string, id: number, own: number): ClaimdError {
  return claimdError('STATE_FOREIGN', {
    message: `${file} is a database of another application; claimd does not touch it`,
    found: `application id 0x${id.toString(16).padStart(8, '0')}`,
    expected: `0x${own.toString(16)}, a database of claimd`,
    remedy: `Give claimd its own folder with --state DIR, or move the file: ${moveAside(file)}`,
  })
}

/** Another user could have written what the state says, or could change it. */
export function unsafeState(folder: string, { found, remedy }: UnsafePath): ClaimdError {
  return claimdError('STATE_UNSAFE', {
    message: `Another user could change the state in ${folder}, and so what runs as root`,
    found,
    expected: 'a folder and files of root that nobody else may write to',
    remedy: `If its contents are your own: ${remedy}. Else give another folder with --state DIR`,
  })
}

/** The database was written by a later version of claimd. @param newest the format that this one writes */
export function newer(file: string, format: number, newest: number): ClaimdError {
  return claimdError('STATE_NEWER', {
    message: `The state in ${file} was written by a newer claimd; this one does not touch it`,
    found: `format ${format}`,
    expected: `format ${newest} or older`,
    remedy: `Start the newer claimd, or start anew without its claims and decisions: ${moveAside(file)}`,
  })
}

/** The command that frees the place and keeps everything. The log belongs to the database: it goes with it. */
function moveAside(file: string): string {
  const folder = shellWord(dirname(file))
  return `mkdir ${folder}/aside && mv ${folder}/claimd.db* ${folder}/aside/`
}

/**
 * SQLite's words for a file that is not as it should be. ERROR is a table that is not there, and READONLY a
 * file that says so itself: a file system that is read-only has refused before.
 */
const damages = new Set(['SQLITE_NOTADB', 'SQLITE_CORRUPT', 'SQLITE_ERROR', 'SQLITE_READONLY'])

/** What the operating system or SQLite refused while the state folder was prepared or opened. */
export function unusable(file: string, error: unknown): ClaimdError {
  const { code = '', message } = error as { code?: string; message: string }
  const found = message.includes(code) ? message : `${code}: ${message}`
  // SQLITE_IOERR_WRITE is a kind of SQLITE_IOERR.
  const reason = /^SQLITE_[A-Z]+/.exec(code)?.[0] ?? code
  if (reason === 'SQLITE_BUSY') return inUse(file, error)
  if (damages.has(reason)) return damaged(file, found, error)
  const folder = dirname(file)
  const [kind, text] = refusals(folder)[reason] ?? [
    'STATE_UNUSABLE',
    {
      message: `The state in ${file} cannot be opened`,
      expected: 'a database that can be read and written',
      remedy: 'See to the disk (dmesg), or give another folder with --state DIR',
    },
  ]
  return claimdError(kind, { found, ...text }, { cause: error })
}

type Refusal = [ErrorCode, { message: string; expected: string; remedy: string }]

function refusals(folder: string): Record<string, Refusal> {
  const forbidden: Refusal = [
    'STATE_FORBIDDEN',
    {
      message: `User ${process.geteuid?.()} may not use the state folder ${folder}`,
      expected: 'a folder that this user may read, write and enter',
      remedy: 'Run claimd as the user that the folder belongs to, or give another one with --state DIR',
    },
  ]
  const readOnly: Refusal = [
    'STATE_READ_ONLY',
    {
      message: `The state folder ${folder} is on a read-only file system`,
      expected: 'a folder that can be written',
      remedy: 'Make the file system writable (mount -o remount,rw), or give another folder with --state DIR',
    },
  ]
  const full: Refusal = [
    'STATE_FULL',
    {
      message: `The disk of the state folder ${folder} is full`,
      expected: 'space for the database',
      remedy: `Free some space (see df ${shellWord(folder)})`,
    },
  ]
  const noPlace: Refusal = [
    'STATE_FOLDER_INVALID',
    {
      message: `The state folder ${folder} cannot be made: the system knows no such place`,
      expected: 'a folder, or a name for a new one in a folder that exists',
      remedy: 'Check the path and the links in it, or give another folder with --state DIR',
    },
  ]
  const notFolder: Refusal = [
    'STATE_FOLDER_INVALID',
    {
      message: `The state cannot be kept in ${folder}`,
      expected: 'a folder, with a plain file claimd.db in it or none',
      remedy: 'Give a folder with --state DIR, or move away what is in its place',
    },
  ]
  const noFile: Refusal = [
    'STATE_UNUSABLE',
    {
      message: `No file can be made in the state folder ${folder}`,
      expected: 'a folder in which files can be made: the database needs a log beside it',
      remedy: `See whether the file system has inodes left (df -i ${shellWord(folder)}) and whether a quota is used up`,
    },
  ]
  return {
    EACCES: forbidden,
    EPERM: forbidden,
    EROFS: readOnly,
    ENOSPC: full,
    EDQUOT: full,
    SQLITE_FULL: full,
    SQLITE_CANTOPEN: noFile,
    ENOENT: noPlace,
    EEXIST: notFolder,
    ENOTDIR: notFolder,
    EISDIR: notFolder,
  }
}
