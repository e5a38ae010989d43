/** The longest time after which a lease is looked at again, in milliseconds: the clock may have been set meanwhile. */
const longestWait = 3_600_000
/** A client that renews at the last moment has so long to record it, in milliseconds. */
const grace = 1_000

/**
 * Looks again at leases when they expire: no change of the link tells that. Leases expire by the system's clock.
 * Where that is set forward, one is found expired within an hour, until its client renews it; where it is set
 * back, one holds for longer.
 */
export class LeaseWatch {
  readonly #timers = new Map<number, NodeJS.Timeout>()
  readonly #now: () => number

  constructor(now: () => number) {
    this.#now = now
  }

  /** Calls `expired` when the lease of this claim has expired; replaces what was watched for the same claim. */
  watch(fence: number, until: number, expired: () => void): void {
    this.stop(fence)
    if (until === Number.POSITIVE_INFINITY) return
    const wait = Math.min(longestWait, Math.max(0, until - this.#now()) + grace)
    const timer = setTimeout(() => {
      this.#timers.delete(fence)
      expired()
    }, wait)
    this.#timers.set(fence, timer)
  }

  stop(fence: number): void {
    clearTimeout(this.#timers.get(fence))
    this.#timers.delete(fence)
  }

  dispose(): void {
    for (const fence of [...this.#timers.keys()]) this.stop(fence)
  }
}
