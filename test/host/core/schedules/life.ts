import type { EventDocument, Released } from '@claimd/sdk'
import type { Place } from '../../../../host/core/adapters/place.js'
import type { ClaimsEvent, ClaimsRequests } from '../../../../host/core/claims/claims.js'
import type { Settings } from '../../../../host/core/claims/context.js'
import { CoreEngine, type CoreMachines, standOn } from '../../../../host/core/core-engine.js'
import type { ProviderPort, Question } from '../../../../host/core/kernel/provider-port.js'
import type { Turn } from '../../../../host/core/kernel/turn.js'
import { must, Violation } from '../reference/properties.js'
import { WatchedClaims } from '../reference/watched-claims.js'
import { VirtualTimers } from '../rig.js'
import { answerOf, Desk, type Saying } from './desk.js'
import type { Ledger, Stored } from './ledger.js'
import { RecordedLife } from './recorded-life.js'

/** Deadline of an offer and of a verify. */
const deadline = 2_000

/** The event without which a reply is not true. */
const told = { offer: 'round', release: 'released' } as const

export interface Mood {
  saying: Saying | null
  after: number
}

/** A request, without its number. */
export type LifeRequest = {
  [Type in keyof ClaimsRequests]: { type: Type } & ClaimsRequests[Type]['ask']
}[keyof ClaimsRequests]

/** The engine, whose turns the reference looks at before they are stored. */
class WatchedEngine extends CoreEngine {
  constructor(
    private readonly watched: WatchedClaims,
    machines: CoreMachines,
    parts: ConstructorParameters<typeof CoreEngine>[1],
  ) {
    super(machines, parts)
  }

  protected override closeTurn(turn: Turn<never>) {
    this.watched.reference.turnEnded(turn.out)
    return super.closeTurn(turn)
  }
}

/** One life of the host: the real engine and claims machine, in virtual time, watched at every way out. */
export class Life implements ProviderPort {
  readonly clock = new VirtualTimers()
  readonly desk = new Desk()
  readonly claims: WatchedClaims
  readonly engine: WatchedEngine
  readonly recording: RecordedLife
  alive = true
  /** Requests whose promise has not settled. */
  waiting = 0

  constructor(
    private readonly ledger: Ledger,
    settings: Settings,
    where: Place,
    private readonly moods: ReadonlyMap<string, Mood>,
    private readonly trace: (line: string) => void,
  ) {
    ledger.closed = false
    const stored = ledger.load()
    this.claims = new WatchedClaims(where, stored, settings)
    this.recording = new RecordedLife(where, settings, stored)
    const machines = standOn(this.claims, stored.rows, settings)
    this.engine = new WatchedEngine(this.claims, machines, {
      stored,
      store: ledger,
      providers: this,
      acts: { act: () => {}, cancelAct: () => {} },
      undo: { undo: () => {} },
      timers: this.clock,
      recorder: this.recording,
    })
    this.engine.onEvents((events) => this.announced(events))
    ledger.onKilled = (when) => this.kill(when)
    ledger.held = () => this.held()
  }

  /** @param when at a commit, or between two turns */
  kill(when: 'now' | 'before commit' | 'after commit' = 'now'): void {
    this.alive = false
    this.ledger.closed = true
    this.endRecording(when === 'before commit')
    this.trace('   the host is dead')
  }

  /** What entered the core is the reason of all that is stored. */
  endRecording(lost = false): void {
    try {
      this.recording.end(this.ledger.load().rows, lost)
    } catch (error) {
      // Within a commit the engine would take it for a full disk.
      this.ledger.violation ??= error
    }
  }

  submit(event: ClaimsEvent): void {
    this.engine.submit(event)
  }

  request(request: LifeRequest): void {
    this.waiting++
    const [type, adapter] =
      request.type === 'offer' || request.type === 'release' ? [told[request.type], request.adapter] : []
    const before = this.ledger.count(type, adapter)
    const settled = (isSuccess: boolean) => {
      this.waiting--
      const isDurable = !isSuccess || type === undefined || this.ledger.count(type, adapter) > before
      if (!isDurable) this.ledger.violation ??= new Violation('durable', `the reply to ${request.type}`)
    }
    this.engine.ask(request).then(
      () => settled(true),
      () => settled(false),
    )
  }

  /** Handles what was submitted and what is due within `ms`. */
  run(ms: number): void {
    this.clock.run(ms)
    if (this.ledger.violation) throw this.ledger.violation
    if (this.alive) this.claims.reference.turnCarriedOut()
  }

  /** The providers are dead or overdue with these questions. */
  fail(questions: readonly Question[], reason: string): void {
    for (const question of questions) {
      if (this.desk.fail(question.id)) this.answer(question, { result: 'UNEXPECTED', reason })
    }
  }

  say(question: Question, saying: Saying): void {
    this.desk.settle(question.id)
    this.answer(question, answerOf(saying, question))
  }

  ask(questions: readonly Question[]): void {
    if (!this.alive) return
    for (const question of questions) {
      this.trace(
        `   ${question.kind} ${question.id} (fence ${question.fence}): ${question.adapter.id} to ${question.provider}`,
      )
      const isOpen = this.claims.context.questions.has(question.id)
      must('excluded', isOpen, () => `question ${question.id} was called off before it was put`)
      this.desk.put(question)
      this.clock.later(deadline, () => this.fail([question], 'timed out'))
      const mood = this.moods.get(question.provider)
      if (mood?.saying) this.clock.later(mood.after, () => this.sayInMood(question, mood.saying!))
    }
  }

  configured(): void {}

  cancel(ids: readonly number[]): void {
    if (this.alive) this.desk.cancel(ids)
  }

  claimed(): void {}

  released(provider: string, was: Released): void {
    if (!this.alive) return
    this.trace(
      `   ${provider} is told: ${was.adapter.id} ${was.connection} (fence ${was.fence}) ${was.reason}`,
    )
    this.claims.reference.told(provider, was)
  }

  private sayInMood(question: Question, saying: Saying): void {
    if (this.alive) this.say(question, saying)
  }

  private answer(question: Question, answer: ReturnType<typeof answerOf>): void {
    this.trace(`   answer ${question.id}: ${JSON.stringify(answer)}`)
    this.submit({ type: 'answer', question, answer, ms: 1 })
  }

  private announced(events: readonly EventDocument[]): void {
    if (!this.alive) return
    for (const { revision, message } of events) this.trace(`   ${revision}: ${message}`)
    this.ledger.announced(events)
  }

  /** What a restarted host needs, as it should be stored. */
  private held(): Stored | null {
    const { holders, facts } = this.claims.reference
    if (!holders.comparable) return null
    const adapters = [...facts.adapters.values()]
    return {
      adapters: adapters.map(
        ({ id, link, unsupported }) => `${id} ${link.name} ${link.address} ${[...unsupported]}`,
      ),
      claims: adapters.flatMap(({ id, holder: it }) => (it ? [`${id} ${it.provider} ${it.connection}`] : [])),
      releases: adapters.flatMap(({ id, released }) => (released ? [id] : [])),
      holders: [...facts.previous].map(([key, provider]) => `${key} ${provider}`),
    }
  }
}
