import type {
  AdapterChange,
  AdapterDocument,
  AdapterFilter,
  AdapterRow,
  AdaptersDocument,
  ExplainDocument,
  OfferDocument,
  ReleaseDocument,
} from '@claimd/sdk'
import type { AdapterService, Who } from '../../control/index.js'
import { adapterTest } from '../../core/claims/adapter-filter.js'
import {
  findAdapter,
  findAdapterOrGone,
  findAdapterToAct,
  isCalled,
  offerDocument,
} from '../../core/claims/operator.js'
import { roundDocument } from '../../core/claims/round-record.js'
import { adapterRow, candidates } from '../../core/claims/views.js'
import type { CoreEngine } from '../../core/core-engine.js'
import type { Store } from '../../core/kernel/store-port.js'
import type { Callers } from './callers.js'
import { durableState, plumbingIn } from './engine-state.js'
import { explainAt } from './explain-at.js'

/** So many rounds of an adapter are shown at most, the newest ones. */
const roundsShown = 1_000

/** What is said of a past moment only. */
const present: Pick<ExplainDocument, 'at' | 'notes' | 'others'> = { at: null, notes: [], others: [] }

/** What holds of an adapter that is gone. */
const absent = { state: 'absent', provider: null, connection: null } as const

interface Sources {
  engine: CoreEngine
  store: Pick<Store, 'events' | 'oldestRevision' | 'rounds'>
  callers: Callers
  /** What was changed about an adapter for plugins. @param adapter its id */
  changesTo(adapter: string): AdapterChange[]
}

/** What can be seen and asked of adapters. */
export class Adapters implements AdapterService {
  constructor(private readonly from: Sources) {}

  list(filter: AdapterFilter = {}): AdaptersDocument {
    const { engine } = this.from
    const context = durableState(engine)
    const fits = adapterTest(filter, (word) => isCalled(context, word))
    const isPlumbing = plumbingIn(context)
    const adapters = [...context.adapters.values()]
      .sort((a, b) => a.link.index - b.link.index)
      .map((record) => wholeRow(adapterRow(context, record), isPlumbing(record.link)))
      .filter(fits)
    return { revision: engine.revision, adapters }
  }

  get(adapter: string): AdapterDocument {
    const { engine, changesTo } = this.from
    const context = durableState(engine)
    const record = findAdapter(context, adapter)
    const row = wholeRow(adapterRow(context, record), plumbingIn(context)(record.link))
    const { predecessor } = record
    return { revision: engine.revision, changes: changesTo(record.id), predecessor, ...row }
  }

  explain(adapter: string): ExplainDocument {
    const { engine, store } = this.from
    const context = durableState(engine)
    const record = findAdapterOrGone(context, adapter)
    const rounds = store.rounds(record.id, roundsShown)
    if ('because' in record) {
      const { name, id, because } = record
      return { ...absent, adapter: name, id, because, rounds, order: [], predecessor: null, ...present }
    }
    if (record.round) rounds.push(roundDocument(record.round, null))
    const { name, id, state, because, provider, connection } = adapterRow(context, record)
    return {
      adapter: name,
      id,
      state,
      because,
      provider,
      connection,
      rounds,
      order: candidates(context, record),
      predecessor: record.predecessor,
      ...present,
    }
  }

  explainAt(adapter: string, at: string): Promise<ExplainDocument> {
    const { store } = this.from
    return explainAt({ store, explain: (word) => this.explain(word) }, adapter, at)
  }

  async offer(adapter: string, who: Who): Promise<OfferDocument> {
    const { engine, callers } = this.from
    const context = durableState(engine)
    const record = findAdapterToAct(context, adapter)
    const asked = { type: 'offer', adapter: `id:${record.id}`, who: callers.describe(who) } as const
    return offerDocument(context, record, await callers.reply(who, engine.ask(asked)))
  }

  async release(adapter: string, reason: string, who: Who): Promise<ReleaseDocument> {
    const { engine, callers } = this.from
    return await engine.ask({ type: 'release', adapter, reason, who: callers.describe(who) })
  }
}

/** A spread comes last: V8 takes thirty times as long for fields added to a row that was spread before them. */
function wholeRow(row: Omit<AdapterRow, 'plumbing'>, plumbing: boolean): AdapterRow {
  const others: Omit<AdapterRow, 'id' | 'name' | 'state' | 'plumbing'> = row
  return { id: row.id, name: row.name, state: row.state, plumbing, ...others }
}
