import { setTimeout as delay } from 'node:timers/promises'
import type { EventDocument } from '@claimd/sdk'
import { Client } from '@claimd/sdk/client'

/** All events of a daemon, over its restarts. */
export class Story {
  readonly events: EventDocument[] = []
  readonly #stop = new AbortController()
  readonly #running: Promise<void>
  readonly #waiting = new Set<() => void>()

  constructor(private readonly socket: string) {
    this.#running = this.#run()
  }

  get revision(): number {
    return this.events.at(-1)?.revision ?? 0
  }

  /** Resolves when such an event has come after a revision, or the time is over. @returns whether it has come */
  async comes(since: number, fits: (event: EventDocument) => boolean, ms: number): Promise<boolean> {
    const end = performance.now() + ms
    let [next, found] = [0, false]
    while (!found && performance.now() < end) {
      for (; next < this.events.length && !found; next++) {
        const event = this.events[next]!
        found = event.revision > since && fits(event)
      }
      if (!found) await this.#more(end - performance.now())
    }
    return found
  }

  async close(): Promise<void> {
    this.#stop.abort()
    await this.#running
  }

  #more(ms: number): Promise<void> {
    return new Promise((done) => {
      const over = () => {
        clearTimeout(timer)
        this.#waiting.delete(over)
        done()
      }
      const timer = setTimeout(over, Math.max(0, ms))
      this.#waiting.add(over)
    })
  }

  async #run(): Promise<void> {
    const { signal } = this.#stop
    while (!signal.aborted) {
      try {
        const client = new Client({ socket: this.socket, timeout: 5_000 })
        for await (const event of client.events({ since: this.revision, signal })) {
          this.events.push(event)
          for (const wake of [...this.#waiting]) wake()
        }
      } catch {
        // The daemon is being started again.
        await delay(20)
      }
    }
  }
}
