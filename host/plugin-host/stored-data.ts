import { existsSync, readdirSync, rmSync } from 'node:fs'
import type { Records } from '../core/engine/store-port.js'
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
 * The number of the plugin's user stays with the name; no other name ever gets it.
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
  }

  /**
   * Keeps what the plugin wrote, for the build that wrote it. What operators decided about the plugin goes.
   * @throws as {@link remove}
   */
  keep(plugin: string): void {
    if (!this.#hasWritten(plugin)) {
      this.remove(plugin)
      return
    }
    const good = this.#records.all<{ build: string }>('plugin-good').find(({ key }) => key === plugin)
    const build = good?.value.build ?? ''
    this.#records.put(keptKind, plugin, { build })
    this.#keptBuilds.set(plugin, build)
    for (const kind of decided) this.#records.drop(kind, plugin)
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

  #hasWritten(plugin: string): boolean {
    const data = this.#places.dataOf(plugin)
    if (existsSync(data) && readdirSync(data).length > 0) return true
    return written.some((kind) =>
      this.#records.all<{ plugin: string }>(kind).some(({ value }) => value.plugin === plugin),
    )
  }
}
