import { statSync } from 'node:fs'
import { dirname } from 'node:path'
import { PathWatch } from './path-watch.js'

/** So long after a removal folders are made again: what removes a tree is over by then. */
const settleMs = 500

/** Where the kernel has no events of them, and while they cannot be made, they are looked at so often. */
const fallbackMs = 30_000

export interface KeptFoldersOptions {
  /** Makes what is missing of them again. */
  make(missing: readonly string[]): Promise<void>
  /** Hears that folders are there again, or why they cannot be. */
  told(missing: readonly string[], error: Error | null): void
}

/**
 * Has folders made again that were removed while they are needed, as soon as the folder that they belong in is there. What
 * cannot be looked at is not there either.
 */
export class KeptFolders {
  readonly #folders: readonly string[]
  readonly #options: KeptFoldersOptions
  readonly #watches: PathWatch[]
  #timer: NodeJS.Timeout | undefined
  #interval: NodeJS.Timeout | undefined
  #making: Promise<void> | null = null
  #failed = ''
  #closed = false

  /** @param folders absolute paths of folders that are there, each before those in it */
  constructor(folders: readonly string[], options: KeptFoldersOptions) {
    this.#folders = folders
    this.#options = options
    this.#watches = folders.map((folder) => new PathWatch(folder, () => this.#lookSoon()))
  }

  /** Resolves when it hears of removals. */
  async ready(): Promise<void> {
    await Promise.all(this.#watches.map(({ ready }) => ready))
    this.#lookSoon()
    if (this.#closed || !this.#watches.some(({ isBlind }) => isBlind)) return
    this.#interval = setInterval(() => this.#lookSoon(), fallbackMs).unref()
  }

  async close(): Promise<void> {
    this.#closed = true
    clearTimeout(this.#timer)
    clearInterval(this.#interval)
    for (const watch of this.#watches) watch.close()
    await this.#making
  }

  #lookSoon(ms = settleMs): void {
    clearTimeout(this.#timer)
    if (this.#closed) return
    if (this.#missing().length === 0) {
      this.#failed = ''
      return
    }
    this.#timer = setTimeout(() => {
      this.#making ??= this.#restore().finally(() => {
        this.#making = null
        // What was removed meanwhile.
        this.#lookSoon(this.#failed === '' ? settleMs : fallbackMs)
      })
    }, ms)
  }

  async #restore(): Promise<void> {
    const missing = this.#missing()
    if (missing.length === 0) {
      this.#failed = ''
      return
    }
    try {
      const gone = missing.map(dirname).find((parent) => !isFolder(parent) && !missing.includes(parent))
      if (gone !== undefined) throw new Error(`${gone}, in which they belong, is not there`)
      await this.#options.make(missing)
      this.#failed = ''
      this.#options.told(missing, null)
    } catch (error) {
      const { message } = error as Error
      if (message !== this.#failed) this.#options.told(missing, error as Error)
      this.#failed = message
    }
  }

  #missing(): string[] {
    return this.#folders.filter((folder) => !isFolder(folder))
  }
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory()
  } catch {
    return false
  }
}
