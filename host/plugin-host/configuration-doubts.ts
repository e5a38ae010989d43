import type { ConfiguredConnection } from '@claimd/sdk'
import type { FieldFault } from '../core/documents/field-fault.js'
import { placeOf } from '../core/documents/place.js'
import type { OperatorConfiguration } from '../core/operator-configuration.js'
import { OneAtATime } from '../lib/one-at-a-time.js'
import type { AcceptedPlugin } from './discovery/found-plugin.js'
import { checkConnectionConfig } from './manifest/check-connection-config.js'
import type { SettingsOf } from './manifest/connection-config-faults.js'
import { unknownNames } from './unknown-names.js'

/** Something in the configuration that is well formed, and that the plugins do not understand. */
export interface ConfigurationDoubt extends FieldFault {
  /** The plugin whose settings schema says so; empty when no plugin has the name. */
  plugin: string
}

/** What is compared with each other. */
export interface Comparison {
  plugins: readonly Pick<AcceptedPlugin, 'name' | 'providers' | 'connectionSchemas'>[]
  /** The names of all plugins, also of those that are rejected. */
  names: readonly string[]
  connections: readonly ConfiguredConnection[]
  configuration: OperatorConfiguration
}

/** Everything in the configuration that the plugins do not understand. @param signal ends the check early */
export async function findDoubts(
  { plugins, names, connections, configuration }: Comparison,
  signal: AbortSignal,
): Promise<ConfigurationDoubt[]> {
  const unknown = unknownNames(configuration, knownNames(plugins, names))
  const checks = checksOf(plugins, connections)
  const results = await checkConnectionConfig(checks, { signal })
  const settings = checks.flatMap(({ plugin, provider, connections: [first] }, at): ConfigurationDoubt[] => {
    const { faults, failed } = results[at]!
    const unfit = faults.flat().map(({ expected, ...fault }) => {
      return { plugin, ...fault, expected: `${expected}, as the settings schema of ${provider} says` }
    })
    if (failed === null) return unfit
    const uncheckable = {
      plugin,
      field: placeOf(['connections', first!.name, 'config']),
      found: `settings that the schema of ${provider} cannot check: ${failed}`,
      expected: 'a schema that can check them in time',
      remedy: `Ask the author of ${plugin} for another schema`,
    }
    return [uncheckable, ...unfit]
  })
  return [...unknown.map((fault) => ({ plugin: '', ...fault })), ...settings]
}

/**
 * Keeps what the plugins do not understand of the configuration that is in force. Each doubt is told once, and once
 * more when it is gone. It does not keep a connection from being used: its provider decides about its settings.
 */
export class ConfigurationDoubts {
  readonly #tell: (doubt: ConfigurationDoubt, isMended: boolean) => void
  readonly #closed = new AbortController()
  #current: readonly ConfigurationDoubt[] = []
  /** What was looked at last, or is being looked at. */
  #seen = ''
  #next: Comparison | null = null
  readonly #looks = new OneAtATime(() => this.#lookAtNext())

  constructor(tell: (doubt: ConfigurationDoubt, isMended: boolean) => void) {
    this.#tell = tell
  }

  get current(): readonly ConfigurationDoubt[] {
    return this.#current
  }

  /** Compares them, if anything about them is new. */
  look(comparison: Comparison): void {
    const { plugins, names, connections, configuration } = comparison
    const seen = JSON.stringify([checksOf(plugins, connections), knownNames(plugins, names), configuration])
    if (seen === this.#seen || this.#closed.signal.aborted) return
    this.#seen = seen
    this.#next = comparison
    void this.#looks.run()
  }

  async close(): Promise<void> {
    this.#closed.abort()
    await this.#looks.close()
  }

  async #lookAtNext(): Promise<void> {
    const { signal } = this.#closed
    const doubts = await findDoubts(this.#next!, signal)
    if (!signal.aborted) this.#take(doubts)
  }

  #take(doubts: readonly ConfigurationDoubt[]): void {
    const before = this.#current
    this.#current = doubts
    for (const doubt of missingFrom(doubts, before)) this.#tell(doubt, true)
    for (const doubt of missingFrom(before, doubts)) this.#tell(doubt, false)
  }
}

function missingFrom(some: readonly ConfigurationDoubt[], all: readonly ConfigurationDoubt[]) {
  const known = new Set(some.map(identityOf))
  return all.filter((doubt) => !known.has(identityOf(doubt)))
}

/** What would be expected changes with every plugin that comes; the doubt stays the same. */
function identityOf({ plugin, field, found }: ConfigurationDoubt): string {
  return JSON.stringify([plugin, field, found])
}

function knownNames(plugins: Comparison['plugins'], names: readonly string[]) {
  const providers = plugins.flatMap((plugin) => plugin.providers)
  return {
    plugins: names,
    providers: providers.map(({ id }) => id),
    connectionTypes: providers.flatMap(({ connectionTypes }) => connectionTypes),
  }
}

type Checks = readonly (SettingsOf & { plugin: string; provider: string })[]

function checksOf(plugins: Comparison['plugins'], connections: readonly ConfiguredConnection[]): Checks {
  return plugins.flatMap((plugin) =>
    plugin.connectionSchemas.flatMap(({ provider, types, schema }) => {
      const served = connections.filter(({ type }) => types.includes(type))
      if (served.length === 0) return []
      const named = served.map(({ name, config }) => ({ name, config }))
      return [{ plugin: plugin.name, provider, schema, connections: named }]
    }),
  )
}
