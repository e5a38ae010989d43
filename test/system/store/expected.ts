import type { Round } from '@claimd/sdk'
import * as assert from 'uvu/assert'
import type {
  StoredAdapter,
  StoredHolder,
  StoredHolding,
  StoredRelease,
} from '../../../host/core/claims/rows.js'
import type { StoredEvent } from '../../../host/core/kernel/journal-event.js'
import type { StoredState } from '../../../host/core/kernel/store-port.js'
import { byKind } from '../../host/core/rows-by-kind.js'
import { partsAt } from './load.js'

/** Everything that a store tells about itself. */
export interface Contents {
  state: StoredState
  events: StoredEvent[]
  /** The last round of each adapter that is there. */
  rounds: Record<string, Round | undefined>
}

/** What a store must hold after the first batches of a load: the same, done with plain maps. */
export class Expected {
  /** How many batches there were. */
  number = 0
  #revision = 0
  readonly #adapters = new Map<string, StoredAdapter>()
  readonly #holdings = new Map<string, StoredHolding>()
  readonly #releases = new Map<string, StoredRelease>()
  /** Oldest first. */
  readonly #holders = new Map<string, StoredHolder>()
  readonly #rounds = new Map<string, Round>()
  #events: StoredEvent[] = []

  /** @param journal the size that the journal is limited to, in bytes */
  constructor(
    readonly seed: number,
    readonly journal: number,
  ) {}

  /** The revision of the newest event. */
  get revision(): number {
    return this.#revision
  }

  advance(to: number): void {
    while (this.number < to) this.#apply(++this.number)
  }

  /** @throws when anything in the contents is not as it has to be */
  assertEqual({ state, events, rounds }: Contents): void {
    this.assertState(state)
    this.#assertJournal(events)
    for (const id of this.#adapters.keys()) assert.equal(rounds[id], this.#rounds.get(id), `round of ${id}`)
  }

  /** @throws when the state is not as it has to be */
  assertState(state: StoredState): void {
    const { number } = this
    const { adapters, holdings, releases, holders } = byKind(state)
    assert.equal([state.revision, state.generation, state.fence], [this.#revision, number, number])
    assert.equal(sorted(adapters, 'id'), sorted([...this.#adapters.values()], 'id'))
    assert.equal(sorted(holdings, 'adapter'), sorted([...this.#holdings.values()], 'adapter'))
    assert.equal(sorted(releases, 'adapter'), sorted([...this.#releases.values()], 'adapter'))
    assert.equal(holders, [...this.#holders.values()])
  }

  /** The newest events, without a gap, and as many as the limit lets stay. */
  #assertJournal(events: readonly StoredEvent[]): void {
    assert.equal(events, events.length === 0 ? [] : this.#events.slice(-events.length))
    const kept = sizeOf(events)
    assert.ok(kept <= this.journal, `${kept} bytes are kept`)
    if (events.length < this.#events.length) assert.ok(kept > this.journal / 2, `only ${kept} bytes are kept`)
  }

  #apply(number: number): void {
    const batch = partsAt(this.seed, number)
    for (const id of batch.dropHoldings) this.#holdings.delete(id)
    for (const id of batch.dropReleases) this.#releases.delete(id)
    for (const row of batch.putAdapters) this.#adapters.set(row.id, row)
    for (const row of batch.putHoldings) this.#holdings.set(row.adapter, row)
    for (const row of batch.putReleases) this.#releases.set(row.adapter, row)
    for (const key of batch.dropHolders) this.#holders.delete(key)
    for (const row of batch.putHolders) {
      this.#holders.delete(row.key)
      this.#holders.set(row.key, row)
    }
    for (const id of batch.dropAdapters)
      for (const rows of [this.#adapters, this.#holdings, this.#releases, this.#rounds]) rows.delete(id)
    for (const event of batch.events)
      if (event.type === 'round') this.#rounds.set(event.adapter!, event.round as Round)
    this.#revision = batch.events.at(-1)?.revision ?? this.#revision
    this.#events.push(...batch.events)
    // More than the journal can hold need not be known.
    if (this.#events.length > 20_000) this.#events = this.#events.slice(-10_000)
  }
}

export function sizeOf(events: readonly StoredEvent[]): number {
  return events.reduce((sum, event) => sum + Buffer.byteLength(JSON.stringify(event)), 0)
}

function sorted<Key extends string, Row extends Record<Key, string>>(rows: readonly Row[], key: Key): Row[] {
  return [...rows].sort((a, b) => (a[key] < b[key] ? -1 : 1))
}
