import { setTimeout as delay } from 'node:timers/promises'

/** What wakes the process no more than twice a minute is not counted, in milliseconds. */
const rareMs = 30_000

/** Counts timers that are set and have not fired, also those that do not keep the process alive. */
export class LiveTimers {
  readonly #live = new Set<unknown>()
  readonly #real = { setTimeout, setInterval, clearTimeout, clearInterval }

  /** Begins to count; the test's own limit is set by then. */
  static async begin(): Promise<LiveTimers> {
    await delay(0)
    return new LiveTimers()
  }

  private constructor() {
    const { setTimeout, setInterval, clearTimeout, clearInterval } = this.#real
    const once = (callback: (...args: unknown[]) => void, ms?: number, ...args: unknown[]) => {
      const timer = setTimeout(() => {
        this.#live.delete(timer)
        callback(...args)
      }, ms)
      this.#add(timer, ms)
      return timer
    }
    const again = (callback: () => void, ms?: number) => {
      const timer = setInterval(callback, ms)
      this.#add(timer, ms)
      return timer
    }
    const clear = (timer: NodeJS.Timeout | undefined) => {
      this.#live.delete(timer)
      clearTimeout(timer)
      clearInterval(timer)
    }
    const counted = { setTimeout: once, setInterval: again, clearTimeout: clear, clearInterval: clear }
    Object.assign(globalThis, counted)
  }

  /** Waits until so many are left, for good: none of them fires within a moment. */
  async rest(count: number): Promise<void> {
    for (;;) {
      while (this.#live.size !== count) await delay(5)
      const before = [...this.#live]
      await delay(200)
      if (this.#live.size === count && before.every((timer) => this.#live.has(timer))) return
    }
  }

  #add(timer: unknown, ms = 0): void {
    if (ms < rareMs) this.#live.add(timer)
  }

  restore(): void {
    Object.assign(globalThis, this.#real)
  }
}
