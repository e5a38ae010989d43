import type { AcceptedPlugin } from '../discovery/found-plugin.js'
import type { Instance } from './instance.js'

export interface StandbyNeeds {
  /** The version to go back to; `null`: none. */
  fallback(): AcceptedPlugin | null
  /** Whether it may not run. */
  isRefused(version: AcceptedPlugin): boolean
  make(version: AcceptedPlugin): Instance
  load(instance: Instance, version: AcceptedPlugin): Promise<void>
  end(instance: Instance): void
}

/** The process of the version to go back to, while the current one is watched. It answers where that one is doubted. */
export class Standby {
  readonly #needs: StandbyNeeds
  #instance: Instance | null = null
  #calling: Promise<Instance | null> | null = null

  constructor(needs: StandbyNeeds) {
    this.#needs = needs
  }

  /** `null` while none runs. */
  get instance(): Instance | null {
    return this.#instance
  }

  /** @returns the process that stood by before, which is the caller's now */
  replace(instance: Instance | null): Instance | null {
    const before = this.#instance
    this.#instance = instance
    return before
  }

  /** The process is gone. */
  lost(instance: Instance): void {
    if (instance === this.#instance) this.#instance = null
  }

  /** The process, active; it is started if it does not run. `null` when that fails. */
  call(): Promise<Instance | null> {
    if (this.#instance?.isActive) return Promise.resolve(this.#instance)
    // That it is over may not have been told yet.
    if (this.#instance?.isOver) this.#instance = null
    this.#calling ??= this.#start().finally(() => {
      this.#calling = null
    })
    return this.#calling
  }

  async #start(): Promise<Instance | null> {
    const version = this.#needs.fallback()
    if (version === null || this.#needs.isRefused(version)) return null
    const instance = this.#needs.make(version)
    const isLoaded = await this.#needs.load(instance, version).then(
      () => true,
      () => false,
    )
    if (isLoaded && this.#needs.fallback() === version && this.#instance === null) {
      this.#instance = instance
      return instance
    }
    this.#needs.end(instance)
    return null
  }
}
