import type { EventDocument } from '@claimd/sdk'
import type { NewEvent, Outbox, Rows } from '../claims/outbox.js'
import type { Batch, StoredAdapter, StoredClaim, StoredHolder, StoredRelease } from './store-port.js'

/** So many events are kept in memory while nothing can be stored; what is over is counted. */
const eventLimit = 1_000

/**
 * What is still to be stored: usually one outbox, and after a failure everything since. For rows the last
 * state wins, so that the database equals the memory as soon as it can be written again.
 */
export class Backlog {
  private events: NewEvent[] = []
  private readonly adapters: Rows<StoredAdapter> = new Map()
  private readonly claims: Rows<StoredClaim> = new Map()
  private readonly releases: Rows<StoredRelease> = new Map()
  private readonly holders: Rows<StoredHolder> = new Map()
  private sync = false
  /** How many events had to be dropped. */
  lost = 0

  /** @param failing nothing can be stored at the moment: then only so many events are kept */
  add(out: Outbox, failing: boolean): void {
    for (const event of out.events) {
      if (!failing || this.events.length < eventLimit) this.events.push(event)
      else this.lost++
    }
    merge(this.adapters, out.adapters)
    merge(this.claims, out.claims)
    merge(this.releases, out.releases)
    merge(this.holders, out.holders)
    this.sync ||= out.sync
  }

  /** Forgets events that told of what was then taken back. */
  dropEvents(events: readonly NewEvent[]): void {
    const dropped = new Set(events)
    this.events = this.events.filter((event) => !dropped.has(event))
    this.lost += dropped.size
  }

  get isEmpty(): boolean {
    const { events, adapters, claims, releases, holders } = this
    return events.length + adapters.size + claims.size + releases.size + holders.size === 0
  }

  batch(revision: number, generation: number, fence: number): Batch {
    return {
      events: this.events.map((event, i): EventDocument => ({ revision: revision + i + 1, ...event })),
      generation,
      fence,
      putAdapters: puts(this.adapters),
      dropAdapters: drops(this.adapters),
      putClaims: puts(this.claims),
      dropClaims: drops(this.claims),
      putReleases: puts(this.releases),
      dropReleases: drops(this.releases),
      putHolders: puts(this.holders),
      dropHolders: drops(this.holders),
      sync: this.sync,
    }
  }

  clear(): void {
    this.events = []
    this.adapters.clear()
    this.claims.clear()
    this.releases.clear()
    this.holders.clear()
    this.sync = false
    this.lost = 0
  }
}

function merge<T>(into: Rows<T>, from: Rows<T>): void {
  for (const [key, row] of from) {
    // What was written last is the last one, also where the order counts.
    into.delete(key)
    into.set(key, row)
  }
}

function puts<T>(rows: Rows<T>): T[] {
  return [...rows.values()].filter((row) => row !== null)
}

function drops<T>(rows: Rows<T>): string[] {
  return [...rows].flatMap(([key, row]) => (row === null ? [key] : []))
}
