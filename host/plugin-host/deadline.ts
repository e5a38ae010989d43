/** A timer that came later than this was held up in the host, and says nothing about the plugin. */
const heldUpMs = 100

/**
 * Calls back after `ms`. When the host itself was held up (its loop was blocked, the machine was asleep),
 * what the plugin sent meanwhile is still unread: then the plugin gets a little longer.
 */
export class Deadline {
  #timer: NodeJS.Timeout

  constructor(ms: number, passed: () => void) {
    this.#timer = this.#start(ms, passed)
  }

  clear(): void {
    clearTimeout(this.#timer)
  }

  #start(ms: number, passed: () => void): NodeJS.Timeout {
    const due = performance.now() + ms
    return setTimeout(() => {
      if (performance.now() - due > heldUpMs) this.#timer = this.#start(heldUpMs, passed)
      else passed()
    }, ms)
  }
}
