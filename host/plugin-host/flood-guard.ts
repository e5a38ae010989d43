/** What a plugin may send unasked: so much at once, and so much a second. */
const unaskedMessages = { burst: 1000, perSecond: 1000 }

/** How often it may tell how far its connects have come: 16 of them, ten times a second each. */
const progressMessages = { burst: 200, perSecond: 200 }

const channelBytes = { burst: 4 * 1024 * 1024, perSecond: 4 * 1024 * 1024 }

/** What every call adds to that, for its answer. */
const callAllowance = { messages: 2, bytes: 1024 }

/**
 * Counts what a plugin sends against what it may: so much a second unasked, and something for every call.
 * It stands before everything that would queue or parse what was sent.
 */
export class FloodGuard {
  readonly #messages = new Bucket(unaskedMessages)
  readonly #bytes = new Bucket(channelBytes)
  readonly #progress = new Bucket(progressMessages)

  /** The host has asked for this many answers. */
  expect(answers: number): void {
    this.#messages.add(answers * callAllowance.messages)
    this.#bytes.add(answers * callAllowance.bytes)
  }

  /** Whether the plugin may still send a message. */
  message(): boolean {
    return this.#messages.take(1)
  }

  /** Whether what a connect tells is still passed on. */
  progress(): boolean {
    return this.#progress.take(1)
  }

  /** Whether the plugin may still send these bytes. */
  bytes(count: number): boolean {
    return this.#bytes.take(count)
  }
}

class Bucket {
  readonly #size: { burst: number; perSecond: number }
  #left: number
  #at = performance.now()

  constructor(size: { burst: number; perSecond: number }) {
    this.#size = size
    this.#left = size.burst
  }

  add(count: number): void {
    this.#left = Math.min(this.#left + count, 2 * this.#size.burst)
  }

  take(count: number): boolean {
    const now = performance.now()
    const refilled = this.#left + ((now - this.#at) / 1000) * this.#size.perSecond
    // Time alone fills it to the brim; what was asked for may stand above that.
    this.#left = Math.max(this.#left, Math.min(refilled, this.#size.burst)) - count
    this.#at = now
    return this.#left >= 0
  }
}
