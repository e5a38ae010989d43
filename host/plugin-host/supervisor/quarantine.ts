import type { Records } from '../../core/kernel/store-port.js'

/** So many quarantined builds of a plugin are remembered, the newest ones. */
const quarantineLimit = 32

/** Why a build is not run, and since when (RFC 3339). */
interface Quarantined {
  plugin: string
  reason: string
  at: string
}

const kind = 'plugin-quarantine'

/**
 * Builds that failed, by the hash of their content: a fixed one is another build, and is tried at once. What is
 * here stays here when the host is started again, until the operator asks for it.
 */
export class Quarantine {
  readonly #records: Records
  readonly #builds = new Map<string, Quarantined>()

  constructor(records: Records) {
    this.#records = records
    for (const { key, value } of records.all<Quarantined>(kind)) this.#builds.set(key, value)
  }

  /** Why the build is not to be run, or `null`. */
  reasonOf(build: string): string | null {
    return this.#builds.get(build)?.reason ?? null
  }

  add(plugin: string, build: string, reason: string): void {
    const at = new Date().toISOString()
    this.#builds.set(build, { plugin, reason, at })
    this.#records.put(kind, build, { plugin, reason, at })
    const ofPlugin = [...this.#builds].filter(([, one]) => one.plugin === plugin)
    // Somebody who saves all day long should not be remembered save by save.
    for (const [old] of ofPlugin.slice(0, -quarantineLimit)) this.#drop(old)
  }

  /** The records of the plugin are gone. */
  forget(plugin: string): void {
    for (const [build, one] of this.#builds) if (one.plugin === plugin) this.#builds.delete(build)
  }

  /** The operator wants the plugin's builds to be tried again. @returns whether there were any */
  lift(plugin: string): boolean {
    const builds = [...this.#builds].filter(([, one]) => one.plugin === plugin)
    for (const [build] of builds) this.#drop(build)
    return builds.length > 0
  }

  #drop(build: string): void {
    this.#builds.delete(build)
    this.#records.drop(kind, build)
  }
}
