import { Backlog } from './backlog.js'
import type { Counters } from './counters.js'
import type { StoredEvent } from './journal-event.js'
import type { Store } from './store-port.js'

/**
 * So many generations and fences are stored ahead of those in use: a provider sees them before they are stored,
 * and what was seen once must not mean something else after a kill.
 */
const reserve = 256

/** What is still to be stored, and how it is: all of it in one transaction. */
export class Commits {
  readonly backlog = new Backlog()
  /** Up to these, numbers can be shown: they are not given again, whatever happens. The first turn reserves some. */
  private reserved = { generation: -1, fence: -1 }

  /** @param revision the journal's last one */
  constructor(
    private readonly store: Store,
    private readonly counters: Counters,
    public revision: number,
  ) {}

  /** Whether the numbers in use may be shown. */
  get isReserved(): boolean {
    const { generation, fence } = this.counters
    return generation <= this.reserved.generation && fence <= this.reserved.fence
  }

  /** Whether there is nothing to store. */
  get isDone(): boolean {
    return this.backlog.isEmpty && this.isReserved
  }

  /** @returns the events, which are durable now, and how many were lost before. @throws what the store throws; then nothing is stored */
  commit(): { events: readonly StoredEvent[]; lost: number } {
    const { generation, fence } = this.counters
    const ahead = { generation: generation + reserve, fence: fence + reserve }
    const { events, ...batch } = this.backlog.batch(this.revision, ahead.generation, ahead.fence)
    this.store.commit({ events, ...batch })
    this.reserved = ahead
    const { lost } = this.backlog
    this.backlog.clear()
    this.revision = events.at(-1)?.revision ?? this.revision
    return { events, lost }
  }
}
