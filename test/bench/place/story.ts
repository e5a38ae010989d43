import type { EventDocument } from '@claimd/sdk'
import type { Daemon } from './daemon.js'

/** Everything that a daemon tells from now on, as a client of its API gets it, with when it came. */
export class Story {
  readonly events: EventDocument[] = []
  /** By the monotonic clock, one for each event. */
  readonly #at: bigint[] = []
  readonly #ending = new AbortController()
  #failed: unknown = null
  #look: (() => void)[] = []

  constructor({ client }: Daemon, since: number) {
    this.#follow(client.events({ since, signal: this.#ending.signal })).catch((error) => {
      this.#failed = error
      for (const look of this.#look) look()
    })
  }

  end(): void {
    this.#ending.abort()
  }

  /**
   * @param first how many events were there before
   * @returns when the `count`th of those after that came that fit
   */
  sees(first: number, ms: number, fits: (event: EventDocument) => boolean, count = 1): Promise<bigint> {
    return new Promise((resolve, reject) => {
      let next = first
      let left = count
      const done = (settle: () => void) => {
        clearTimeout(timer)
        this.#look = this.#look.filter((one) => one !== look)
        settle()
      }
      const look = () => {
        if (this.#failed !== null) return done(() => reject(this.#failed))
        for (; next < this.events.length && left > 0; next++) if (fits(this.events[next]!)) left--
        if (left === 0) done(() => resolve(this.#at[next - 1]!))
      }
      const timer = setTimeout(() => {
        const last = this.events.slice(first).map(({ type, message }) => `${type}: ${message}`)
        done(() => reject(new Error(`not told within ${ms} ms; but:\n${last.join('\n')}`)))
      }, ms)
      this.#look.push(look)
      look()
    })
  }

  async #follow(events: AsyncIterable<EventDocument>): Promise<void> {
    for await (const event of events) {
      this.#at.push(process.hrtime.bigint())
      this.events.push(event)
      for (const look of [...this.#look]) look()
    }
  }
}
