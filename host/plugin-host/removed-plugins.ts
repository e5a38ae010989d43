import type { FoundPlugin } from './discovery/found-plugin.js'
import type { Removal, RemovalMarks } from './installing/removal-marks.js'
import type { NoteDetails } from './plugin-note.js'
import type { StoredData } from './stored-data.js'

export interface RemovedPluginsOptions {
  stored: StoredData
  /** Of plugins that operators removed, and whose data has yet to follow. */
  marks: RemovalMarks
  /** Whether every plugin counts as trusted: who writes plugins moves their folders about. */
  trustsAll: boolean
  /** What else is known by the plugin's name is to be forgotten; with `keepsData`, only what operators decided. */
  forget(name: string, keepsData: boolean): void
  note<Type extends 'plugin-data-left' | 'plugin-record-lost'>(
    type: Type,
    plugin: string,
    details: NoteDetails<Type>,
  ): void
}

/** What becomes of the stored data of plugins that are gone: removed by an operator, or only their folders. */
export class RemovedPlugins {
  readonly #options: RemovedPluginsOptions
  /** Of which it was told that they could not be handed over. */
  readonly #locked = new Set<string>()
  readonly #finished = new Map<string, 'kept' | 'removed' | 'nothing stored'>()

  constructor(options: RemovedPluginsOptions) {
    this.#options = options
  }

  /** Whether an operator removed it, and its data is still there. */
  has(name: string): boolean {
    return this.#options.marks.has(name)
  }

  find(name: string): Removal | null {
    return this.#options.marks.all().find((one) => one.name === name) ?? null
  }

  /** Removes what is stored for a removed plugin, or keeps it. @throws a `ClaimdError`, code `STORE_DEGRADED` */
  finish({ name, keepData, build }: Removal): void {
    const { stored, marks, forget } = this.#options
    const isKept = keepData && stored.keep(name, build)
    if (!keepData) stored.remove(name)
    marks.drop(name)
    forget(name, isKept)
    this.#finished.set(name, isKept ? 'kept' : keepData ? 'nothing stored' : 'removed')
  }

  /** What became of the data of a plugin that was removed while this host runs; told once. */
  takeOutcome(name: string): 'kept' | 'removed' | 'nothing stored' | null {
    const outcome = this.#finished.get(name) ?? null
    this.#finished.delete(name)
    return outcome
  }

  /** The same for all. Where that fails, plugins of that name do not run until it is mended. */
  finishAll(): void {
    for (const removal of this.#options.marks.all()) {
      try {
        this.finish(removal)
      } catch (error) {
        const { name } = removal
        this.#options.note('plugin-data-left', name, { because: (error as Error).message })
      }
    }
  }

  /** Its folder is gone: its data is kept from other plugins that are installed under its name later. */
  folderGone(name: string, { build, bundled }: { build: string; bundled: boolean }): void {
    if (bundled || this.has(name)) return
    this.#leave(name, () => this.#options.stored.leave(name, build))
  }

  /** The same for all whose folders went while no host was running. */
  allGoneBut(present: ReadonlySet<string>): void {
    this.#leave('', () => this.#options.stored.leaveAllBut(present))
  }

  /**
   * The build that stored something has it again.
   * @returns whether that could be written for all; if not, it is to be tried again
   */
  handOver(plugins: readonly FoundPlugin[]): boolean {
    const { stored, note } = this.#options
    let isWhole = true
    for (const { name, build } of plugins) {
      this.#finished.delete(name)
      if (stored.keptFor(name) !== build) continue
      try {
        stored.handOver(name)
        this.#locked.delete(name)
      } catch (error) {
        isWhole = false
        const problem = `what is stored for ${name} stays locked for now: ${(error as Error).message}`
        if (!this.#locked.has(name)) note('plugin-record-lost', name, { problem })
        this.#locked.add(name)
      }
    }
    return isWhole
  }

  #leave(name: string, work: () => void): void {
    if (this.#options.trustsAll) return
    try {
      work()
    } catch (error) {
      const problem = `what is stored for plugins that are gone could not be locked: ${(error as Error).message}`
      this.#options.note('plugin-record-lost', name, { problem })
    }
  }
}
