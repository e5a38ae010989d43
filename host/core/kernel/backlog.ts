import type { NewEvent, StoredEvent } from './journal-event.js'
import type { Outbox } from './outbox.js'
import { RowWrites } from './rows.js'
import type { Batch } from './store-port.js'

/** So many events are kept in memory while nothing can be stored; what is over is counted. */
const eventLimit = 1_000

/**
 * What is still to be stored: usually one outbox, and after a failure everything since. For rows the last
 * state wins, so that the database equals the memory as soon as it can be written again.
 */
export class Backlog {
  private events: NewEvent[] = []
  private readonly rows = new RowWrites()
  private sync = false
  /** How many events had to be dropped. */
  lost = 0

  /** @param failing nothing can be stored at the moment: then only so many events are kept */
  add(out: Outbox, failing: boolean): void {
    for (const event of out.events) {
      if (!failing || this.events.length < eventLimit) this.events.push(event)
      else this.lost++
    }
    this.rows.add(out.rows)
    this.sync ||= out.sync
  }

  /** Forgets events that told of what was then taken back. */
  dropEvents(events: readonly NewEvent[]): void {
    const dropped = new Set(events)
    this.events = this.events.filter((event) => !dropped.has(event))
    this.lost += dropped.size
  }

  get isEmpty(): boolean {
    return this.events.length + this.rows.size === 0
  }

  batch(revision: number, generation: number, fence: number): Batch {
    return {
      events: this.events.map((event, i): StoredEvent => ({ revision: revision + i + 1, ...event })),
      generation,
      fence,
      rows: this.rows.list(),
      sync: this.sync,
    }
  }

  clear(): void {
    this.events = []
    this.rows.clear()
    this.sync = false
    this.lost = 0
  }
}
