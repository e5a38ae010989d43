import type { Answer } from '@claimd/sdk'
import type { Link } from '../../../../host/core/adapters/link.js'
import type { ClaimsEvent, ClaimsRequest } from '../../../../host/core/claims/claims.js'
import type { ProviderInfo } from '../../../../host/core/claims/provider-info.js'
import { Counters } from '../../../../host/core/kernel/counters.js'
import type { Outbox } from '../../../../host/core/kernel/outbox.js'
import { isAboutAdapter, type Question } from '../../../../host/core/kernel/provider-port.js'
import { Questions } from '../../../../host/core/kernel/questions.js'
import type { Row } from '../../../../host/core/kernel/rows.js'
import { Turn } from '../../../../host/core/kernel/turn.js'
import { WatchedClaims } from '../reference/watched-claims.js'
import { info, link } from '../rig.js'

/** How often each kind of thing may happen, all together; `appear` and `vanish` for each adapter. */
export interface Limits {
  appear: number
  vanish: number
  address: number
  port: number
  offer: number
  release: number
  lost: number
  /** Answers to offers that claim for one and the same connection. */
  shared: number
  /** `PENDING`, to an offer or a verify. */
  pending: number
  /** A failure: a throw, or a deadline after which an answer may still come. */
  fail: number
  /** `NOT_SUPPORTED` */
  never: number
  late: number
  /** A provider crashes; it may come back. */
  crash: number
  /** A plugin is disabled; it may be enabled again. */
  disable: number
  /** The host is killed, and started again. */
  kill: number
}

export type Kind = keyof Limits

export const adapters = [0, 1] as const
const firstIndex = 10
const where = { boot: 'boot-1', namespace: 'net:[1]', cookie: '1' }
const settings = { order: [], ignore: [], connections: [] }
const bands = ['exact', 'likely', 'generic'] as const

/**
 * The claims machine and all that is around it: links, providers and the answers that they owe, a store, and time
 * that moves from one wake to the next. One event is one turn. All of it can be cloned.
 */
export class Machine {
  claims: WatchedClaims | null = null
  now = 0
  readonly links = new Map<number, Link>()
  readonly providers = new Map<string, ProviderInfo>()
  /** Questions that are out. */
  questions: Question[] = []
  /** The last offer that was given up, but may still be answered. */
  late: Question | null = null
  wakes: { adapter: string; at: number }[] = []
  /** By kind and key. */
  readonly rows = new Map<string, Row>()
  generation = 0
  fence = 0
  private counters = new Counters(0, 0)
  private open = new Questions()
  /** Requests so far; they are numbered by it. */
  requests = 0
  readonly left: Record<string, number>

  constructor(limits: Limits) {
    const { appear, vanish, ...rest } = limits
    this.left = { ...rest }
    for (const adapter of adapters) {
      this.left[`appear ${adapter}`] = appear
      this.left[`vanish ${adapter}`] = vanish
    }
    for (const band of bands) this.providers.set(`x/${band}`, info({ id: `x/${band}`, band }))
    this.start()
    this.tellProviders()
  }

  linkOf(adapter: number): Link | undefined {
    return this.links.get(firstIndex + adapter)
  }

  /** @param what one of `eventsOf` */
  apply(what: string): void {
    const [verb, ...words] = what.split(' ')
    this.spend(verb!, words[0] ?? '')
    switch (verb) {
      case 'answer':
        this.answer(Number(words[0]), words[1]!)
        return
      case 'late': {
        const question = this.late!
        this.late = null
        this.handle({ type: 'answer', question, answer: yes(question.connection), ms: 1 })
        return
      }
      case 'time':
        this.wake()
        return
      case 'kill':
        this.claims = null
        this.questions = []
        this.late = null
        this.wakes = []
        return
      case 'start':
        this.start()
        return
      case 'plugins':
        this.tellProviders()
        return
      case 'crash':
      case 'disable':
      case 'return':
        this.changeProvider(words[0]!, verb)
        return
      case 'offer':
      case 'release':
        this.operate(verb, Number(words[0]))
        return
      case 'lost':
        this.report(Number(words[0]))
        return
      case 'disconnect': {
        const base = { request: ++this.requests, who: 'root' }
        for (const connection of [...this.claims!.context.byConnection.keys()])
          this.handle({ type: 'disconnect', connection, ...base, request: ++this.requests })
        this.handle({ type: 'disconnect-all', ...base })
        return
      }
      default:
        this.changeLink(verb!, Number(words[0]))
    }
  }

  private spend(verb: string, about: string): void {
    const key = verb === 'appear' || verb === 'vanish' ? `${verb} ${about}` : verb
    if (key in this.left) this.left[key]!--
  }

  private answer(which: number, how: string): void {
    const [question] = this.questions.splice(which, 1)
    if (how in this.left) this.left[how]!--
    // After its deadline an answer may still come.
    if (how === 'fail' && question!.kind === 'offer') this.late = question!
    this.handle({ type: 'answer', question: question!, answer: answerOf(how, question!), ms: 1 })
  }

  private wake(): void {
    const first = this.wakes.reduce((a, b) => (b.at < a.at ? b : a))
    this.wakes = this.wakes.filter((one) => one !== first)
    this.now = Math.max(this.now, first.at)
    this.turn((claims, turn) => claims.wake(first.adapter, turn))
  }

  private changeLink(verb: string, adapter: number): void {
    const index = firstIndex + adapter
    const before = this.links.get(index)
    if (verb === 'vanish') {
      this.links.delete(index)
      if (this.claims) this.handle({ type: 'link-gone', index, movedTo: null })
      return
    }
    // One that was removed has another address when it is back, so that it is known to be another one.
    const again = this.left[`appear ${adapter}`]
    const fresh = () =>
      link(`lab${adapter}-${again}`, { index, address: `02:00:00:00:0${again}:0${adapter}` })
    const it = before ?? fresh()
    const changed = {
      appear: {},
      address: { addresses: [...it.addresses, '10.0.0.1/24'] },
      port: it.master === null ? { master: 99, portOf: 'bridge' } : { master: null, portOf: null },
    }[verb]
    const made = { ...it, ...changed }
    this.links.set(index, made)
    if (this.claims) this.handle({ type: 'link', link: made })
  }

  private changeProvider(id: string, verb: 'crash' | 'disable' | 'return'): void {
    const status = { crash: 'unavailable', disable: 'disabled', return: 'available' } as const
    this.providers.set(id, { ...this.providers.get(id)!, status: status[verb], because: verb })
    // What a dead plugin was asked fails, before the host hears that it is dead.
    const failed = this.questions.filter(({ provider }) => provider === id)
    this.questions = this.questions.filter(({ provider }) => provider !== id)
    if (this.late?.provider === id) this.late = null
    for (const question of failed)
      this.handle({ type: 'answer', question, answer: answerOf('fail', question), ms: 1 })
    if (this.claims?.context.ready) this.tellProviders()
  }

  private operate(type: 'offer' | 'release', adapter: number): void {
    const { id } = this.claims!.context.byIndex.get(firstIndex + adapter)!
    const asked = { adapter: id, who: 'root', request: ++this.requests }
    this.handle(type === 'offer' ? { type, ...asked } : { type, reason: 'because', ...asked })
  }

  private report(adapter: number): void {
    const { provider, connection, fence } = this.claims!.context.byIndex.get(firstIndex + adapter)!.holding!
    this.handle({ type: 'report', provider, connection, fence, state: 'lost', reason: 'it says so' })
  }

  private start(): void {
    const { generation, fence, rows } = this
    const state = { revision: 0, generation, fence, rows: [...rows.values()] }
    this.claims = new WatchedClaims(where, state, settings)
    this.counters = new Counters(generation, fence)
    this.open = new Questions()
    this.handle({ type: 'snapshot', reason: 'start', links: [...this.links.values()] })
  }

  private tellProviders(): void {
    this.handle({ type: 'providers', providers: [...this.providers.values()] })
  }

  private handle(event: ClaimsEvent | ClaimsRequest): void {
    this.turn((claims, turn) => claims.handle(event, turn))
  }

  private turn(work: (claims: WatchedClaims, turn: Turn<never>) => void): void {
    const claims = this.claims!
    const turn = new Turn<never>({ now: this.now, at: '' }, this.counters, this.open)
    work(claims, turn)
    const { out } = turn
    claims.reference.turnEnded(out)
    this.store(out)
    for (const { provider, was } of out.released) claims.reference.told(provider, was)
    claims.reference.turnCarriedOut()
    const given = this.questions.findLast(({ id, kind }) => kind === 'offer' && out.cancel.includes(id))
    if (given) this.late = given
    this.questions = this.questions.filter(({ id }) => !out.cancel.includes(id))
    this.questions.push(
      ...out.ask.filter(isAboutAdapter).filter(({ id }) => claims.context.questions.has(id)),
    )
    for (const { key, after } of out.wake) this.wakes.push({ adapter: key, at: this.now + after })
    // A wake for an adapter that is gone does nothing.
    this.wakes = this.wakes.filter(({ adapter }) => claims.context.adapters.has(adapter))
  }

  private store(out: Outbox): void {
    this.generation = this.counters.generation
    this.fence = this.counters.fence
    for (const { kind, key, value } of out.rows.list()) {
      this.rows.delete(`${kind} ${key}`)
      if (value !== undefined) this.rows.set(`${kind} ${key}`, { kind, key, value })
    }
  }
}

function answerOf(how: string, question: Question): Answer {
  switch (how) {
    case 'yes':
      return yes(question.connection)
    case 'shared':
      return yes('shared')
    case 'no':
      return { result: 'INVALID_CONNECTION', reason: 'not mine' }
    case 'never':
      return { result: 'NOT_SUPPORTED' }
    case 'pending':
      return { result: 'PENDING', retryAfterMs: 1_000 }
    default:
      return { result: 'UNEXPECTED', reason: 'it failed' }
  }
}

function yes(connection: string): Answer {
  return { result: 'SUCCESS', connection, volatile: true }
}
