import type { EventDocument } from '@claimd/sdk'
import { Alarms } from './alarms.js'
import { Commits } from './commits.js'
import { Counters } from './counters.js'
import type { StoredEvent } from './journal-event.js'
import type { Protocol, RequestEvent } from './machine.js'
import { type CoreEvent, type MachineParts, Machines, type NoteEvent } from './machines.js'
import { OpenRequests, stopping } from './open-requests.js'
import { asksNewHolder, mayWait, Outbox } from './outbox.js'
import type { ActPort, ProviderPort, UndoPort } from './provider-port.js'
import { Questions } from './questions.js'
import type { RecorderPort } from './recorder-port.js'
import { StoreHealth } from './store-health.js'
import type { Store, StoredState, StoreFault } from './store-port.js'
import type { Timers } from './timers.js'
import { type Decision, Turn } from './turn.js'

/**
 * A turn that decides nothing and only asks is stored together with what comes of its questions, or after so
 * many milliseconds: a client waits for the claim, and must not wait for the disk twice.
 */
const patience = 5

/** So many events are handled in one turn at most: a storm of links must not keep everybody else waiting. */
const eventsATurn = 256

/** A request without its number, which the engine gives. */
export type Ask<Talk extends Protocol, Type extends keyof Talk['requests']> = {
  type: Type
} & Talk['requests'][Type]['ask']

export interface EngineParts<Talk extends Protocol> extends MachineParts<Talk> {
  stored: Omit<StoredState, 'rows'>
  store: Store
  providers: ProviderPort
  /** Default: no machine has anything carried out. */
  acts?: ActPort
  /** Default: no machine has anything taken back. */
  undo?: UndoPort
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
  private readonly queue: CoreEvent<Talk>[] = []
  private readonly counters: Counters
  private readonly questions = new Questions()
  private readonly machines: Machines<Talk>
  private readonly commits: Commits
  private readonly requests = new OpenRequests()
  private readonly alarms: Alarms
  private readonly health: StoreHealth
  private readonly listeners = new Set<(events: readonly EventDocument[]) => void>()
  private readonly idle = new Set<() => void>()
  private scheduled = false
  /** Calls off the storing of what waits; `null` when nothing does. */
  private waiting: (() => void) | null = null
  private stopped = false

  constructor(private readonly parts: EngineParts<Talk>) {
    const { revision, generation, fence } = parts.stored
    this.counters = new Counters(generation, fence)
    this.machines = new Machines(parts, this.questions)
    this.commits = new Commits(parts.store, this.counters, revision)
    this.alarms = new Alarms(parts.timers)
    this.health = new StoreHealth(this.alarms, () => this.turn())
  }

  /** The journal's last revision. */
  get revision(): number {
    return this.commits.revision
  }

  /** Why nothing can be stored; `null` when everything is well. */
  get degraded(): StoreFault | null {
    return this.health.fault
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
    return this.requests.open((number) =>
      this.enqueue({ ...request, request: number } as unknown as RequestEvent<Talk['requests']>),
    )
  }

  onEvents(listener: (events: readonly EventDocument[]) => void): () => void {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  /** Calls back at once when nothing can be stored any more, with why, and with `null` when it can again. */
  onHealth(listener: (because: string | null) => void): () => void {
    return this.health.onChange(listener)
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
    this.alarms.cancelAll()
    this.requests.end()
    for (const resolve of this.idle) resolve()
  }

  /** Finds out now, and not with the next decision, that nothing can be stored any more, or that it can again. */
  checkStore(): void {
    if (this.stopped) return
    if (this.degraded !== null) {
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
    for (const event of events) this.machines.take(event, turn)
    if (this.queue.length > 0) this.schedule()
    this.settle(this.closeTurn(turn))
    if (this.idle.size > 0 && this.queue.length === 0 && !this.machines.busy) {
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

  private openTurn(): Turn<Talk['fact'], Talk['told']> {
    const { timers } = this.parts
    return new Turn({ now: timers.now(), at: timers.at() }, this.counters, this.questions)
  }

  private enqueue(event: CoreEvent<Talk>): void {
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
    this.commits.backlog.add(out, this.degraded !== null)
    const shown = this.commits.isReserved
    const waits = shown && this.degraded === null && mayWait(out)
    // A question announces nothing, so the plugins can think while the disk writes. But what a provider is told
    // must reach it before it is asked again, and that can only be told when it is stored.
    const tellsFirst = out.released.length > 0 || out.configured !== null
    if (shown && !tellsFirst && !asksNewHolder(out)) this.put(out)
    if (!waits) {
      this.keep(out)
      return
    }
    this.waiting ??= this.alarms.set(patience, () => this.catchUp())
    this.perform(out)
  }

  /** Stores what is to be stored, announces it, and does what `out` says then. */
  private keep(out: Outbox<Decision>): void {
    this.waiting?.()
    this.waiting = null
    if (!this.commits.isDone || this.degraded !== null) {
      let events: readonly StoredEvent[]
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
  private commit(): readonly StoredEvent[] {
    const { events, lost } = this.commits.commit()
    if (this.degraded !== null) {
      this.health.recovered()
      this.enqueue({ type: 'store-recovered', lost })
    }
    return events
  }

  /** What was decided is not true: it is taken back, and those who waited for it hear why. */
  private takeBack(out: Outbox<Decision>, error: unknown): void {
    const fault = this.health.failed(error)
    const turn = this.openTurn()
    this.parts.recorder?.failed(turn.moment, fault)
    for (const decision of out.decisions.reverse()) {
      // Whose decision it is takes a turn that tells what that machine tells.
      if (!decision.undo(turn as unknown as Turn)) continue
      this.commits.backlog.dropEvents(decision.events)
    }
    // Who holds again, what had ended in this turn, has lost nothing.
    const lost = out.released.filter(({ holdsAgain }) => !holdsAgain())
    out.released.splice(0, out.released.length, ...lost)
    // Nothing is done of which the store does not know.
    out.act.splice(0)
    out.undo.splice(0)
    this.machines.atAll(turn, (machine) => machine.storeFailed(fault, turn))
    const correction = this.closeTurn(turn)
    this.commits.backlog.add(correction, true)
    this.health.retry()
    this.perform(out, fault)
    this.perform(correction)
  }

  private perform(out: Outbox, failure: StoreFault | null = null): void {
    const { providers } = this.parts
    if (out.configured !== null) providers.configured(out.configured)
    for (const { provider, was } of out.released) providers.released(provider, was)
    for (const { provider, now, holds } of out.claimed) if (holds()) providers.claimed(provider, now)
    this.put(out)
    for (const act of out.act) this.parts.acts!.act(act)
    for (const act of out.cancelAct) this.parts.acts!.cancelAct(act)
    for (const fence of out.undo) this.parts.undo!.undo(fence)
    for (const { machine, key, after } of out.wake)
      this.alarms.set(after, () => this.enqueue({ type: 'wake', machine, key }))
    for (const reply of out.replies) this.requests.reply(reply, failure)
  }

  /** Calls off and puts what is to be asked, as far as that has not been done. */
  private put(out: Outbox): void {
    const { providers } = this.parts
    const cancel = out.cancel.splice(0)
    if (cancel.length > 0) providers.cancel(cancel)
    const open = out.ask.splice(0).filter(({ id }) => this.questions.isOpen(id))
    if (open.length > 0) providers.ask(open)
  }
}
