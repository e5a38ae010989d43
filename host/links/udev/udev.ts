import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { FolderWatch } from './folder-watch.js'
import { inInitialNamespace, UdevPresence, udevFolder } from './udev-presence.js'
import { readUdevRecord } from './udev-record.js'
import { nothing, type UdevFacts, type UdevView } from './udev-view.js'

export interface UdevOptions {
  /** The folder that udev keeps its files in; default `/run/udev`. */
  folder?: string
  /** Whether udev looks after this process's network namespace; default: whether it is the initial one. */
  initialNamespace?: boolean
}

/** udev is waited for so long after a link has appeared, in milliseconds. */
const patience = 3_000

interface Entry {
  facts: UdevFacts
  /** The last record that counted. */
  stamp: string | null
  deadline?: NodeJS.Timeout
}

/**
 * What udev has found out about the links of this namespace, as its database says it. Where udev does not run
 * it says nothing of any link, and nothing is watched.
 */
export class Udev implements UdevView {
  readonly #counts: boolean
  readonly #data: string
  readonly #presence: UdevPresence
  readonly #watch: FolderWatch
  readonly #changed: (index: number) => void
  readonly #entries = new Map<number, Entry>()
  /** Records of links that have gone, by index: a new link with that index is not what they speak of. */
  readonly #stale = new Map<number, string>()

  /** @param changed is called when {@link factsOf} says something else of a link that was there before */
  constructor(options: UdevOptions, changed: (index: number) => void) {
    const folder = options.folder ?? udevFolder
    this.#counts = options.initialNamespace ?? inInitialNamespace()
    this.#data = join(folder, 'data')
    this.#presence = new UdevPresence(join(folder, 'control'))
    this.#watch = new FolderWatch(this.#data, (name) => this.#heard(name))
    this.#changed = changed
  }

  factsOf(index: number): UdevFacts {
    return this.#entries.get(index)?.facts ?? nothing
  }

  load(indexes: readonly number[]): void {
    const present = new Set(indexes)
    for (const index of this.#entries.keys()) if (!present.has(index)) this.gone(index)
    this.#meet(indexes.filter((index) => !this.#entries.has(index)))
  }

  appeared(index: number): void {
    this.#meet([index])
  }

  gone(index: number): void {
    const entry = this.#entries.get(index)
    if (entry === undefined) return
    clearTimeout(entry.deadline)
    this.#entries.delete(index)
    // udev removes the record as well, sooner or later.
    if (entry.stamp !== null && readUdevRecord(this.#fileOf(index))?.stamp === entry.stamp)
      this.#stale.set(index, entry.stamp)
  }

  close(): void {
    this.#watch.close()
    for (const { deadline } of this.#entries.values()) clearTimeout(deadline)
    this.#entries.clear()
  }

  #meet(fresh: readonly number[]): void {
    for (const index of fresh) this.#entries.set(index, { facts: nothing, stamp: null })
    if (!this.#counts || !this.#presence.runs) return
    this.#startToWatch(new Set(fresh))
    for (const index of fresh) this.#begin(index)
  }

  #begin(index: number): void {
    const entry = this.#entries.get(index)!
    entry.facts = { managedBy: null, awaitsUdev: true }
    if (!this.#read(index, entry)) entry.deadline = setTimeout(() => this.#giveUp(index), patience).unref()
  }

  /** @param fresh links that are about to be looked at */
  #startToWatch(fresh: ReadonlySet<number>): void {
    if (this.#watch.watches) return
    this.#watch.look()
    if (!this.#watch.watches) return
    for (const index of this.#recorded()) {
      if (!this.#entries.has(index)) this.#remember(index)
      else if (!fresh.has(index)) this.#lookAgain(index)
    }
  }

  #recorded(): number[] {
    try {
      return readdirSync(this.#data).flatMap((name) => indexIn(name) ?? [])
    } catch {
      // udev makes the folder with its first record.
      return []
    }
  }

  /** Notes a record that was left behind by a udev that ended before its link did. */
  #remember(index: number): void {
    const record = readUdevRecord(this.#fileOf(index))
    if (record !== null) this.#stale.set(index, record.stamp)
  }

  #heard(name: string | null): void {
    if (name === null) for (const index of this.#entries.keys()) this.#lookAgain(index)
    else {
      const index = indexIn(name)
      if (index !== null) this.#lookAgain(index)
    }
  }

  #lookAgain(index: number): void {
    const entry = this.#entries.get(index)
    if (entry === undefined) {
      this.#forget(index)
      return
    }
    const before = entry.facts
    if (this.#read(index, entry)) this.#tell(index, before, entry.facts)
  }

  #forget(index: number): void {
    const stale = this.#stale.get(index)
    if (stale !== undefined && readUdevRecord(this.#fileOf(index))?.stamp !== stale) this.#stale.delete(index)
  }

  /** What there is now has to do, even if udev is not through. */
  #giveUp(index: number): void {
    const entry = this.#entries.get(index)!
    const before = entry.facts
    if (!this.#read(index, entry)) {
      const record = readUdevRecord(this.#fileOf(index))
      const counts = record !== null && record.stamp !== this.#stale.get(index)
      entry.facts = { managedBy: counts ? record.managedBy : null, awaitsUdev: false }
    }
    this.#tell(index, before, entry.facts)
  }

  /**
   * Takes what a finished record says. One that has gone says nothing: usually the link is about to go too,
   * and must not be offered on its way out.
   * @returns whether there was one
   */
  #read(index: number, entry: Entry): boolean {
    const record = readUdevRecord(this.#fileOf(index))
    if (record === null || record.stamp === this.#stale.get(index)) return false
    entry.stamp = record.stamp
    if (!record.finished) return false
    this.#stale.delete(index)
    clearTimeout(entry.deadline)
    entry.facts = { managedBy: record.managedBy, awaitsUdev: false }
    return true
  }

  #tell(index: number, before: UdevFacts, after: UdevFacts): void {
    if (before.managedBy !== after.managedBy || before.awaitsUdev !== after.awaitsUdev) this.#changed(index)
  }

  #fileOf(index: number): string {
    return join(this.#data, `n${index}`)
  }
}

/** The index that a record's file is named after; udev's other files are not about links. */
function indexIn(name: string): number | null {
  return /^n\d{1,10}$/.test(name) ? Number(name.slice(1)) : null
}
