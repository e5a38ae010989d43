import { backoffTimes } from '../limits.js'

/** How long to wait before a plugin that failed is started again: doubling, with jitter. */
export class Backoff {
  #failures = 0

  /** The next waiting time, in milliseconds, after a process that lived for `livedMs` has failed. */
  next(livedMs: number, random: () => number = Math.random): number {
    if (livedMs >= backoffTimes.stableMs) this.#failures = 0
    const base = Math.min(backoffTimes.firstMs * 2 ** this.#failures, backoffTimes.maxMs)
    this.#failures++
    return Math.round(base * (1 + backoffTimes.jitter * (2 * random() - 1)))
  }
}
