import { crashBudget } from '../limits.js'

/** Counts the failures of one build: too many within the window, and it is not to be started again. */
export class CrashBudget {
  #times: number[] = []

  /**
   * Counts one failure.
   * @param now monotonic milliseconds
   * @returns whether the budget is spent with it
   */
  spend(now: number): boolean {
    this.#times = [...this.#times.filter((at) => now - at < crashBudget.windowMs), now]
    return this.#times.length >= crashBudget.crashes
  }
}
