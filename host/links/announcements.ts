import { isDeepStrictEqual } from 'node:util'
import type { Link, LinkEvent } from '../core/adapters/link.js'

/**
 * Turns changes into the fewest events that hide nothing.
 *
 * It remembers what has been told of each link. Many changes of one link become one event, or none if in the
 * end nothing differs; a removal is never merged away. A link that came and went untold is not told at all.
 */
export class Announcements {
  readonly #told = new Map<number, Link>()
  /** In the order of the last change. A number stands for a link whose row is read when events are taken. */
  readonly #pending = new Set<number | LinkEvent>()

  /** Something about the link changed, perhaps. */
  changed(index: number): void {
    this.#pending.delete(index)
    this.#pending.add(index)
  }

  gone(index: number, movedTo: { namespace: number; index: number } | null): void {
    this.#pending.delete(index)
    if (this.#told.delete(index)) this.#pending.add({ type: 'link-gone', index, movedTo })
  }

  /**
   * Is called before a change that gives the link its carrier back. A cable that was pulled and put back, or
   * into another socket, must not be merged into "nothing happened".
   * @param row the link without its carrier
   */
  regainsCarrier(index: number, row: () => Link): void {
    if (!this.#pending.has(index) || this.#told.get(index)?.carrier !== true) return
    this.#pending.delete(index)
    const link = row()
    this.#told.set(index, link)
    this.#pending.add({ type: 'link', link })
  }

  /** The events since the last call. */
  take(row: (index: number) => Link): LinkEvent[] {
    const events: LinkEvent[] = []
    for (const item of this.#pending) {
      if (typeof item !== 'number') {
        events.push(item)
        continue
      }
      const link = row(item)
      if (isDeepStrictEqual(link, this.#told.get(item))) continue
      this.#told.set(item, link)
      events.push({ type: 'link', link })
    }
    this.#pending.clear()
    return events
  }

  /**
   * A snapshot, after the removals since the last call: the snapshot may hold another link with the index of
   * one that has gone. All other changes are in it.
   */
  takeSnapshot(reason: 'start' | 'overflow', links: Link[]): LinkEvent[] {
    const removals = [...this.#pending].filter(isRemoval)
    this.#pending.clear()
    this.#told.clear()
    for (const link of links) this.#told.set(link.index, link)
    return [...removals, { type: 'snapshot', reason, links }]
  }
}

function isRemoval(item: number | LinkEvent): item is LinkEvent & { type: 'link-gone' } {
  return typeof item !== 'number' && item.type === 'link-gone'
}
