import { ClaimdError, type EventDocument } from '@claimd/sdk'
import type { Claims, ClaimsEvent, Request } from '../claims/claims.js'
import { Outbox } from '../claims/outbox.js'
import type { ProviderPort } from '../claims/ports.js'
import { claimdError } from '../errors.js'
import { Backlog } from './backlog.js'
import type { Store } from './store-port.js'
import type { Timers } from './timers.js'

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
const usualRemedy = 'Free space, or make the state folder writable'

/** Why nothing can be stored, and what to do about it. */
export interface StoreFault {
  because: string
  remedy: string
}

/** A request before the engine has numbered it. */
export type Ask = Request extends infer R ? (R extends Request ? Omit<R, 'request'> : never) : never

/**
 * Runs the claims machine: collects events, hands them over in turns, stores what a turn decided in one
 * transaction, and only then acts on it and announces it. What could not be stored is not announced, and a
 * claim or decision in it is taken back.
 */
export class Engine {
  private readonly queue: ClaimsEvent[] = []
  private readonly backlog = new Backlog()
  private readonly replies = new Map<number, { resolve(reply: unknown): void; reject(error: Error): void }>()
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

  /** @param revision the journal's last revision */
  constructor(
    readonly claims: Claims,
    private readonly store: Store,
    private readonly providers: ProviderPort,
    private readonly timers: Timers,
    public revision: number,
  ) {}

  /** Why nothing can be stored; `null` when everything is well. */
  get degraded(): StoreFault | null {
    return this.failing
  }

  /** It takes no more events: claims are as they will be found after a restart. */
  get isStopped(): boolean {
    return this.stopped
  }

  submit(event: ClaimsEvent): void {
    if (this.stopped) return
    this.queue.push(event)
    this.schedule()
  }

  /** Submits a request and waits for its reply, which comes once what it says is durable. */
  ask(request: Ask): Promise<unknown> {
    if (this.stopped) return Promise.reject(stopping())
    const number = ++this.requests
    return new Promise((resolve, reject) => {
      this.replies.set(number, { resolve, reject })
      this.submit({ ...request, request: number })
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

  /** Resolves when no round is under way any more. */
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
      this.store.assertInPlace()
    } catch (error) {
      this.takeBack(new Outbox(), error)
    }
  }

  /** Stores what still waits to be stored. Whoever shows what the engine knows calls this before. */
  catchUp(): void {
    if (this.waiting !== null) this.keep(new Outbox())
  }

  /** Handles what is queued, now; or the first of it, and the rest soon. */
  turn(): void {
    this.scheduled = false
    if (this.stopped) return
    const moment = { now: this.timers.now(), at: this.timers.at() }
    for (const event of this.queue.splice(0, eventsATurn)) this.claims.handle(event, moment)
    if (this.queue.length > 0) this.schedule()
    this.settle(this.claims.takeOutbox())
    if (this.idle.size > 0 && this.queue.length === 0 && !this.claims.busy) {
      for (const resolve of this.idle) resolve()
      this.idle.clear()
    }
  }

  private get isReserved(): boolean {
    const { generation, fence } = this.claims.context
    return generation <= this.reserved.generation && fence <= this.reserved.fence
  }

  private schedule(): void {
    if (this.scheduled) return
    this.scheduled = true
    this.timers.soon(() => this.turn())
  }

  private settle(out: Outbox): void {
    this.backlog.add(out, this.failing !== null)
    const shown = this.isReserved
    const waits = shown && this.failing === null && mayWait(out)
    // A question announces nothing, so the plugins can think while the disk writes. But what a provider is told
    // must reach it before it is asked again, and that can only be told when it is stored.
    if (shown && out.tell.length === 0 && !asksNewHolder(out)) this.put(out)
    if (!waits) {
      this.keep(out)
      return
    }
    this.waiting ??= this.alarm(patience, () => this.catchUp())
    this.perform(out)
  }

  /** Stores what is to be stored, announces it, and does what `out` says then. */
  private keep(out: Outbox): void {
    this.waiting?.()
    this.waiting = null
    if (!this.backlog.isEmpty || !this.isReserved || this.failing !== null) {
      let events: EventDocument[]
      try {
        events = this.commit()
      } catch (error) {
        this.takeBack(out, error)
        return
      }
      for (const listener of this.listeners) listener(events)
    }
    this.perform(out)
  }

  /** @returns the events, which are durable now */
  private commit(): EventDocument[] {
    const { generation, fence } = this.claims.context
    const ahead = { generation: generation + reserve, fence: fence + reserve }
    const batch = this.backlog.batch(this.revision, ahead.generation, ahead.fence)
    this.store.commit(batch)
    this.reserved = ahead
    const { lost } = this.backlog
    this.backlog.clear()
    this.revision = batch.events.at(-1)?.revision ?? this.revision
    if (this.failing !== null) {
      this.fails(null)
      this.submit({ type: 'store-recovered', lost })
    }
    return batch.events
  }

  /** What was decided is not true: it is taken back, and those who waited for it hear why. */
  private takeBack(out: Outbox, error: unknown): void {
    const fault = faultOf(error)
    this.fails(fault)
    for (const decision of out.decisions.reverse()) {
      if (!decision.undo()) continue
      this.backlog.dropEvents(decision.events)
    }
    // Who holds again, what had ended in this turn, has lost nothing.
    const lost = out.tell.filter(({ provider, was }) => !this.claims.holds(provider, was))
    out.tell.splice(0, out.tell.length, ...lost)
    this.claims.handle({ type: 'store-failed', ...fault }, { now: this.timers.now(), at: this.timers.at() })
    const correction = this.claims.takeOutbox()
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
    for (const { provider, was } of out.tell) this.providers.released(provider, was)
    for (const { provider, now } of out.claimed) {
      // It may be over by now, or have been taken back.
      if (this.claims.holds(provider, now)) this.providers.claimed(provider, now)
    }
    this.put(out)
    for (const { adapter, after } of out.wake) this.alarm(after, () => this.submit({ type: 'wake', adapter }))
    for (const { request, reply, decided } of out.replies) {
      const waiting = this.replies.get(request)
      this.replies.delete(request)
      if (reply instanceof Error) waiting?.reject(reply)
      else if (decided && failure !== null) waiting?.reject(notStored(failure))
      else waiting?.resolve(reply)
    }
  }

  /** Calls off and puts what is to be asked, as far as that has not been done. */
  private put(out: Outbox): void {
    const cancel = out.cancel.splice(0)
    if (cancel.length > 0) this.providers.cancel(cancel)
    const open = out.ask.splice(0).filter((question) => this.claims.context.questions.has(question.id))
    if (open.length > 0) this.providers.ask(open)
  }

  private alarm(ms: number, task: () => void): () => void {
    const cancel = this.timers.later(ms, () => {
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

/** Whether a provider is asked about a claim that it has yet to be told of. */
function asksNewHolder({ ask, claimed }: Outbox): boolean {
  if (claimed.length === 0) return false
  const fences = new Set(claimed.map(({ now }) => now.fence))
  return ask.some(({ fence }) => fences.has(fence))
}

/** Whether nobody but a provider waits for what a turn did. */
function mayWait({ ask, decisions, tell, replies }: Outbox): boolean {
  return ask.length > 0 && decisions.length === 0 && tell.length === 0 && replies.length === 0
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
  return { because, remedy: (error instanceof ClaimdError && error.document.remedy) || usualRemedy }
}
