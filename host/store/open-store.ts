import { ClaimdError } from '@claimd/sdk'
import { Database } from './database.js'
import { fileIdentity } from './file-identity.js'
import { readDatabaseMarks } from './file-marks.js'
import { Journal, type JournalLimits } from './journal.js'
import { migrate } from './schema.js'
import { SqliteStore } from './sqlite-store.js'
import { damaged, inUse, unusable } from './state-errors.js'
import { assertOurs, checkStateFile, endBeginning, prepareStateFile } from './state-file.js'

export interface StoreOptions {
  /** How much of the journal is kept; default: 64 MB and 30 days. */
  journal?: Partial<JournalLimits>
  /** Monotonic milliseconds; default: the process's own. */
  now?: () => number
  /** Whether it does not matter who else may write to the folder: for those who write plugins. Default: `false`. */
  anyOwner?: boolean
}

/**
 * Bytes of a page in a new database. A commit writes each page that it touches, to the log and later to the database:
 * with SQLite's 4096 most of what is written, which wears out flash, would be what was there before.
 */
export const pageSize = 1024
/** So long the log may be before a commit takes it into the database, in bytes. */
const logLimit = 4 * 1024 * 1024

/** Files that this process has open. To look into one of them again would end SQLite's lock on it. */
const openFiles = new Set<string>()

/**
 * Opens the state in a folder, for this process alone.
 * @throws a `ClaimdError` whose code begins with `STATE_`; nothing was overwritten
 */
export function openStore(folder: string, options: StoreOptions = {}): SqliteStore {
  const file = prepareStateFile(folder, options.anyOwner)
  const identity = fileIdentity(file)!
  if (openFiles.has(identity)) throw inUse(file)
  checkStateFile(file)
  let database: Database | undefined
  try {
    database = new Database(file)
    lock(database)
    database.run(`PRAGMA page_size = ${pageSize}`)
    prepareFormat(database, file)
    endBeginning(file)
    const journal = new Journal(database, file, { bytes: 64 * 1024 * 1024, days: 30, ...options.journal })
    const now = options.now ?? (() => performance.now())
    const store = new SqliteStore(database, file, journal, now, () => openFiles.delete(identity))
    // Damage that no check of SQLite finds is found by reading, and nothing has been written so far.
    store.load()
    beginWriting(database)
    openFiles.add(identity)
    return store
  } catch (error) {
    database?.abandon()
    throw error instanceof ClaimdError ? error : unusable(file, error)
  }
}

/** Whether this process has the database open. */
export function isOpenHere(file: string): boolean {
  return openFiles.has(fileIdentity(file) ?? '')
}

/** Before WAL mode begins: then there is no shared memory file, and a second process is refused at once. */
function lock(database: Database): void {
  database.run('PRAGMA locking_mode = EXCLUSIVE')
}

function prepareFormat(database: Database, file: string): void {
  const marks = readDatabaseMarks(database)
  if (marks) {
    assertOurs(file, marks)
    const [row] = database.all<{ integrity_check: string }>('PRAGMA integrity_check(1)')
    if (row && row.integrity_check !== 'ok') throw damaged(file, row.integrity_check)
  }
  migrate(database, marks?.format ?? 0, file)
}

function beginWriting(database: Database): void {
  database.run('PRAGMA journal_mode = WAL')
  database.run('PRAGMA synchronous = NORMAL')
  // For when there is no quiet moment, see Checkpoints. It is counted in pages, and may be as long as SQLite's own.
  const { page_size: bytes } = database.get<{ page_size: number }>('PRAGMA page_size')!
  database.run(`PRAGMA wal_autocheckpoint = ${Math.round(logLimit / bytes)}`)
}
