import { ClaimdError, type EventDocument } from '@claimd/sdk'
import { claimdError } from '../errors.js'
import { Backlog } from './backlog.js'
import { Counters } from './counters.js'
import type { Catalogue, Note, StoredEvent } from './journal-event.js'
import type { Machine, Protocol, RequestEvent } from './machine.js'
import { Outbox } from './outbox.js'
import type { ActPort, ProviderPort } from './provider-port.js'
import { Questions } from './questions.js'
import type { RecorderPort } from './recorder-port.js'
import type { Store, StoredState, StoreFault } from './store-port.js'
import type { Timers } from './timers.js'
import { type Decision, Turn } from './turn.js'

/** While nothing can be stored, it is tried again so often, in milliseconds. */
const storeRetry = 2_000

/**
 * A turn that decides nothing and only asks is stored together with what comes of its questions, or after so
 * many milliseconds: a client waits for the claim, and must not wait for the disk twice.
 */
const patience = 5

/**
 * So many generations and fences are stored ahead of those in use: a provider sees them before they are stored,
 * and what was seen once must not mean something else after a kill.
 */
const reserve = 256

/** So many events are handled in one turn at most: a storm of links must not keep everybody else waiting. */
const eventsATurn = 256

/** What to do when the store does not say it. */
const defaultRemedy = 'Free space, or make the state folder writable'

/** Something that belongs into the journal and that no machine needs to know. */
export interface NoteEvent<Told extends Catalogue> {
  type: 'note'
  note: Note<Told>
}

/** What enters by the engine itself. */
type OwnEvent<Told extends Catalogue> =
  | NoteEvent<Told>
  | { type: 'wake'; machine: string; key: string }
  | { type: 'store-recovered'; lost: number }

/** A request without its number, which the engine gives. */
export type Ask<Talk extends Protocol, Type extends keyof Talk['requests']> = {
  type: Type
} & Talk['requests'][Type]['ask']

export interface EngineParts<Talk extends Protocol> {
  /** The lowest first: what a machine finds out goes to those after it. */
  machines: Readonly<Record<string, Machine<Talk>>>
  /** Which machine takes what. */
  routes: Readonly<Record<Talk['event']['type'] | (keyof Talk['requests'] & string), string>>
  stored: Omit<StoredState, 'rows'>
  store: Store
  providers: ProviderPort
  /** Default: no machine has anything carried out. */
  acts?: ActPort
  timers: Timers
  /** An event as everybody but the store sees it. */
  documentOf(event: StoredEvent): EventDocument
  /** Default: nothing is recorded. */
  recorder?: RecorderPort | null
}

/**
 * Runs the machines of the core: collects events, hands them over in turns, stores what a turn decided in one
 * transaction, and only then acts on it and announces it. What could not be stored is not announced, and a
 * claim or decision in it is taken back.
 */
export class Engine<Talk extends Protocol> {
  /** The journal's last revision. */
  revision: number
  private readonly queue: (Talk['event'] | RequestEvent<Talk['requests']> | OwnEvent<Talk['told']>)[] = []
  private readonly counters: Counters
  private readonly questions = new Questions()
  private readonly backlog = new Backlog()
  private readonly replies = new Map<number, { resolve(reply: never): void; reject(error: Error): void }>()
  private readonly listeners = new Set<(events: readonly EventDocument[]) => void>()
  private readonly healthListeners = new Set<(because: string | null) => void>()
  private readonly idle = new Set<() => void>()
  private readonly alarms = new Set<() => void>()
  private scheduled = false
  private failing: StoreFault | null = null
  private requests = 0
  private retrying = false
  /** Up to these, numbers can be shown: they are not given again, whatever happens. The first turn reserves some. */
  private reserved = { generation: -1, fence: -1 }
  /** Calls off the storing of what waits; `null` when nothing does. */
  private waiting: (() => void) | null = null
  private stopped = false

  constructor(private readonly parts: EngineParts<Talk>) {
    const { revision, generation, fence } = parts.stored
    this.revision = revision
    this.counters = new Counters(generation, fence)
  }

  /** Why nothing can be stored; `null` when everything is well. */
  get degraded(): StoreFault | null {
    return this.failing
  }

  /** It takes no more events: everything is as it will be found after a restart. */
  get isStopped(): boolean {
    return this.stopped
  }

  submit(event: Talk['event'] | RequestEvent<Talk['requests']> | NoteEvent<Talk['told']>): void {
    this.enqueue(event)
  }

  /** Submits a request and waits for its reply, which comes once what it says is durable. */
  ask<Type extends keyof Talk['requests'] & string>(
    request: Ask<Talk, Type>,
  ): Promise<Talk['requests'][Type]['reply']> {
    if (this.stopped) return Promise.reject(stopping())
    const number = ++this.requests
    return new Promise((resolve, reject) => {
      this.replies.set(number, { resolve, reject })
      this.enqueue({ ...request, request: number } as unknown as RequestEvent<Talk['requests']>)
    })
  }

  onEvents(listener: (events: readonly EventDocument[]) => void): () => void {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  /** Calls back at once when nothing can be stored any more, with why, and with `null` when it can again. */
  onHealth(listener: (because: string | null) => void): () => void {
    this.healthListeners.add(listener)
    return () => this.healthListeners.delete(listener)
  }

  /** Resolves when nothing is under way any more. */
  settled(): Promise<void> {
    return new Promise((resolve) => {
      this.idle.add(resolve)
      this.schedule()
    })
  }

  /**
   * Ends the engine after a last turn. Claims are left as they are, whatever happens to their providers from
   * now on: they are there again after a restart.
   */
  stop(): void {
    if (this.stopped) return
    do this.turn()
    while (this.queue.length > 0)
    this.catchUp()
    this.stopped = true
    for (const cancel of this.alarms) cancel()
    this.alarms.clear()
    for (const { reject } of this.replies.values()) reject(stopping())
    this.replies.clear()
    for (const resolve of this.idle) resolve()
  }

  /** Finds out now, and not with the next decision, that nothing can be stored any more, or that it can again. */
  checkStore(): void {
    if (this.stopped) return
    if (this.failing !== null) {
      this.turn()
      return
    }
    try {
      this.parts.store.assertInPlace()
    } catch (error) {
      this.parts.recorder?.check()
      this.takeBack(new Outbox(), error)
    }
  }

  /** Stores what still waits to be stored. Whoever shows what the engine knows calls this before. */
  catchUp(): void {
    if (this.waiting === null) return
    this.parts.recorder?.catchUp()
    this.keep(new Outbox())
  }

  /** Handles what is queued, now; or the first of it, and the rest soon. */
  turn(): void {
    this.scheduled = false
    if (this.stopped) return
    const turn = this.openTurn()
    const events = this.queue.splice(0, eventsATurn)
    this.parts.recorder?.turn(turn.moment, events)
    for (const event of events) this.dispatch(event, turn)
    if (this.queue.length > 0) this.schedule()
    this.settle(this.closeTurn(turn))
    if (this.idle.size > 0 && this.queue.length === 0 && !this.isBusy) {
      for (const resolve of this.idle) resolve()
      this.idle.clear()
    }
  }

  /** Handles the events of a recorded turn, and nothing that the engine itself would have handled then. */
  replay(events: readonly object[]): void {
    this.queue.splice(0, this.queue.length, ...(events as (typeof this.queue)[number][]))
    this.turn()
  }

  /** Everything in it has been handled; what it decided is stored next. */
  protected closeTurn(turn: Turn<Talk['fact'], Talk['told']>): Outbox<Decision> {
    return turn.out
  }

  private get isReserved(): boolean {
    const { generation, fence } = this.counters
    return generation <= this.reserved.generation && fence <= this.reserved.fence
  }

  private get isBusy(): boolean {
    return Object.values(this.parts.machines).some(({ busy }) => busy)
  }

  private openTurn(): Turn<Talk['fact'], Talk['told']> {
    const { timers } = this.parts
    return new Turn({ now: timers.now(), at: timers.at() }, this.counters, this.questions)
  }

  private dispatch(
    event: Talk['event'] | RequestEvent<Talk['requests']> | OwnEvent<Talk['told']>,
    turn: Turn<Talk['fact'], Talk['told']>,
  ) {
    if (isNote<Talk['told']>(event)) turn.note(event.note)
    else if (isWake(event)) this.at(event.machine, turn, (machine) => machine.wake(event.key, turn))
    else if (isRecovery(event)) this.atAll(turn, (machine) => machine.storeRecovered(event.lost, turn))
    else this.at(this.machineFor(event), turn, (machine) => machine.handle(event, turn))
  }

  /** An answer goes to who has asked; that it comes too late is for the machine that takes answers to see. */
  private machineFor(event: { type: string }): string {
    const { routes } = this.parts
    const asker = 'question' in event ? this.questions.close((event.question as { id: number }).id) : null
    return asker ?? routes[event.type as keyof typeof routes]
  }

  private atAll(turn: Turn<Talk['fact'], Talk['told']>, work: (machine: Machine<Talk>) => void): void {
    for (const name of Object.keys(this.parts.machines)) this.at(name, turn, work)
  }

  /** Has a machine work, and those above it observe what it has found out, until nothing is left to observe. */
  private at(
    name: string,
    turn: Turn<Talk['fact'], Talk['told']>,
    work: (machine: Machine<Talk>) => void,
  ): void {
    const { machines } = this.parts
    turn.machine = name
    work(machines[name]!)
    if (turn.facts.length === 0) return
    const names = Object.keys(machines)
    const above = names.slice(names.indexOf(name) + 1)
    for (const fact of turn.facts.splice(0)) {
      for (const one of above)
        if (machines[one]!.observe)
          this.at(one, turn, (machine) => machine.observe!(fact as Talk['fact'], turn))
    }
  }

  private enqueue(event: Talk['event'] | RequestEvent<Talk['requests']> | OwnEvent<Talk['told']>): void {
    if (this.stopped) return
    this.queue.push(event)
    this.schedule()
  }

  private schedule(): void {
    if (this.scheduled) return
    this.scheduled = true
    this.parts.timers.soon(() => this.turn())
  }

  private settle(out: Outbox<Decision>): void {
    this.backlog.add(out, this.failing !== null)
    const shown = this.isReserved
    const waits = shown && this.failing === null && mayWait(out)
    // A question announces nothing, so the plugins can think while the disk writes. But what a provider is told
    // must reach it before it is asked again, and that can only be told when it is stored.
    if (shown && out.released.length === 0 && !asksNewHolder(out)) this.put(out)
    if (!waits) {
      this.keep(out)
      return
    }
    this.waiting ??= this.alarm(patience, () => this.catchUp())
    this.perform(out)
  }

  /** Stores what is to be stored, announces it, and does what `out` says then. */
  private keep(out: Outbox<Decision>): void {
    this.waiting?.()
    this.waiting = null
    if (!this.backlog.isEmpty || !this.isReserved || this.failing !== null) {
      let events: StoredEvent[]
      try {
        events = this.commit()
      } catch (error) {
        this.takeBack(out, error)
        return
      }
      const documents = events.map(this.parts.documentOf)
      for (const listener of this.listeners) listener(documents)
    }
    this.perform(out)
  }

  /** @returns the events, which are durable now */
  private commit(): StoredEvent[] {
    const { generation, fence } = this.counters
    const ahead = { generation: generation + reserve, fence: fence + reserve }
    const batch = this.backlog.batch(this.revision, ahead.generation, ahead.fence)
    this.parts.store.commit(batch)
    this.reserved = ahead
    const { lost } = this.backlog
    this.backlog.clear()
    this.revision = batch.events.at(-1)?.revision ?? this.revision
    if (this.failing !== null) {
      this.fails(null)
      this.enqueue({ type: 'store-recovered', lost })
    }
    return batch.events
  }

  /** What was decided is not true: it is taken back, and those who waited for it hear why. */
  private takeBack(out: Outbox<Decision>, error: unknown): void {
    const fault = faultOf(error)
    this.fails(fault)
    const turn = this.openTurn()
    this.parts.recorder?.failed(turn.moment, fault)
    for (const decision of out.decisions.reverse()) {
      // Whose decision it is takes a turn that tells what that machine tells.
      if (!decision.undo(turn as unknown as Turn)) continue
      this.backlog.dropEvents(decision.events)
    }
    // Who holds again, what had ended in this turn, has lost nothing.
    const lost = out.released.filter(({ holdsAgain }) => !holdsAgain())
    out.released.splice(0, out.released.length, ...lost)
    // Nothing is done of which the store does not know.
    out.act.splice(0)
    this.atAll(turn, (machine) => machine.storeFailed(fault, turn))
    const correction = this.closeTurn(turn)
    this.backlog.add(correction, true)
    this.retryStore()
    this.perform(out, fault)
    this.perform(correction)
  }

  private fails(fault: StoreFault | null): void {
    const isNews = (fault === null) !== (this.failing === null)
    this.failing = fault
    if (isNews) for (const listener of this.healthListeners) listener(fault?.because ?? null)
  }

  private retryStore(): void {
    if (this.retrying) return
    this.retrying = true
    this.alarm(storeRetry, () => {
      this.retrying = false
      if (this.failing === null) return
      this.turn()
      this.retryStore()
    })
  }

  private perform(out: Outbox, failure: StoreFault | null = null): void {
    const { providers } = this.parts
    for (const { provider, was } of out.released) providers.released(provider, was)
    for (const { provider, now, holds } of out.claimed) if (holds()) providers.claimed(provider, now)
    this.put(out)
    for (const act of out.act) this.parts.acts!.act(act)
    for (const { machine, key, after } of out.wake)
      this.alarm(after, () => this.enqueue({ type: 'wake', machine, key }))
    for (const { request, reply, decided } of out.replies) {
      const waiting = this.replies.get(request)
      this.replies.delete(request)
      if (reply instanceof Error) waiting?.reject(reply)
      else if (decided && failure !== null) waiting?.reject(notStored(failure))
      else waiting?.resolve(reply as never)
    }
  }

  /** Calls off and puts what is to be asked, as far as that has not been done. */
  private put(out: Outbox): void {
    const { providers } = this.parts
    const cancel = out.cancel.splice(0)
    if (cancel.length > 0) providers.cancel(cancel)
    const open = out.ask.splice(0).filter(({ id }) => this.questions.isOpen(id))
    if (open.length > 0) providers.ask(open)
  }

  private alarm(ms: number, task: () => void): () => void {
    const cancel = this.parts.timers.later(ms, () => {
      this.alarms.delete(cancel)
      task()
    })
    this.alarms.add(cancel)
    return () => {
      this.alarms.delete(cancel)
      cancel()
    }
  }
}

function isNote<Told extends Catalogue>(event: { type: string }): event is NoteEvent<Told> {
  return event.type === 'note'
}

function isWake(event: { type: string }): event is Extract<OwnEvent<object>, { type: 'wake' }> {
  return event.type === 'wake'
}

function isRecovery(event: {
  type: string
}): event is Extract<OwnEvent<object>, { type: 'store-recovered' }> {
  return event.type === 'store-recovered'
}

/** Whether a provider is asked about a claim that it has yet to be told of. */
function asksNewHolder({ ask, claimed }: Outbox): boolean {
  if (claimed.length === 0) return false
  const fences = new Set(claimed.map(({ now }) => now.fence))
  return ask.some(({ fence }) => fences.has(fence))
}

/** Whether nobody but a provider waits for what a turn did. */
function mayWait({ ask, act, decisions, released, replies }: Outbox): boolean {
  return ask.length > 0 && act.length + decisions.length + released.length + replies.length === 0
}

function stopping(): Error {
  return claimdError('DAEMON_UNREACHABLE', {
    message: 'claimd is being stopped',
    remedy: 'ask again when it has been started again; what is claimed stays protected',
  })
}

function notStored({ because, remedy }: StoreFault): Error {
  return claimdError('STORE_DEGRADED', {
    message: `the decision could not be kept, so it does not hold: ${because}`,
    found: because,
    expected: 'a state folder that can be written',
    remedy: `${remedy}, then try again`,
  })
}

function faultOf(error: unknown): StoreFault {
  const because = error instanceof Error ? error.message : String(error)
  return { because, remedy: (error instanceof ClaimdError && error.document.remedy) || defaultRemedy }
}
