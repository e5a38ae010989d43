import type { ConfiguredConnection } from '@claimd/sdk'
import {
  type Bench,
  type ConnectTrial,
  makeConnectTrial,
  makeSurvey,
  type Observed,
  type Survey,
} from '@claimd/sdk/conformance'
import type { PluginRun } from './plugin-run.js'

/** What cases share: what was found out once about the plugin, and processes of it that are as good as new. */
export class Acquaintance {
  /** The first process, which is only activated and asked. */
  #first: Promise<PluginRun> | null = null
  #introduction: Promise<Observed> | null = null
  #survey: Promise<Survey> | null = null
  #connectTrial: Promise<ConnectTrial> | null = null
  readonly #spare: PluginRun[] = []

  introduction(start: () => Promise<PluginRun>): Promise<Observed> {
    this.#first ??= start()
    this.#introduction ??= this.#first.then((plugin) => plugin.observed())
    return this.#introduction
  }

  survey(bench: Bench, start: () => Promise<PluginRun>): Promise<Survey> {
    this.#first ??= start()
    this.#survey ??= this.#first.then((plugin) => makeSurvey(bench, plugin))
    return this.#survey
  }

  connectTrial(bench: Bench, start: () => Promise<PluginRun>): Promise<ConnectTrial> {
    this.#connectTrial ??= this.#tryToConnect(bench, start)
    return this.#connectTrial
  }

  /** A process for one case, until it is given back. */
  async borrow(start: () => Promise<PluginRun>): Promise<PluginRun> {
    return this.#spare.pop() ?? start()
  }

  async takeBack(plugin: PluginRun, connections: readonly ConfiguredConnection[]): Promise<void> {
    const isGood = await plugin.renew(connections).catch(() => false)
    if (isGood) this.#spare.push(plugin)
    else await plugin.stop()
  }

  async end(): Promise<void> {
    const first = await this.#first?.catch(() => null)
    await Promise.all([first, ...this.#spare].map((plugin) => plugin?.stop()))
  }

  async #tryToConnect(bench: Bench, start: () => Promise<PluginRun>): Promise<ConnectTrial> {
    const plugin = await this.borrow(start)
    const trial = await makeConnectTrial(bench, plugin)
    await this.takeBack(plugin, bench.connections)
    return trial
  }
}
