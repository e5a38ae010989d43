import type { Disposable } from '@claimd/sdk'

/** The longest time after which a lease is looked at again, in milliseconds: the clock may have been set meanwhile. */
const longestWait = 3_600_000
/** A client that renews at the last moment has so long to record it, in milliseconds. */
const grace = 1_000
/** Records that change together are looked at once, in milliseconds after the first change. */
const settling = 500

/** Why a lease is looked at again. */
export type LookReason = 'expired' | 'recorded'

interface Watched {
  look: (why: LookReason) => void
  until: number
  timer: NodeJS.Timeout | undefined
}

/**
 * Looks again at leases when they expire, which no change of the link tells, and when DHCP clients record
 * something: a renewal, or a lease that was cut short. Leases expire by the system's clock. Where that is set
 * forward, one is found expired within an hour, until its client renews it; where it is set back, one holds for longer.
 */
export class LeaseWatch {
  readonly #watched = new Map<number, Watched>()
  readonly #now: () => number
  readonly #watchRecords: (changed: () => void) => Disposable
  #records: Disposable | null = null
  #settled: NodeJS.Timeout | undefined

  /**
   * @param now the system's clock, in milliseconds since 1970
   * @param watchRecords calls back when a client may have recorded something
   */
  constructor(now: () => number, watchRecords: (changed: () => void) => Disposable) {
    this.#now = now
    this.#watchRecords = watchRecords
  }

  /**
   * Looks at the lease of this claim when it has expired, and when something was recorded; replaces what was
   * watched for the same claim.
   * @param until when it expires, in milliseconds since 1970; `Infinity` for never
   */
  watch(fence: number, until: number, look: (why: LookReason) => void): void {
    this.stop(fence)
    this.#records ??= this.#watchRecords(() => this.#recorded())
    const watched: Watched = { look, until, timer: undefined }
    this.#watched.set(fence, watched)
    if (until === Number.POSITIVE_INFINITY) return
    const wait = Math.min(longestWait, Math.max(0, until - this.#now()) + grace)
    watched.timer = setTimeout(() => {
      this.#watched.delete(fence)
      look('expired')
    }, wait)
  }

  /** Takes the lease of a claim for expired in so many milliseconds, if that is sooner than was known. */
  shorten(fence: number, ms: number): void {
    const watched = this.#watched.get(fence)
    const until = this.#now() + ms
    if (watched && until < watched.until) this.watch(fence, until, watched.look)
  }

  stop(fence: number): void {
    clearTimeout(this.#watched.get(fence)?.timer)
    this.#watched.delete(fence)
  }

  dispose(): void {
    for (const fence of [...this.#watched.keys()]) this.stop(fence)
    clearTimeout(this.#settled)
    this.#records?.dispose()
  }

  #recorded(): void {
    this.#settled ??= setTimeout(() => {
      this.#settled = undefined
      for (const { look } of [...this.#watched.values()]) look('recorded')
    }, settling)
  }
}
