import type { Records } from '../../core/kernel/store-port.js'

const kind = 'plugin-good'

/** Remembers which build of a plugin last passed its probation, also when the host is started again. */
export class LastGood {
  readonly #records: Records
  /** By plugin. Read once: it is asked for with every look at the plugins, for each of them. */
  readonly #builds: Map<string, string>

  constructor(records: Records) {
    this.#records = records
    this.#builds = new Map(records.all<{ build: string }>(kind).map(({ key, value }) => [key, value.build]))
  }

  buildOf(plugin: string): string | null {
    return this.#builds.get(plugin) ?? null
  }

  /** Of all plugins, also of those whose folders are away. */
  get builds(): string[] {
    return [...this.#builds.values()]
  }

  /** Its record is gone. */
  forget(plugin: string): void {
    this.#builds.delete(plugin)
  }

  set(plugin: string, build: string): void {
    if (this.buildOf(plugin) === build) return
    this.#records.put(kind, plugin, { build })
    this.#builds.set(plugin, build)
  }
}
