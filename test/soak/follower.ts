import { setTimeout as delay } from 'node:timers/promises'
import type { EventDocument } from '@claimd/sdk'
import { Client } from '@claimd/sdk/client'

/** A client that follows the events of a daemon over its restarts, and believes nothing but them. */
export class Follower {
  /** The last revision that it knows of. */
  revision = 0
  /** How many events it has seen, of each type. */
  readonly counts = new Map<string, number>()
  /** Who holds what, by the events alone: connection by adapter id. */
  readonly held = new Map<string, string>()
  /** What must not happen. */
  readonly faults: string[] = []
  readonly #stop = new AbortController()
  readonly #running: Promise<void>

  constructor(private readonly socket: string) {
    this.#running = this.#run()
  }

  get events(): number {
    return [...this.counts.values()].reduce((sum, count) => sum + count, 0)
  }

  count(type: string): number {
    return this.counts.get(type) ?? 0
  }

  async close(): Promise<void> {
    this.#stop.abort()
    await this.#running
  }

  async #run(): Promise<void> {
    const { signal } = this.#stop
    while (!signal.aborted) {
      try {
        const client = new Client({ socket: this.socket, timeout: 5_000 })
        for await (const event of client.events({ since: this.revision, signal })) this.#take(event)
      } catch {
        // The daemon is being started again.
        await delay(20)
      }
    }
  }

  #take(event: EventDocument): void {
    const { revision, type, adapter } = event
    this.counts.set(type, this.count(type) + 1)
    // What came before is said to be lost, so the next event may have any later revision.
    if (type !== 'resync' && revision !== this.revision + 1)
      this.faults.push(`event ${revision} (${type}) came after ${this.revision}`)
    if (type === 'internal-error') this.faults.push(`internal error: ${event.message}`)
    this.revision = revision
    if (type === 'claimed' || type === 'handed-over') this.#hold(event)
    if (type !== 'claim-ended') return
    const was = this.held.get(adapter!)
    if (was !== event.connection)
      this.faults.push(`${revision}: the claim for ${event.connection} ended, and was ${was}`)
    this.held.delete(adapter!)
  }

  #hold({ revision, type, adapter, connection }: EventDocument): void {
    const double = type === 'claimed' && this.held.has(adapter!)
    if (double) this.faults.push(`${revision}: ${adapter} is claimed twice`)
    for (const [other, name] of this.held) {
      if (name === connection && other !== adapter)
        this.faults.push(`${revision}: ${connection} holds ${adapter}, and held ${other}`)
    }
    this.held.set(adapter!, connection as string)
  }
}
