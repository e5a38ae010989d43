/** Does a piece of work one run at a time: asked for during a run, it is done once more after that, however often. */
export class OneAtATime {
  readonly #work: () => Promise<void>
  #running: Promise<void> | null = null
  #again = false
  #closed = false

  constructor(work: () => Promise<void>) {
    this.#work = work
  }

  /** Resolves when a whole run has followed this call, and no other is asked for. */
  run(): Promise<void> {
    this.#again = true
    this.#running ??= this.#runs().finally(() => {
      this.#running = null
    })
    return this.#running
  }

  /** No run begins any more. Resolves when the one that goes on has ended. */
  async close(): Promise<void> {
    this.#closed = true
    await this.#running
  }

  async #runs(): Promise<void> {
    while (this.#again && !this.#closed) {
      this.#again = false
      await this.#work()
    }
  }
}
