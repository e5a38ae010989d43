import type { Timers } from './timers.js'

/** What is to be done later, unless the engine is stopped before. */
export class Alarms {
  private readonly cancels = new Set<() => void>()

  constructor(private readonly timers: Timers) {}

  /** @returns what calls it off */
  set(ms: number, task: () => void): () => void {
    const cancel = this.timers.later(ms, () => {
      this.cancels.delete(cancel)
      task()
    })
    this.cancels.add(cancel)
    return () => {
      this.cancels.delete(cancel)
      cancel()
    }
  }

  cancelAll(): void {
    for (const cancel of this.cancels) cancel()
    this.cancels.clear()
  }
}
