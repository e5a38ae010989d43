import type { UnreadableFolder } from '@claimd/sdk'
import type { SearchFolder } from './candidates.js'
import { Catalogue, type CatalogueOptions, type Scan } from './catalogue.js'
import type { AcceptedPlugin, FoundPlugin } from './found-plugin.js'
import { rescanMs, Watcher } from './watcher.js'

export interface PluginFinderOptions extends CatalogueOptions {
  folders: readonly SearchFolder[]
  /** The hashes that plugins must have, by name. */
  pins: ReadonlyMap<string, string>
  /** Something in a plugin folder was touched. */
  touched(folder: string): void
  /** What is known after a look. Looks follow each other; if it throws, there is another one after a while. */
  found(scan: Scan): Promise<void>
  /** All looks are over: copies that nothing needs can go. */
  settled(): void
  problem(message: string): void
}

/** Looks at the search folders, and goes on looking. */
export class PluginFinder {
  readonly #options: PluginFinderOptions
  readonly #catalogue: Catalogue
  readonly #watcher: Watcher
  readonly #looks = new Set<Promise<void>>()
  #taking: Promise<void> = Promise.resolve()
  #later: NodeJS.Timeout | null = null
  #unreadable: readonly UnreadableFolder[] = []

  constructor(options: PluginFinderOptions) {
    this.#options = options
    this.#catalogue = new Catalogue(options)
    this.#catalogue.setPins(options.pins)
    this.#watcher = new Watcher(
      options.folders.map(({ path }) => path),
      {
        touched: options.touched,
        look: (folder) => this.#look(this.#catalogue.look(folder)),
        scan: (thorough) => this.#look(this.#catalogue.scan(thorough)),
        problem: options.problem,
      },
    )
  }

  /** Whether it looks at folders at the moment, and may be copying what it finds. */
  get isLooking(): boolean {
    return this.#looks.size > 0
  }

  /** What is known of all folders at this moment. */
  get known(): FoundPlugin[] {
    return this.#catalogue.known
  }

  /** Folders in which plugins would be, and that cannot be read. */
  get unreadable(): UnreadableFolder[] {
    return [...this.#unreadable]
  }

  /** Looks for the first time, and goes on looking. */
  async start(): Promise<void> {
    await this.#take(await this.#catalogue.scan())
    this.#options.settled()
    await this.#watcher.start()
  }

  async close(): Promise<void> {
    if (this.#later) clearTimeout(this.#later)
    await this.#watcher.close()
    await Promise.all(this.#looks)
  }

  /** When a folder was touched first, on the monotonic clock; `null` if it was not. */
  touchedAt(folder: string): number | null {
    return this.#watcher.touchedAt(folder)
  }

  /** The hashes that plugins must have, from the next look on. */
  setPins(pins: ReadonlyMap<string, string>): void {
    this.#catalogue.setPins(pins)
  }

  /** Looks at all folders. @param thorough whether plugins that are known are looked at as well */
  scan(thorough = true): Promise<void> {
    return this.#look(this.#catalogue.scan(thorough))
  }

  /** Copies were lost: everything is read, and copied, again. */
  copyAgain(): Promise<void> {
    return this.#look(this.#catalogue.copyAgain())
  }

  /** The version that a copy in the stage holds, or `null`. */
  copyOf(build: string): Promise<AcceptedPlugin | null> {
    return this.#catalogue.copyOf(build)
  }

  /** Looks at all folders after so many milliseconds. */
  lookLater(ms: number): void {
    this.#later ??= setTimeout(() => {
      this.#later = null
      void this.scan()
    }, ms + 1)
  }

  async #look(scan: Promise<Scan>): Promise<void> {
    const look = scan.then((found) => this.#take(found))
    this.#looks.add(look)
    await look.finally(() => this.#looks.delete(look))
    // Else the last of them does.
    if (this.#looks.size === 0) this.#options.settled()
  }

  /** One look after the other. */
  #take(scan: Scan): Promise<void> {
    this.#taking = this.#taking.then(async () => {
      try {
        this.#tellUnreadable(scan)
        await this.#options.found(scan)
        this.#watcher.follow(scan)
      } catch (error) {
        // Such as that nothing can be stored: one plugin must not end the host, and with it all others.
        const why = (error as Error).message
        this.#options.problem(`claimd could not use the plugins that it found, and tries again: ${why}`)
        this.lookLater(rescanMs.afterFailure)
      }
    })
    return this.#taking
  }

  #tellUnreadable({ unreadable }: Scan): void {
    const known = new Set(this.#unreadable.map(describe))
    for (const problem of unreadable.map(describe)) if (!known.has(problem)) this.#options.problem(problem)
    this.#unreadable = unreadable
  }
}

function describe({ path, because }: UnreadableFolder): string {
  return `${path}: ${because}`
}
