import type { ConfiguredConnection } from '@claimd/sdk'
import type { AcceptedPlugin } from './discovery/found-plugin.js'
import { checkConfiguration } from './manifest/check-configuration.js'
import type { SettingsOf } from './manifest/configuration-faults.js'

/** Told of each thing in the configuration that a plugin will not understand. */
export type TellDoubt = (plugin: string, message: string, details: Record<string, unknown>) => void

/**
 * Compares the settings of configured connections with what the plugins say of them in their manifests. What
 * does not fit is told once, as long as it stays so: a provider decides what it makes of its settings.
 */
export class ConfigurationDoubts {
  readonly #tell: TellDoubt
  readonly #closed = new AbortController()
  /** What was told and is still so. */
  #told: ReadonlySet<string> = new Set()
  /** What was looked at last, or is being looked at. */
  #seen = '[]'
  #next: Checks = []
  #looking: Promise<void> | null = null

  constructor(tell: TellDoubt) {
    this.#tell = tell
  }

  /** Looks at these plugins and connections, if anything about them is new. */
  look(plugins: readonly AcceptedPlugin[], connections: readonly ConfiguredConnection[]): void {
    const checks = checksOf(plugins, connections)
    const seen = JSON.stringify(checks)
    if (seen === this.#seen || this.#closed.signal.aborted) return
    this.#seen = seen
    this.#next = checks
    this.#looking ??= this.#lookUntilNothingIsNew(seen).finally(() => {
      this.#looking = null
    })
  }

  async close(): Promise<void> {
    this.#closed.abort()
    await this.#looking
  }

  async #lookUntilNothingIsNew(seen: string): Promise<void> {
    await this.#check(this.#next)
    if (seen !== this.#seen) await this.#lookUntilNothingIsNew(this.#seen)
  }

  async #check(checks: Checks): Promise<void> {
    const { signal } = this.#closed
    const results = await checkConfiguration(checks, { signal })
    if (signal.aborted) return
    const told = new Set<string>()
    for (const [at, { plugin, provider, connections }] of checks.entries()) {
      const { faults, failed } = results[at]!
      if (failed !== null) {
        const names = connections.map(({ name }) => name).join(', ')
        const message = `the settings of ${names} cannot be checked by the schema of ${provider}: ${failed}`
        this.#tellOnce(told, plugin, message, { provider })
      }
      for (const { field, found, expected, remedy } of faults.flat()) {
        const message = `${field}: found ${found}, and ${provider} expects ${expected}. ${remedy}`
        this.#tellOnce(told, plugin, message, { provider, field, found, expected, remedy })
      }
    }
    this.#told = told
  }

  #tellOnce(told: Set<string>, plugin: string, message: string, details: Record<string, unknown>): void {
    told.add(message)
    if (!this.#told.has(message)) this.#tell(plugin, message, details)
  }
}

type Checks = readonly (SettingsOf & { plugin: string; provider: string })[]

function checksOf(plugins: readonly AcceptedPlugin[], connections: readonly ConfiguredConnection[]): Checks {
  return plugins.flatMap((plugin) =>
    plugin.settings.flatMap(({ provider, types, schema }) => {
      const served = connections.filter(({ type }) => types.includes(type))
      if (served.length === 0) return []
      const named = served.map(({ name, config }) => ({ name, config }))
      return [{ plugin: plugin.name, provider, schema, connections: named }]
    }),
  )
}
