import {
  type Bench,
  type ConnectTrial,
  claimOne,
  type Farewell,
  makeConnectTrial,
  makeSurvey,
  type Observed,
  type Survey,
} from '@claimd/sdk/conformance'
import type { PluginRun } from './plugin-run.js'

type Start = () => Promise<PluginRun>

/** What cases share: what was found out once about the plugin, and processes of it that are as good as new. */
export class Acquaintance {
  /** The first process, which is only activated and asked, until the survey is made. */
  #first: Promise<PluginRun> | null = null
  #introduction: Promise<Observed> | null = null
  #survey: Promise<Survey> | null = null
  #connectTrial: Promise<ConnectTrial> | null = null
  #farewell: Promise<Farewell> | null = null
  readonly #spare: PluginRun[] = []

  introduction(start: Start): Promise<Observed> {
    this.#first ??= start()
    this.#introduction ??= this.#first.then((plugin) => plugin.observed())
    return this.#introduction
  }

  survey(bench: Bench, start: Start): Promise<Survey> {
    this.#first ??= start()
    this.#survey ??= this.#makeSurvey(bench, this.#first)
    return this.#survey
  }

  connectTrial(bench: Bench, start: Start): Promise<ConnectTrial> {
    this.#connectTrial ??= this.#tryToConnect(bench, start)
    return this.#connectTrial
  }

  farewell(bench: Bench, start: Start): Promise<Farewell> {
    this.#farewell ??= this.#sayFarewell(bench, start)
    return this.#farewell
  }

  /** A process for one case, until it is given back. */
  async borrow(start: Start): Promise<PluginRun> {
    return this.#spare.pop() ?? start()
  }

  async takeBack(plugin: PluginRun): Promise<void> {
    const isGood = await plugin.renew().catch(() => false)
    if (isGood) this.#spare.push(plugin)
    else await plugin.stop()
  }

  async end(): Promise<void> {
    const first = await this.#first?.catch(() => null)
    await Promise.all([first, ...this.#spare].map((plugin) => plugin?.stop()))
  }

  async #makeSurvey(bench: Bench, first: Promise<PluginRun>): Promise<Survey> {
    const plugin = await first
    const survey = await makeSurvey(bench, plugin)
    // What else it is asked for does not count any more.
    if (await plugin.renew().catch(() => false)) this.#spare.push(plugin)
    return survey
  }

  async #tryToConnect(bench: Bench, start: Start): Promise<ConnectTrial> {
    const plugin = await this.borrow(start)
    const trial = await makeConnectTrial(bench, plugin)
    await this.takeBack(plugin)
    return trial
  }

  async #sayFarewell(bench: Bench, start: Start): Promise<Farewell> {
    const plugin = await this.borrow(start)
    await claimOne(bench, plugin)
    return plugin.stop()
  }
}
