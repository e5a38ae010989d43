import type { Batch } from '../core/kernel/store-port.js'
import type { Database } from './database.js'

/** With about so many pages in the log it is worth to take it into the database… */
const due = 1_000
/** …once nothing has been written for so long, in milliseconds. */
const quiet = 20
/** How many pages a commit changes, at least, and a row, about. */
const pagesACommit = 4
const pagesARow = 2

/**
 * Takes the write-ahead log into the database in quiet moments. SQLite does so by itself within the commit that
 * fills the log, which then waits for the disk while a client waits for its event; where there is never
 * a quiet moment, it still does.
 */
export class Checkpoints {
  readonly #database: Database
  #pages = 0
  #timer: NodeJS.Timeout | null = null

  constructor(database: Database) {
    this.#database = database
  }

  committed(batch: Batch): void {
    this.#pages += pagesACommit + (batch.events.length + batch.rows.length) * pagesARow
    if (this.#timer) this.#timer.refresh()
    else if (this.#pages >= due) this.#timer = setTimeout(() => this.#take(), quiet).unref()
  }

  close(): void {
    if (this.#timer) clearTimeout(this.#timer)
    this.#timer = null
  }

  #take(): void {
    this.close()
    this.#pages = 0
    try {
      this.#database.run('PRAGMA wal_checkpoint(PASSIVE)')
    } catch {
      // Such as a full disk: the log stays, nothing is lost, and it is tried again later.
    }
  }
}
