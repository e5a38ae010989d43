import { dirname } from 'node:path'
import type { ClaimdError } from '@claimd/sdk'
import { claimdError } from '../core/errors.js'
import { shellWord } from '../core/shell-word.js'

/** A batch could not be written, and nothing of it was. The store can be used again once the cause is gone. */
export function notWritten(file: string, error: Error & { code: string }): ClaimdError {
  const folder = shellWord(dirname(file))
  const found = `${error.code}: ${error.message}`
  const { why, remedy } = reasonOf(error.code, folder)
  return claimdError(
    'STORE_DEGRADED',
    {
      message: `The journal ${file} cannot be written: ${why}`,
      found,
      expected: 'a disk that keeps it',
      remedy,
    },
    { cause: error },
  )
}

/** A file of the database is gone, or another one is in its place: nothing that is written would be found again. */
export function removed(file: string, missing: string): ClaimdError {
  return claimdError('STORE_DEGRADED', {
    message: `The journal ${file} cannot be written: it was removed or replaced while claimd uses it`,
    found: `no ${missing}, or another file of that name`,
    expected: 'the file that claimd opened',
    remedy: 'Put it back; or restart claimd, which begins a new state where there is none',
  })
}

function reasonOf(code: string, folder: string): { why: string; remedy: string } {
  switch (/^SQLITE_[A-Z]+/.exec(code)?.[0]) {
    case 'SQLITE_FULL':
      return { why: 'the disk is full', remedy: `Free some space (see df ${folder})` }
    case 'SQLITE_READONLY':
      return { why: 'it is read-only', remedy: `Make the file system of ${folder} writable again` }
    case 'SQLITE_IOERR':
      return { why: 'the disk reports an error', remedy: 'See to the disk (dmesg)' }
    case 'SQLITE_CORRUPT':
    case 'SQLITE_NOTADB':
      return { why: 'it is damaged', remedy: 'Restart claimd: it checks the file and says what to do' }
    default:
      return { why: 'SQLite refused it', remedy: 'See what was found' }
  }
}
