import { type FSWatcher, watch } from 'node:fs'
import { basename, dirname } from 'node:path'

/**
 * Hears of changes in a folder that may not be there yet and may be replaced. What it says is a hint: who
 * needs to be sure looks for himself as well.
 */
export class FolderWatch {
  readonly #folder: string
  readonly #heard: (name: string | null) => void
  #watcher: FSWatcher | null = null
  #watched: string | null = null
  #complained = false

  /** @param heard gets the name of what changed in the folder; `null` when anything may have */
  constructor(folder: string, heard: (name: string | null) => void) {
    this.#folder = folder
    this.#heard = heard
  }

  /** Whether the folder itself is watched, and not what it will be in. */
  get watches(): boolean {
    return this.#watched === this.#folder
  }

  /** Begins to watch, if it does not yet: the folder, or while there is none, the one that it will be in. */
  look(): void {
    if (this.watches || this.#watch(this.#folder)) return
    if (this.#watched === null) this.#watch(dirname(this.#folder))
  }

  close(): void {
    this.#watcher?.close()
    this.#watcher = null
    this.#watched = null
  }

  #watch(folder: string): boolean {
    let watcher: FSWatcher
    try {
      watcher = watch(folder, { persistent: false }, (_, name) => this.#event(folder, name))
    } catch (error) {
      this.#complain(error)
      return false
    }
    watcher.on('error', () => this.#again())
    this.close()
    this.#watcher = watcher
    this.#watched = folder
    return true
  }

  #event(folder: string, name: string | null): void {
    // A folder that is itself removed or moved is told by its own name.
    if (name === basename(folder)) this.#again()
    else if (folder === this.#folder) this.#heard(name)
    else if (name === basename(this.#folder)) this.#again()
  }

  #again(): void {
    this.close()
    this.look()
    this.#heard(null)
  }

  #complain(error: unknown): void {
    if (isMissing(error) || this.#complained) return
    this.#complained = true
    process.emitWarning(`${this.#folder} cannot be watched: ${String(error)}`)
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT'
}
