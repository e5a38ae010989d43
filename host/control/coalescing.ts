import type { EventDocument } from '@claimd/sdk'

/**
 * What tells how an adapter is now: the newest of them says it all. Everything else tells what was done or
 * what happened, and stays: claims and their ends, refusals, releases, what appeared, went or was renamed.
 */
const tellsState = new Set(['adapter-changed', 'adapter-ignored', 'round', 'verified', 'verify-pending'])

/** More events than these do not wait for the end of a window. */
export const mostWaiting = 1_000

/**
 * The events of one window. Of those that tell the state of one adapter only the newest is kept, and how many
 * it stands for. What is kept is in the order of revisions, so a client may resume after any of them: what
 * was merged away before that one is in a later one, or is still to come in it.
 */
export class Coalescing {
  /** In the order of insertion, which is that of revisions: what is merged moves to the end. */
  readonly #waiting = new Map<string | number, EventDocument>()

  get size(): number {
    return this.#waiting.size
  }

  /** @param event newer than all before */
  add(event: EventDocument): void {
    if (event.adapter === null || !tellsState.has(event.type)) {
      this.#waiting.set(event.revision, event)
      return
    }
    const key = `${event.adapter} ${event.type}`
    const before = this.#waiting.get(key)
    this.#waiting.delete(key)
    this.#waiting.set(key, before ? { ...event, merged: (before.merged ?? 1) + 1 } : event)
  }

  /** Ends the window. */
  take(): EventDocument[] {
    const events = [...this.#waiting.values()]
    this.#waiting.clear()
    return events
  }
}
