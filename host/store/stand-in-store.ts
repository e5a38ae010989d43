import { copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ClaimdError, type EventDocument, type Round } from '@claimd/sdk'
import { claimdError, type ErrorCode } from '../core/errors.js'
import type { Batch, Records, Store, StoredState } from '../core/kernel/store-port.js'
import { openStore, type StoreOptions } from './open-store.js'
import type { SqliteStore } from './sqlite-store.js'

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
    const scratch = makeScratch()
    // Without any place to write, nothing of the state can be read either.
    if (scratch === null) throw error
    try {
      return new StandInStore(folder, scratch, options, error)
    } catch (fault) {
      rmSync(scratch, { recursive: true, force: true })
      throw fault
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
  #because: ClaimdError
  #triedAt = performance.now()

  /** @param because why the state in `folder` cannot be opened */
  constructor(folder: string, scratch: string, options: StoreOptions, because: ClaimdError) {
    this.#folder = folder
    this.scratch = scratch
    this.#options = options
    this.#because = because
    for (const name of ['claimd.db', 'claimd.db-new', 'claimd.db-wal', 'claimd.db-journal']) {
      const from = join(folder, name)
      if (existsSync(from)) copyFileSync(from, join(scratch, name))
    }
    try {
      this.#copy = openStore(scratch, options)
    } catch (error) {
      throw inItsPlace(error, scratch, folder)
    }
  }

  readonly records: Records = {
    all: (kind) => this.#current.records.all(kind),
    put: (kind, key, value) => this.#writable().records.put(kind, key, value),
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

  events(revision: number, limit: number): EventDocument[] {
    return this.#current.events(revision, limit)
  }

  rounds(adapter: string, limit: number): Round[] {
    return this.#current.rounds(adapter, limit)
  }

  close(): void {
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

  #tryAgain(): void {
    let state: SqliteStore
    try {
      state = openStore(this.#folder, this.#options)
    } catch (error) {
      if (!(error instanceof ClaimdError)) throw error
      this.#because = error
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

/** A folder of its own, on a disk or in memory. */
function makeScratch(): string | null {
  for (const folder of new Set([tmpdir(), '/run', '/dev/shm'])) {
    try {
      return mkdtempSync(join(folder, 'claimd-state-'))
    } catch {
      // Such as a system that is read-only altogether.
    }
  }
  return null
}

/** What is wrong with the copy is wrong with what it was made of. */
function inItsPlace(error: unknown, scratch: string, folder: string): unknown {
  if (!(error instanceof ClaimdError)) return error
  const text = JSON.stringify(error.document).replaceAll(scratch, folder)
  return claimdError(error.code as ErrorCode, JSON.parse(text), { cause: error })
}
