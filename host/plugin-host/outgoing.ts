/**
 * What the plugin host has to tell its listener, in order. Nothing of it is told within a call of the plugin host's
 * methods: it always comes in a microtask, so that the core is never called while it is at work. Lines of the log and
 * the programs of plugins are told directly.
 */
export class Outgoing {
  #waiting: (() => void)[] = []

  /** @param deliver calls the listener */
  tell(deliver: () => void): void {
    if (this.#waiting.push(deliver) === 1) queueMicrotask(() => this.#flush())
  }

  /** Resolves when all that was told up to now has been heard. */
  settled(): Promise<void> {
    return new Promise((resolve) => this.tell(resolve))
  }

  #flush(): void {
    const now = this.#waiting
    this.#waiting = []
    let done = 0
    try {
      while (done < now.length) now[done++]!()
    } finally {
      // A listener that throws does not keep the rest from being told, in their order.
      const rest = [...now.slice(done), ...this.#waiting]
      this.#waiting = []
      for (const deliver of rest) this.tell(deliver)
    }
  }
}
