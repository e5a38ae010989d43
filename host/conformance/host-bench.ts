import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Adapter, ConfiguredConnection, Fault } from '@claimd/sdk'
import type {
  Bench,
  ConnectTrial,
  Farewell,
  Observed,
  RunningDaemon,
  RunningPlugin,
  Survey,
} from '@claimd/sdk/conformance'
import type { ProviderContribution } from '@claimd/sdk/manifest'
import { compileRule, fitRules } from '../core/claims/match.js'
import type { Acquaintance } from './acquaintance.js'
import { fittingAdapters, oddlyNamedAdapters, strangeAdapters } from './adapters/from-rules.js'
import type { OwnTrials } from './conformance-file.js'
import { DaemonRun } from './daemon-run.js'
import type { Parts } from './parts.js'
import { PluginRun } from './plugin-run.js'
import type { Workshop } from './workshop.js'

/** What is known of the plugin before any of its code runs. */
export interface Subject {
  name: string
  version: string | null
  build: string | null
  providers: readonly ProviderContribution[]
  faults: readonly Fault[]
}

/** The bench of one case, with the real parts of the host. */
export class HostBench implements Bench {
  readonly plugin: Subject
  readonly faults: readonly Fault[]
  readonly connections: readonly ConfiguredConnection[]
  readonly limits: Bench['limits']
  readonly #parts: Parts
  readonly #workshop: Workshop
  readonly #own: OwnTrials
  readonly #acquaintance: Acquaintance
  /** Adapters that are made for the providers, by provider: a daemon can have them all at the same time. */
  readonly #made = new Map<string, readonly Adapter[]>()
  readonly #running: Running[] = []
  readonly #borrowed: PluginRun[] = []

  constructor(
    parts: Parts,
    workshop: Workshop,
    subject: Subject,
    own: OwnTrials,
    acquaintance: Acquaintance,
  ) {
    this.#acquaintance = acquaintance
    this.#parts = parts
    this.#workshop = workshop
    this.#own = own
    this.plugin = subject
    this.faults = subject.faults
    this.connections = own.connections
    this.limits = parts.limits
    for (const { id, match = [] } of subject.providers) {
      const others = [...own.adapters, ...[...this.#made.values()].flat()]
      this.#made.set(id, fittingAdapters(match, others))
    }
  }

  fitting(provider: string): readonly Adapter[] {
    const compiled = this.#rulesOf(provider).map(compileRule)
    const own = this.#own.adapters.filter((adapter) => fitRules(compiled, adapter).rule !== null)
    return [...own, ...(this.#made.get(provider) ?? [])]
  }

  strangers(provider: string): readonly Adapter[] {
    return strangeAdapters(this.#rulesOf(provider))
  }

  oddlyNamed(provider: string, adapter: Adapter): readonly Adapter[] {
    return oddlyNamedAdapters(this.#rulesOf(provider), adapter)
  }

  async fitSchema(provider: string, configs: readonly ConfiguredConnection['config'][]): Promise<boolean[]> {
    const schema = this.plugin.providers.find(({ id }) => id === provider)?.configuration
    if (!schema) return configs.map(() => true)
    return this.#parts.fitSchema(schema, configs)
  }

  introduction(): Promise<Observed> {
    return this.#acquaintance.introduction(this.#start)
  }

  survey(): Promise<Survey> {
    return this.#acquaintance.survey(this, this.#start)
  }

  connectTrial(): Promise<ConnectTrial> {
    return this.#acquaintance.connectTrial(this, this.#start)
  }

  farewell(): Promise<Farewell> {
    return this.#acquaintance.farewell(this, this.#start)
  }

  async borrowPlugin(): Promise<RunningPlugin> {
    const plugin = await this.#acquaintance.borrow(this.#start)
    this.#borrowed.push(plugin)
    return plugin
  }

  async startDaemon(): Promise<RunningDaemon> {
    const room = await this.#workshop.room()
    const config = join(room, 'config.json')
    const connections = this.connections.map(({ name, type, config }) => [name, { type, config }])
    await writeFile(config, JSON.stringify({ connections: Object.fromEntries(connections) }))
    const options = {
      config,
      configRequired: true,
      plugins: [this.#workshop.plain],
      bundled: false,
      state: join(room, 'state'),
      socket: join(room, 'socket'),
      simulate: null,
    }
    return this.#keep(await DaemonRun.start(this.#parts, options, this.#own.machine))
  }

  /** Ends what the case has started, and gives back what it has borrowed. @param passed whether it left that as it found it */
  async clear(passed: boolean): Promise<void> {
    const giveBack = (one: PluginRun) => (passed ? this.#acquaintance.takeBack(one) : one.stop())
    await Promise.all([...this.#running.map((one) => one.stop()), ...this.#borrowed.map(giveBack)])
  }

  readonly #start = async (): Promise<PluginRun> => {
    const folders = { plugins: this.#workshop.probed, state: await this.#workshop.room() }
    const plugin = { name: this.plugin.name, providers: this.plugin.providers.map(({ id }) => id) }
    return PluginRun.start(this.#parts, folders, plugin, {
      connections: this.connections,
      machine: this.#own.machine,
      fitting: (provider) => this.fitting(provider),
    })
  }

  #keep<Run extends Running>(run: Run): Run {
    this.#running.push(run)
    return run
  }

  #rulesOf(provider: string) {
    return this.plugin.providers.find(({ id }) => id === provider)?.match ?? []
  }
}

interface Running {
  stop(): Promise<unknown>
}
