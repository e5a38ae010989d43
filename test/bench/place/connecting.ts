import type { Daemon } from './daemon.js'
import type { Place } from './place.js'

/** Connects over the API of a daemon, and hears of what comes of it by one stream of events. */
export class Connecting {
  readonly #daemon: Daemon
  /** By request: when it was completed, and by whom that is waited for. */
  readonly #completed = new Map<number, number>()
  readonly #waiting = new Map<number, (at: number) => void>()
  #failed: Error | null = null
  #fail: (error: Error) => void = () => {}
  readonly #failure = new Promise<never>((_, reject) => {
    this.#fail = reject
  })

  private constructor(daemon: Daemon) {
    this.#daemon = daemon
    // That it has failed is thrown where something is waited for.
    this.#failure.catch(() => {})
  }

  static async through(place: Place, daemon: Daemon): Promise<Connecting> {
    const connecting = new Connecting(daemon)
    const ending = new AbortController()
    place.undo(() => ending.abort())
    const { revision } = await daemon.client.status()
    connecting.#follow(revision, ending.signal).catch((error) => connecting.#ended(error))
    return connecting
  }

  /** @returns the milliseconds until the request was accepted, and until the connection was up */
  async connect(connection: string): Promise<{ acceptedMs: number; ms: number }> {
    const start = performance.now()
    const { request } = await this.#daemon.client.connect(connection)
    const acceptedMs = performance.now() - start
    const at = await Promise.race([this.#failure, this.#whenCompleted(request)])
    return { acceptedMs, ms: at - start }
  }

  /** @param inFlight so many requests are open at the same time */
  async all(connections: readonly string[], inFlight: number): Promise<void> {
    const left = connections.values()
    const work = async () => {
      for (const connection of left) await this.connect(connection)
    }
    await Promise.all(Array.from({ length: inFlight }, work))
  }

  #whenCompleted(request: number): Promise<number> {
    const at = this.#completed.get(request)
    if (at !== undefined) return Promise.resolve(at)
    return new Promise((resolve) => this.#waiting.set(request, resolve))
  }

  async #follow(since: number, signal: AbortSignal): Promise<void> {
    for await (const event of this.#daemon.client.events({ since, types: ['request-completed'], signal })) {
      if (event.type !== 'request-completed' || event.what !== 'connect') continue
      if (event.result !== 'SUCCESS') throw new Error(event.message)
      const at = performance.now()
      this.#completed.set(event.request, at)
      this.#waiting.get(event.request)?.(at)
    }
  }

  #ended(error: Error): void {
    this.#failed ??= error
    this.#fail(this.#failed)
  }
}
