/** How long an ended plugin's pipes are read on, and a plugin that was told to end may take, in milliseconds. */
export const endGraceMs = 250

/** A timer that came later than this was held up in the host, and says nothing about the plugin. */
const heldUpMs = 100

/**
 * A timer for what a plugin has to do in time, see `deadlines.ts` for how long that is. Calls back after `ms`. When the host itself was held up (its loop was blocked, the machine was asleep),
 * what the plugin sent meanwhile is still unread: then the plugin gets a little longer. While somebody debugs the
 * plugin, no time passes for it.
 */
export class Deadline {
  #timer: NodeJS.Timeout

  readonly #isSuspended: () => boolean

  constructor(ms: number, passed: () => void, isSuspended: () => boolean = () => false) {
    this.#isSuspended = isSuspended
    this.#timer = this.#start(ms, passed)
  }

  clear(): void {
    clearTimeout(this.#timer)
  }

  #start(ms: number, passed: () => void): NodeJS.Timeout {
    const due = performance.now() + ms
    return setTimeout(() => {
      if (this.#isSuspended()) this.#timer = this.#start(ms, passed)
      else if (performance.now() - due > heldUpMs) this.#timer = this.#start(heldUpMs, passed)
      else passed()
    }, ms)
  }
}
