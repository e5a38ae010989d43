import './brief-reports.js'
import Libsql from 'libsql'
import { type BindValue, checkBindValues, countPlaceholders } from './bind-values.js'

interface Statement {
  handle: Libsql.Statement
  placeholders: number
  hasRows: boolean
}

/** Whether an error is SQLite's own; its `code` is such as `SQLITE_FULL`. */
export function isSqliteError(error: unknown): error is Error & { code: string } {
  return error instanceof Libsql.SqliteError
}

/** Takes out what libsql adds to a single row, and makes bytes a Buffer also where libsql does not. */
function tidy(row: Record<string, unknown>): void {
  delete row._metadata
  for (const name in row) {
    const value = row[name]
    if (value instanceof ArrayBuffer) row[name] = Buffer.from(value)
  }
}

/**
 * A SQLite database that this process has for itself. The only file that calls libsql: it keeps libsql's
 * traps (values that abort the process, values that are silently changed) away from everyone else.
 *
 * Errors of SQLite are thrown as `SqliteError` with a `code` such as `SQLITE_FULL`; the database stays usable
 * after them. Misuse is a `TypeError`.
 */
export class Database {
  readonly #handle: Libsql.Database
  readonly #statements = new Map<string, Statement>()
  #open = true

  /** Opens a file, and makes it if there is none. Nothing is read, written or locked before the first statement. */
  constructor(file: string) {
    this.#handle = new Libsql(file)
  }

  /** Runs statements that take no values and whose rows nobody wants. */
  script(sql: string): void {
    this.#assertOpen()
    this.#handle.exec(sql)
  }

  run(sql: string, values: readonly BindValue[] = []): void {
    const { handle, placeholders, hasRows } = this.#statement(sql)
    const checked = checkBindValues(values, placeholders)
    // A statement with rows that nobody reads to their end stays in progress, and no transaction can commit.
    if (hasRows) handle.all(checked)
    else handle.run(checked)
  }

  all<Row extends object>(sql: string, values: readonly BindValue[] = []): Row[] {
    const { handle, placeholders } = this.#statement(sql)
    const rows = handle.all(checkBindValues(values, placeholders)) as Row[]
    for (const row of rows) tidy(row as Record<string, unknown>)
    return rows
  }

  get<Row extends object>(sql: string, values: readonly BindValue[] = []): Row | undefined {
    const { handle, placeholders } = this.#statement(sql)
    const row = handle.get(checkBindValues(values, placeholders)) as Row | undefined
    if (row) tidy(row as Record<string, unknown>)
    return row
  }

  /**
   * Does everything that `work` does, or nothing of it.
   * @param sync also wait until the disk has it; otherwise it survives the end of this process, not a power cut
   */
  transaction<Result>(work: () => Result, { sync = false } = {}): Result {
    // Not allowed within a transaction. With FULL a flush that fails makes the commit fail.
    if (sync) this.script('PRAGMA synchronous = FULL')
    try {
      this.run('BEGIN IMMEDIATE')
      const result = work()
      this.run('COMMIT')
      return result
    } catch (error) {
      // After some errors, such as a full disk, SQLite has rolled back by itself; rolling back once more
      // would throw and hide why.
      if (this.#handle.inTransaction) this.run('ROLLBACK')
      throw error
    } finally {
      if (sync) this.script('PRAGMA synchronous = NORMAL')
    }
  }

  /**
   * Takes the write-ahead log into the database and lets go of the file.
   *
   * libsql keeps the file open and locked as long as a statement waits for the garbage collector. So the
   * lock is given up by hand, which SQLite does only outside of WAL mode. Where that fails (a full disk) the
   * log stays, loses nothing, and the lock ends with the process.
   */
  close(): void {
    if (!this.#open) return
    try {
      this.run('PRAGMA journal_mode = DELETE')
    } catch {}
    this.abandon()
  }

  /** Lets go of a file without writing to it. One that is in WAL mode stays locked until the process ends. */
  abandon(): void {
    if (!this.#open) return
    try {
      // The lock is dropped by the first read after the change of mode.
      this.run('PRAGMA locking_mode = NORMAL')
      this.get('SELECT count(*) FROM sqlite_schema')
    } catch {}
    this.#open = false
    this.#statements.clear()
    this.#handle.close()
  }

  #statement(sql: string): Statement {
    this.#assertOpen()
    let statement = this.#statements.get(sql)
    if (!statement) {
      const placeholders = countPlaceholders(sql)
      const handle = this.#handle.prepare(sql)
      statement = { handle, placeholders, hasRows: handle.reader }
      // A damaged text that is no longer UTF-8 aborts the process when libsql reads it; bytes do not.
      const text = handle.columns().find(({ type }) => type === 'TEXT')
      if (text) throw new TypeError(`Column ${text.name} must be read as CAST(… AS BLOB): ${sql}`)
      this.#statements.set(sql, statement)
    }
    return statement
  }

  #assertOpen(): void {
    // libsql would go on writing through a statement whose database was closed.
    if (!this.#open) throw new TypeError('The database is closed')
  }
}
