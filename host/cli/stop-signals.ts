import { constants } from 'node:os'
import type { World } from './world.js'

const stopping = ['SIGTERM', 'SIGINT'] as const

/** The first signal asks the daemon to stop; a second one ends the process at once. A hang-up is ignored. */
export class StopSignals {
  /** Resolves with the name of the first signal. */
  readonly first: Promise<string>
  private readonly listeners = new Map<string, () => void>()

  /** @param atOnce what has to be done, without waiting, before the process ends at the second signal */
  constructor(
    private readonly world: Pick<World, 'signals' | 'exit'>,
    atOnce: () => void,
  ) {
    let asked = false
    let resolveFirst: (signal: string) => void
    this.first = new Promise((resolve) => {
      resolveFirst = resolve
    })
    for (const signal of stopping) {
      this.listen(signal, () => {
        if (asked) {
          atOnce()
          world.exit(128 + constants.signals[signal])
        }
        asked = true
        resolveFirst(signal)
      })
    }
    this.listen('SIGHUP', () => {})
  }

  private listen(signal: string, listener: () => void): void {
    this.listeners.set(signal, listener)
    this.world.signals.on(signal, listener)
  }

  /** Gives the signals their usual meaning again. */
  close(): void {
    for (const [signal, listener] of this.listeners) this.world.signals.off(signal, listener)
  }
}
