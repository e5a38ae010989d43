import type { EventDetails } from '@claimd/sdk'
import { Claims, type ClaimsEvent, type ClaimsRequests } from '../../../../host/core/claims/claims.js'
import type { ClaimsFact } from '../../../../host/core/claims/facts.js'
import { routes } from '../../../../host/core/core-engine.js'
import { Engine } from '../../../../host/core/kernel/engine.js'
import type { Machine, RequestEvent } from '../../../../host/core/kernel/machine.js'
import type { Act, ActPort, ProviderPort } from '../../../../host/core/kernel/provider-port.js'
import { type Row, RowKind } from '../../../../host/core/kernel/rows.js'
import type { Store, StoreFault } from '../../../../host/core/kernel/store-port.js'
import type { Timers } from '../../../../host/core/kernel/timers.js'
import type { Turn } from '../../../../host/core/kernel/turn.js'
import { eventDocument } from '../../../../host/core/views/events/event-document.js'

interface Count {
  name: string
  count: number
}

/** No adapter. */
const nothing = { adapter: null, name: null }

const countRows = new RowKind<Count>('count', ({ name }) => name)
const recordRows = new RowKind<Count>('record', ({ name }) => name)

type TallyEvent = { type: 'tick'; name: string } | { type: 'alarm'; name: string; ms: number }

type TallyRequests = {
  total: { ask: { name: string }; reply: number }
  'count-down': { ask: { name: string }; reply: Count }
}

/** A tenth tick. */
interface Fact {
  type: 'tenth'
  name: string
  count: number
}

/** What it tells beside what is in the catalogue. */
type Told = EventDetails & {
  ticked: { count: number }
  'counted-down': object
  record: Count
}

interface Talk {
  event: ClaimsEvent | TallyEvent
  requests: ClaimsRequests & TallyRequests
  fact: Fact | ClaimsFact
  told: Told
}

type TallyTurn = Turn<Fact, Told>

/** A machine with an event, requests, a fact and rows of its own: it counts ticks. */
export class Tally implements Machine<Talk> {
  readonly counts: Map<string, number>
  readonly heard: string[] = []
  readonly busy = false

  constructor(rows: readonly Row[]) {
    this.counts = new Map(countRows.of(rows).map(({ name, count }) => [name, count]))
  }

  handle(event: TallyEvent | RequestEvent<TallyRequests>, turn: TallyTurn): void {
    switch (event.type) {
      case 'tick':
        this.tick(event.name, turn)
        break
      case 'alarm':
        turn.wake(event.name, event.ms)
        break
      case 'total':
        turn.reply(event.request, this.counts.get(event.name) ?? 0, false)
        break
      case 'count-down':
        turn.reply(event.request, this.countDown(event.name, turn), true)
    }
  }

  wake(name: string, turn: TallyTurn): void {
    this.tick(name, turn)
  }

  storeFailed({ because }: StoreFault): void {
    this.heard.push(`failed: ${because}`)
  }

  storeRecovered(lost: number): void {
    this.heard.push(`recovered, ${lost} lost`)
  }

  private tick(name: string, turn: TallyTurn): void {
    const count = (this.counts.get(name) ?? 0) + 1
    this.set(name, count, turn)
    turn.emit('ticked', nothing, { count })
    if (count % 10 === 0) turn.addFact({ type: 'tenth', name, count })
  }

  private countDown(name: string, turn: TallyTurn): Count {
    const before = this.counts.get(name) ?? 0
    const fence = turn.counters.nextFence()
    const undo = (later: Pick<Turn, 'put'>) => {
      this.set(name, before, later)
      return true
    }
    turn.decide(undo, () => {
      this.set(name, before - 1, turn)
      turn.emit('counted-down', nothing, {})
    })
    turn.act({ fence, kind: 'count-down', provider: 'x/tally', parameters: { name } })
    return { name, count: before - 1 }
  }

  private set(name: string, count: number, turn: Pick<Turn, 'put'>): void {
    this.counts.set(name, count)
    turn.put(countRows, { name, count })
  }
}

/** A machine above it, which only observes. */
export class Records implements Machine<Talk> {
  readonly busy = false
  handle(): void {}
  wake(): void {}
  storeFailed(): void {}
  storeRecovered(): void {}

  observe(fact: Fact | ClaimsFact, turn: TallyTurn): void {
    if (fact.type !== 'tenth') return
    const { name, count } = fact
    turn.put(recordRows, { name, count })
    turn.emit('record', nothing, { name, count })
  }
}

/** The engine with claimd's own machines and these above them. */
export class TallyEngine extends Engine<Talk> {
  readonly tally: Tally
  /** What was carried out, and what the store knew at that moment. */
  readonly acts: { act: Act; stored: Row[] }[]

  constructor(store: Store, timers: Timers) {
    const stored = store.load()
    const settings = { order: [], ignore: [], connections: [] }
    const place = { boot: 'boot-1', namespace: 'net:[1]', cookie: '1' }
    const tally = new Tally(stored.rows)
    const acts: TallyEngine['acts'] = []
    const port: ActPort = { act: (act) => acts.push({ act, stored: store.load().rows }), cancelAct: () => {} }
    const nobody: ProviderPort = {
      ask: () => {},
      cancel: () => {},
      claimed: () => {},
      released: () => {},
      configured: () => {},
    }
    super({
      machines: { claims: new Claims(place, stored.rows, settings), tally, records: new Records() },
      routes: { ...routes, tick: 'tally', alarm: 'tally', total: 'tally', 'count-down': 'tally' },
      stored,
      store,
      providers: nobody,
      acts: port,
      timers,
      documentOf: eventDocument,
    })
    this.tally = tally
    this.acts = acts
  }

  countsIn(rows: readonly Row[]): Record<string, number> {
    return Object.fromEntries(countRows.of(rows).map(({ name, count }) => [name, count]))
  }

  recordsIn(rows: readonly Row[]): Count[] {
    return recordRows.of(rows)
  }
}
