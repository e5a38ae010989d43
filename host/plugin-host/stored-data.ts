import { existsSync, readdirSync, rmSync } from 'node:fs'
import type { Records } from '../core/kernel/store-port.js'
import { retireUser } from './jail/plugin-users.js'
import type { Places } from './places.js'

/** Kinds of records of what operators decided. */
const decided = ['plugin-trust', 'plugin-disabled']
/** Kinds of records that name the plugin by their key. */
const keyedByName = [...decided, 'plugin-good', 'plugin-kept']
/** Kinds of records whose values name the plugin. */
const namedInValue = ['plugin-storage', 'plugin-secret', 'plugin-quarantine']
/** Kinds that hold what the plugin itself wrote. */
const written = ['plugin-storage', 'plugin-secret']
const keptKind = 'plugin-kept'

/**
 * What the host keeps about plugins by their names. A name is no identity: another author's plugin may come under
 * the same one, so all of this goes with a plugin that is removed.
 *
 * The number of its user is not given again: files of that user may be left in places that the host does not know.
 */
export class StoredData {
  readonly #records: Records
  readonly #places: Places
  /** By plugin: the build for which data is kept. Read once: it is asked for with every service call. */
  #kept: Map<string, string> | null = null

  constructor(records: Records, places: Places) {
    this.#records = records
    this.#places = places
  }

  /** Removes everything. @throws a `ClaimdError`, code `STORE_DEGRADED`, or an `Error` of the file system */
  remove(plugin: string): void {
    this.#keptBuilds.delete(plugin)
    for (const kind of keyedByName) this.#records.drop(kind, plugin)
    for (const kind of namedInValue) {
      for (const { key, value } of this.#records.all<{ plugin: string }>(kind))
        if (value.plugin === plugin) this.#records.drop(kind, key)
    }
    for (const path of [this.#places.dataOf(plugin), this.#places.logOf(plugin)])
      rmSync(path, { recursive: true, force: true })
    retireUser(this.#records, plugin)
  }

  /**
   * The plugin's folder is gone, and no operator removed it: what was stored and granted under its name stays for that
   * build. Another one has to be trusted with it first: it may be another author's. What is decided stays as well, so
   * that a folder that was only away, such as one on a disk, comes back as it was.
   * @throws a `ClaimdError`, code `STORE_DEGRADED`
   */
  leave(plugin: string, build: string): void {
    if (this.keptFor(plugin) !== null) return
    if (!this.#hasWritten(plugin) && !this.#namesIn('plugin-trust').has(plugin)) return
    this.#records.put(keptKind, plugin, { build })
    this.#keptBuilds.set(plugin, build)
  }

  /** The same for all plugins but these, whose folders went while no host was running. @throws as {@link leave} */
  leaveAllBut(present: ReadonlySet<string>): void {
    const builds = new Map<string, string>()
    for (const kind of ['plugin-trust', 'plugin-good'])
      for (const { key, value } of this.#records.all<{ build?: string }>(kind))
        builds.set(key, value.build ?? '')
    const names = [...builds.keys(), ...written.flatMap((kind) => [...this.#namesIn(kind)])]
    for (const name of names) if (!present.has(name)) this.leave(name, builds.get(name) ?? '')
  }

  /**
   * Keeps what the plugin wrote, for the build that wrote it. What operators decided about the plugin goes.
   * @param removed the build that was removed, for a plugin of which no build has proved good yet
   * @returns whether there was anything to keep
   * @throws as {@link remove}
   */
  keep(plugin: string, removed: string | null): boolean {
    if (!this.#hasWritten(plugin)) {
      this.remove(plugin)
      return false
    }
    const good = this.#records.all<{ build: string }>('plugin-good').find(({ key }) => key === plugin)
    const build = good?.value.build ?? removed ?? ''
    this.#records.put(keptKind, plugin, { build })
    this.#keptBuilds.set(plugin, build)
    for (const kind of decided) this.#records.drop(kind, plugin)
    return true
  }

  /** The build whose data is kept under this name, an empty text when that is not known; `null`: none is. */
  keptFor(plugin: string): string | null {
    return this.#keptBuilds.get(plugin) ?? null
  }

  /** A plugin of this name has what was kept. @throws a `ClaimdError`, code `STORE_DEGRADED` */
  handOver(plugin: string): void {
    if (this.keptFor(plugin) === null) return
    this.#records.drop(keptKind, plugin)
    this.#keptBuilds.delete(plugin)
  }

  get #keptBuilds(): Map<string, string> {
    this.#kept ??= new Map(
      this.#records.all<{ build: string }>(keptKind).map(({ key, value }) => [key, value.build]),
    )
    return this.#kept
  }

  /** The plugins of which there are records of a kind. */
  #namesIn(kind: string): Set<string> {
    return new Set(this.#records.all<{ plugin?: string }>(kind).map(({ key, value }) => value.plugin ?? key))
  }

  #hasWritten(plugin: string): boolean {
    const data = this.#places.dataOf(plugin)
    if (existsSync(data) && readdirSync(data).length > 0) return true
    return written.some((kind) =>
      this.#records.all<{ plugin: string }>(kind).some(({ value }) => value.plugin === plugin),
    )
  }
}
