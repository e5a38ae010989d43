import { closeSync, copyFileSync, existsSync, openSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { ClaimdError, type Round } from '@claimd/sdk'
import { claimdError, type ErrorCode } from '../core/errors.js'
import type { StoredEvent } from '../core/kernel/journal-event.js'
import type { Batch, Records, Store, StoredState } from '../core/kernel/store-port.js'
import { makeTemporaryFolder } from '../lib/temporary-folder.js'
import { openStore, type StoreOptions } from './open-store.js'
import type { SqliteStore } from './sqlite-store.js'
import { inUse } from './state-errors.js'
import { databaseFile } from './state-file.js'
import { whoHasOpen } from './who-has-open.js'

/** What keeps the state from being opened, and passes: the same folder may be used later. */
const passing: readonly string[] = ['STATE_READ_ONLY', 'STATE_FULL']

/** How often the state folder is tried again, in milliseconds. */
const retryMs = 1_000

/**
 * Opens the state in a folder; where that can be read but not written, a copy of it that stands in.
 * @throws a `ClaimdError` whose code begins with `STATE_`; nothing was overwritten
 */
export function openStoreOrStandIn(folder: string, options: StoreOptions = {}): SqliteStore | StandInStore {
  try {
    return openStore(folder, options)
  } catch (error) {
    if (!(error instanceof ClaimdError) || !passing.includes(error.code)) throw error
    try {
      return new StandInStore(folder, options, error)
    } catch (fault) {
      // Without any place to write, nothing of the state can be read either.
      throw fault instanceof ClaimdError && fault.code === 'TEMPORARY_FOLDER_UNUSABLE' ? error : fault
    }
  }
}

/**
 * Stands in for a state that cannot be written: it says what was stored, and stores nothing, until the state folder can
 * be written again. From then on it is the state itself.
 */
export class StandInStore implements Store {
  /** A folder for what else should be kept in the state folder. It goes away with the store. */
  readonly scratch: string
  readonly #folder: string
  readonly #options: StoreOptions
  readonly #copy: SqliteStore
  #state: SqliteStore | null = null
  /** Of the database, which cannot be locked: others see by it that it is in use. */
  #descriptor: number | null = null
  #because: ClaimdError
  #triedAt = performance.now()

  /** @param because why the state in `folder` cannot be opened */
  constructor(folder: string, options: StoreOptions, because: ClaimdError) {
    this.#folder = folder
    this.#options = options
    this.#because = because
    this.#refuseSecond()
    let copy: SqliteStore | undefined
    this.scratch = makeTemporaryFolder('claimd-state-', (scratch) => {
      for (const name of ['claimd.db', 'claimd.db-new', 'claimd.db-wal', 'claimd.db-journal']) {
        const from = join(folder, name)
        if (existsSync(from)) copyFileSync(from, join(scratch, name))
      }
      try {
        copy = openStore(scratch, options)
      } catch (error) {
        throw inItsPlace(error, scratch, folder)
      }
    })
    this.#copy = copy!
    this.#keepOpen()
  }

  readonly records: Records = {
    all: (kind) => this.#current.records.all(kind),
    put: (kind, key, value, options) => this.#writable().records.put(kind, key, value, options),
    drop: (kind, key) => this.#writable().records.drop(kind, key),
  }

  load(): StoredState {
    return this.#current.load()
  }

  /** @throws a `ClaimdError`, code `STORE_DEGRADED`, while the state folder cannot be written */
  commit(batch: Batch): void {
    this.#writable().commit(batch)
  }

  /** That the state cannot be written is known; a copy that stands in for it cannot go away. */
  assertInPlace(): void {
    this.#state?.assertInPlace()
  }

  oldestRevision(): number {
    return this.#current.oldestRevision()
  }

  events(revision: number, limit: number): StoredEvent[] {
    return this.#current.events(revision, limit)
  }

  rounds(adapter: string, limit: number): Round[] {
    return this.#current.rounds(adapter, limit)
  }

  close(): void {
    this.#letGo()
    this.#state?.close()
    this.#copy.close()
    rmSync(this.scratch, { recursive: true, force: true })
  }

  get #current(): SqliteStore {
    return this.#state ?? this.#copy
  }

  /** The state itself, once its folder can be written. */
  #writable(): SqliteStore {
    if (this.#state) return this.#state
    const now = performance.now()
    if (now - this.#triedAt >= retryMs) {
      this.#triedAt = now
      this.#tryAgain()
    }
    if (this.#state) return this.#state
    const { message, found, expected, remedy } = this.#because
    const text = { message, found: found ?? '', expected: expected ?? '', remedy: remedy ?? '' }
    throw claimdError('STORE_DEGRADED', text, { cause: this.#because })
  }

  /** @throws STATE_IN_USE when another claimd has the database open */
  #refuseSecond(): void {
    const file = databaseFile(this.#folder)
    if (whoHasOpen(file) !== null) throw inUse(file)
  }

  #keepOpen(): void {
    try {
      this.#descriptor = openSync(databaseFile(this.#folder), 'r')
    } catch {
      // There is none yet, or it cannot be read either.
    }
  }

  #letGo(): void {
    if (this.#descriptor !== null) closeSync(this.#descriptor)
    this.#descriptor = null
  }

  #tryAgain(): void {
    let state: SqliteStore
    // To close it later would end the lock.
    this.#letGo()
    try {
      state = openStore(this.#folder, this.#options)
    } catch (error) {
      if (!(error instanceof ClaimdError)) throw error
      this.#because = error
      this.#keepOpen()
      return
    }
    // Between the copy and now another claimd may have used the state, or a backup was put back.
    if (JSON.stringify(state.load()) === JSON.stringify(this.#copy.load())) this.#state = state
    else {
      state.close()
      this.#because = claimdError('STORE_DEGRADED', {
        message: `The state in ${this.#folder} was changed by somebody else while it could not be written`,
        found: 'other adapters or claims than claimd has read at its start',
        expected: 'what claimd has read',
        remedy: 'Restart claimd',
      })
    }
  }
}

/** What is wrong with the copy is wrong with what it was made of. */
function inItsPlace(error: unknown, scratch: string, folder: string): unknown {
  if (!(error instanceof ClaimdError)) return error
  // There is no space for the copy: that says nothing of the state.
  if (passing.includes(error.code)) return error.cause
  const text = JSON.stringify(error.document).replaceAll(scratch, folder)
  return claimdError(error.code as ErrorCode, JSON.parse(text), { cause: error })
}
