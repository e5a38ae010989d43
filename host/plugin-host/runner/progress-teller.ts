import type { Progress } from '@claimd/sdk'
import { checkArguments } from '@claimd/sdk/wire'
import { textLimit } from './wire-limits.js'

/** So often the host is told, in milliseconds: people read it. */
const intervalMs = 100

/** Tells how far one connect has come: the first at once, then the latest in each interval. */
export class ProgressTeller {
  readonly #send: (progress: Progress) => void
  /** What is to be told at the end of the interval. */
  #next: Progress | null = null
  #interval: NodeJS.Timeout | null = null
  #isClosed = false

  constructor(send: (progress: Progress) => void) {
    this.#send = send
  }

  /** @throws {ContextError} REQUEST_MALFORMED */
  tell(progress: Progress): void {
    checkArguments('call.progress', [progress])
    // The connect is over.
    if (this.#isClosed) return
    const { state, text } = progress
    this.#next = {
      ...this.#next,
      ...(state !== undefined && { state }),
      // The host cuts it to its limit.
      ...(text !== undefined && { text: text.slice(0, textLimit + 1) }),
    }
    if (this.#interval === null) this.#flush()
  }

  close(): void {
    this.#isClosed = true
    if (this.#interval) clearTimeout(this.#interval)
  }

  #flush(): void {
    this.#interval = null
    if (this.#next === null) return
    this.#send(this.#next)
    this.#next = null
    this.#interval = setTimeout(() => this.#flush(), intervalMs)
  }
}
