import {
  type Bench,
  makeSurvey,
  type Observed,
  type RunningPlugin,
  type Survey,
} from '@claimd/sdk/conformance'

/** What cases share: one process of the plugin that is only activated and asked, started for the first of them. */
export class Acquaintance {
  #plugin: Promise<RunningPlugin> | null = null
  #introduction: Promise<Observed> | null = null
  #survey: Promise<Survey> | null = null

  introduction(start: () => Promise<RunningPlugin>): Promise<Observed> {
    this.#plugin ??= start()
    this.#introduction ??= this.#plugin.then((plugin) => plugin.observed())
    return this.#introduction
  }

  survey(bench: Bench, start: () => Promise<RunningPlugin>): Promise<Survey> {
    this.#plugin ??= start()
    this.#survey ??= this.#plugin.then((plugin) => makeSurvey(bench, plugin))
    return this.#survey
  }

  async end(): Promise<void> {
    const plugin = await this.#plugin?.catch(() => null)
    await plugin?.stop()
  }
}
