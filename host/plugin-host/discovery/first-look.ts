import { stopping } from '../../core/kernel/open-requests.js'

/** The first look at the plugin folders, for those who ask before it is over. */
export class FirstLook {
  readonly over: Promise<void>
  #resolve!: () => void
  #reject!: (error: Error) => void

  constructor() {
    this.over = new Promise((resolve, reject) => {
      this.#resolve = resolve
      this.#reject = reject
    })
    // Perhaps nobody asks.
    this.over.catch(() => {})
  }

  done(): void {
    this.#resolve()
  }

  /** There will be none, if there was none yet. */
  cancel(): void {
    this.#reject(stopping())
  }
}
