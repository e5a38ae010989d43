import type { EventDocument } from '@claimd/sdk'
import type { Place } from './adapters/place.js'
import type { Settings } from './claims/context.js'
import { CoreEngine, makeMachines } from './core-engine.js'
import type { ActPort, ProviderPort } from './kernel/provider-port.js'
import { ReplayStore } from './kernel/replay-store.js'
import type { Row } from './kernel/rows.js'
import type { StoredState, StoreFault } from './kernel/store-port.js'
import type { Timers } from './kernel/timers.js'
import type { Moment } from './kernel/turn.js'

/** What a recording begins with: all that the core is started with. */
export interface Beginning {
  /** The version of claimd that has recorded. */
  claimd: string
  node: string
  where: Place
  settings: Settings
  stored: StoredState
}

/** What entered the core, one after the other, see `RecorderPort`. */
export type Entry =
  | ({ do: 'turn'; events: readonly object[] } & Moment)
  | { do: 'catch-up' }
  | { do: 'check' }
  | ({ do: 'failed' } & Moment & StoreFault)

/**
 * The core once more, with what entered it when it was recorded: no links, no plugins, no clock and no disk. It decides the
 * same, and comes to the same rows.
 */
export class Replay {
  private readonly store: ReplayStore
  private readonly engine: CoreEngine
  private moment: Moment = { now: 0, at: '' }
  private news: EventDocument[] = []

  constructor({ where, settings, stored }: Beginning) {
    this.store = new ReplayStore(stored)
    const timers: Timers = {
      now: () => this.moment.now,
      at: () => this.moment.at,
      // What comes of time is in the recording.
      soon: () => {},
      later: () => () => {},
    }
    const providers: ProviderPort = {
      ask: () => {},
      cancel: () => {},
      claimed: () => {},
      released: () => {},
      configured: () => {},
    }
    const acts: ActPort = { act: () => {}, cancelAct: () => {} }
    const outside = { stored, store: this.store, providers, acts, undo: { undo: () => {} }, timers }
    this.engine = new CoreEngine(makeMachines(where, stored.rows, settings), outside)
    this.engine.onEvents((events) => this.news.push(...events))
  }

  get rows(): Row[] {
    return this.store.rows
  }

  /**
   * @param next the entry after it, which says whether its commit fails
   * @returns the events that are durable by it
   */
  take(entry: Entry, next: Entry | undefined): EventDocument[] {
    if (entry.do === 'failed') return []
    if (entry.do === 'turn') this.moment = { now: entry.now, at: entry.at }
    this.store.fault = null
    if (next?.do === 'failed') {
      const { because, remedy, now, at } = next
      this.store.fault = { because, remedy }
      // By then, its moment is the one that counts.
      this.store.onFault = () => {
        this.moment = { now, at }
      }
    }
    if (entry.do === 'turn') this.engine.replay(entry.events)
    else if (entry.do === 'catch-up') this.engine.catchUp()
    else this.engine.checkStore()
    return this.news.splice(0)
  }
}

/** Plays all entries. An entry is taken when it is known what comes after it. */
export async function* play(
  replay: Replay,
  entries: AsyncIterable<Entry>,
): AsyncGenerator<EventDocument, void> {
  let before: Entry | undefined
  try {
    for await (const entry of entries) {
      if (before) yield* replay.take(before, entry)
      before = entry
    }
  } catch (error) {
    // Where the recording is cut, what stands before that has happened.
    if (before) yield* replay.take(before, undefined)
    throw error
  }
  if (before) yield* replay.take(before, undefined)
}
