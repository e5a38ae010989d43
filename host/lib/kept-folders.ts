import { statSync } from 'node:fs'
import { dirname } from 'node:path'
import { PathWatch } from './path-watch.js'

/** So long after a removal folders are made again: what removes a tree is over by then. */
const settleMs = 500

/** Where the kernel has no events of them they are looked at so often. */
const fallbackMs = 30_000

export interface KeptFoldersOptions {
  /** Makes what is missing of them again. */
  make(missing: readonly string[]): Promise<void>
  /** Hears that folders are there again, or why they cannot be. */
  told(missing: readonly string[], error: Error | null): void
}

/** Has folders made again that were removed while they are needed, as soon as the folder that they belong in is there. */
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

  #lookSoon(): void {
    if (this.#closed || this.#missing().length === 0) return
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => {
      this.#making ??= this.#restore().finally(() => {
        this.#making = null
        // What was removed meanwhile.
        if (this.#failed === '') this.#lookSoon()
      })
    }, settleMs)
  }

  async #restore(): Promise<void> {
    const missing = this.#missing()
    if (missing.length === 0) return
    try {
      await this.#options.make(missing)
      this.#failed = ''
      this.#options.told(missing, null)
    } catch (error) {
      const { message } = error as Error
      if (message !== this.#failed) this.#options.told(missing, error as Error)
      this.#failed = message
    }
  }

  /** Where the folder that they belong in is gone as well, they cannot be made. */
  #missing(): string[] {
    const missing: string[] = []
    for (const folder of this.#folders) {
      const parent = dirname(folder)
      if (!isFolder(folder) && (isFolder(parent) || missing.includes(parent))) missing.push(folder)
    }
    return missing
  }
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false
}
