import { setTimeout as delay } from 'node:timers/promises'

/**
 * Lets each plugin do something so many times at once, and then so often a second: what is over has to wait.
 * A write to the disk holds up the whole host.
 */
export class Pace {
  readonly #burst: number
  readonly #everyMs: number
  /** By plugin: when the next turn is, had it been used as often as it may. */
  readonly #next = new Map<string, number>()

  constructor({ burst, perSecond }: { burst: number; perSecond: number }) {
    this.#burst = burst
    this.#everyMs = 1000 / perSecond
  }

  /** Resolves when it is the plugin's turn. @throws when `signal` is aborted before that */
  async turn(plugin: string, signal: AbortSignal): Promise<void> {
    const now = performance.now()
    const next = Math.max(this.#next.get(plugin) ?? 0, now - this.#burst * this.#everyMs) + this.#everyMs
    this.#next.set(plugin, next)
    if (next > now) await delay(next - now, null, { signal })
  }
}
