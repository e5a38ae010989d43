// Long because all of the world around the core is here, with a small engine: one event is one turn, and all of it can be cloned.
import type { Link } from '../../../../../host/core/adapters/link.js'
import type { ProviderInfo } from '../../../../../host/core/claims/provider-info.js'
import { configurationRows } from '../../../../../host/core/connections/rows.js'
import { type DialSettings, settingsFor } from '../../../../../host/core/connections/settings.js'
import { type CoreMachines, makeMachines, routes } from '../../../../../host/core/core-engine.js'
import { Backlog } from '../../../../../host/core/kernel/backlog.js'
import { Counters } from '../../../../../host/core/kernel/counters.js'
import { Machines } from '../../../../../host/core/kernel/machines.js'
import type { Outbox } from '../../../../../host/core/kernel/outbox.js'
import type { AnyQuestion, DialAct } from '../../../../../host/core/kernel/provider-port.js'
import { Questions } from '../../../../../host/core/kernel/questions.js'
import type { Row } from '../../../../../host/core/kernel/rows.js'
import { type Decision, Turn } from '../../../../../host/core/kernel/turn.js'
import { info, link } from '../../rig.js'
import { answerTo, resultOf } from './answers.js'
import type { Setup, Wake } from './seen.js'
import { Watch } from './watch.js'

export const provider = 'net/wired'
/** Every time that plays a role, in milliseconds: so that moments are multiples of it. */
export const step = 10_000
const where = { boot: 'boot-1', namespace: 'net:[1]', cookie: '1' }

/** Both machines, and all that is around them: links, a provider and what it owes, a store, operators and time. */
export class World {
  /** `null` while the host is dead. */
  machines: CoreMachines | null = null
  now = 0
  readonly links = new Map<string, Link>()
  info: ProviderInfo
  readonly behaviours: Setup['connections']
  /** What the configuration file says of each, where that is not what it said at first; `null`: nothing. */
  readonly edited = new Map<string, Partial<DialSettings> | null>()
  questions: AnyQuestion[] = []
  /** Acts that have not ended. */
  acts: DialAct[] = []
  /** Fences of which what was made is being taken back. */
  undos: number[] = []
  wakes: Wake[] = []
  /** By kind and key, as they are stored. */
  readonly rows = new Map<string, Row>()
  readonly backlog = new Backlog()
  /** Nothing can be stored. */
  isFull = false
  /** The engine knows it. */
  degraded = false
  readonly watch: Watch
  counters = new Counters(0, 0)
  open = new Questions()
  requests = 0
  private index = 9
  private builds = 1
  readonly left: Record<string, number>

  constructor(readonly setup: Setup) {
    this.left = { ...setup.limits }
    this.watch = new Watch(setup.shareLink)
    this.behaviours = setup.connections
    this.info = info({
      id: provider,
      connectionTypes: ['wired'],
      deadlines: { connectMs: step, disconnectMs: step },
    })
    for (const [name, { source, ...more }] of Object.entries(setup.connections)) {
      if (source !== 'api') continue
      const settings = { ...settingsOf(name, more), change: 1, who: 'root', at: '' }
      this.rows.set(`configuration ${name}`, { kind: configurationRows.name, key: name, value: settings })
      this.counters.fence = 1
    }
    for (const name of setup.adapters) this.plug(name)
    this.start()
    this.tellProviders()
  }

  get isReady(): boolean {
    return this.machines?.claims.context.ready === true
  }

  /** @param what one of `eventsOf` */
  apply(what: string): void {
    const [verb, about = '', how = ''] = what.split(' ')
    for (const key of [verb!, how]) if (key in this.left) this.left[key]!--
    this.watch.begin(this, verb!)
    this.play(verb!, about, how)
    this.watch.end(this, verb!, how)
  }

  private play(verb: string, about: string, how: string): void {
    switch (verb) {
      case 'connect':
      case 'once':
      case 'timed':
      case 'over':
        this.ask({
          ...{ type: 'connect', connection: about, mode: verb === 'once' ? 'once' : 'keep', key: null },
          ...{ timeout: verb === 'timed' ? step : null, takeOver: verb === 'over' ? { reason: 'so' } : null },
          ...{ caller: 'uid 0', openLimit: 100 },
        })
        return
      case 'disconnect':
      case 'unused':
        this.ask({ type: 'disconnect', connection: about, ifUnused: verb === 'unused' })
        return
      case 'all':
        this.ask({ type: 'disconnect-all' })
        return
      case 'cancel':
        this.ask({
          type: 'cancel-request',
          id: [...this.machines!.connections.context.requests.keys()][Number(about)],
        })
        return
      case 'release':
      case 'offer':
        this.ask({ type: verb, adapter: this.adapterOf(about)!, reason: 'so' })
        return
      case 'edit':
      case 'rewrite': {
        const { context } = this.machines!.connections
        const { settings, change } = context.records.get(about)!
        const config = settings!.config === '{}' ? '{"a":1}' : '{}'
        const edit = { settings: { ...settings!, config }, change: String(change) }
        this.ask({ type: 'edit-connection', ...edit, immediate: verb === 'rewrite' })
        return
      }
      case 'delete':
        this.ask({ type: 'delete-connection', connection: about })
        return
      case 'add':
        this.ask({ type: 'add-connection', settings: settingsOf(about, this.behaviours[about]!) })
        return
      case 'answer':
        this.answer(Number(about), how)
        return
      case 'end': {
        const [act] = this.acts.splice(Number(about), 1)
        this.watch.ended(act!, how)
        this.submit({ type: 'act-ended', act, result: resultOf(how) })
        return
      }
      case 'undone': {
        const [fence] = this.undos.splice(Number(about), 1)
        this.watch.undone(fence!)
        this.submit({ type: 'undone', fence, left: [] })
        return
      }
      case 'time':
        this.wake(Number(about))
        return
      case 'lost':
      case 'suspended':
        this.report(about, verb)
        return
      case 'crash':
      case 'disable':
      case 'remove':
      case 'reload':
      case 'return':
        this.changeProvider(verb)
        return
      case 'off':
      case 'gone':
      case 'back':
        if (verb === 'back') this.edited.delete(about)
        else this.edited.set(about, verb === 'gone' ? null : { enabled: false })
        this.submit({ type: 'settings', settings: this.settings() })
        return
      case 'plug':
        this.submit({ type: 'link', link: this.plug(about) })
        return
      case 'unplug': {
        const { index } = this.links.get(about)!
        this.links.delete(about)
        this.submit({ type: 'link-gone', index, movedTo: null })
        return
      }
      case 'carrier': {
        const before = this.links.get(about)!
        this.links.set(about, { ...before, carrier: !before.carrier })
        this.submit({ type: 'link', link: this.links.get(about) })
        return
      }
      case 'full':
        this.isFull = true
        return
      case 'heal':
        this.isFull = false
        // The engine tries again by itself.
        if (this.machines) this.turn(() => {})
        return
      case 'kill':
        this.machines = null
        this.watch.killed()
        Object.assign(this, { questions: [], acts: [], undos: [], wakes: [], degraded: false, isFull: false })
        this.backlog.clear()
        return
      case 'start':
        this.start()
        return
      case 'plugins':
        this.tellProviders()
        return
      default:
        throw new Error(`no event ${verb}`)
    }
  }

  adapterOf(name: string): string | undefined {
    const index = this.links.get(name)?.index ?? -1
    return this.machines?.claims.context.byIndex.get(index)?.id
  }

  private plug(name: string): Link {
    const index = ++this.index
    const made = link(name, { index, address: `02:00:00:00:00:${index}` })
    this.links.set(name, made)
    return made
  }

  private settings() {
    const connections = Object.entries(this.behaviours).flatMap(([name, { source, ...more }]) => {
      const edit = this.edited.get(name)
      if (source === 'api' || edit === null) return []
      return [settingsOf(name, { ...more, ...edit })]
    })
    // As the file has them: their `config` is none yet.
    return {
      ...{ order: [], ignore: [] },
      connections: connections.map((one) => ({ ...one, config: { fingerprint: one.config } })),
    }
  }

  private start(): void {
    const rows = [...this.rows.values()]
    this.machines = makeMachines(where, rows, this.settings())
    this.counters = new Counters(this.counters.generation, this.counters.fence)
    this.open = new Questions()
    this.submit({ type: 'snapshot', reason: 'start', links: [...this.links.values()] })
  }

  private tellProviders(): void {
    const providers = this.info.version === 'removed' ? [] : [this.info]
    this.submit({ type: 'providers', providers })
  }

  private changeProvider(how: 'crash' | 'disable' | 'remove' | 'reload' | 'return'): void {
    if (how === 'reload') this.info = { ...this.info, build: `build-${++this.builds}` }
    else {
      const status = { crash: 'unavailable', disable: 'disabled', remove: 'disabled', return: 'available' }
      this.info = {
        ...this.info,
        ...{ status: status[how] as ProviderInfo['status'], because: how },
        version: how === 'remove' ? 'removed' : '1.0.0',
      }
    }
    if (how === 'crash' || how === 'disable' || how === 'remove') {
      // What a dead plugin was asked fails, and what it did is interrupted, before the host hears that it is dead.
      for (const question of this.questions.splice(0)) this.say(question, 'fails')
      for (const act of this.acts.splice(0)) {
        this.watch.ended(act, 'interrupted')
        this.submit({ type: 'act-ended', act, result: resultOf('interrupted') })
      }
    }
    if (this.isReady) this.tellProviders()
  }

  private report(connection: string, state: 'lost' | 'suspended'): void {
    const { fence } = this.machines!.connections.context.records.get(connection)!.attempt!
    this.submit({ type: 'report', provider, connection, fence, state, reason: 'it says so' })
  }

  private answer(which: number, how: string): void {
    const [question] = this.questions.splice(which, 1)
    this.watch.answered(this, question!, how)
    this.say(question!, how)
  }

  private say(question: AnyQuestion, how: string): void {
    this.submit(answerTo(question, how, this.setup))
  }

  private wake(which: number): void {
    const [{ machine, key, at }] = this.wakes.splice(which, 1) as [Wake]
    this.now = Math.max(this.now, at)
    this.submit({ type: 'wake', machine, key })
  }

  private ask(request: { type: string } & Record<string, unknown>): void {
    this.watch.asked(++this.requests)
    this.submit({ who: 'root', ...request, request: this.requests })
  }

  private submit(event: object): void {
    if (!this.machines) return
    this.turn((machines, turn) => machines.take(event as never, turn as never))
    // Who claims nothing says so at once: otherwise each adapter doubles all states.
    const at = this.questions.findIndex(({ kind }) => kind === 'offer' && this.setup.claims === undefined)
    if (at >= 0) this.say(this.questions.splice(at, 1)[0]!, 'no')
  }

  /** What a connection decides on if it is looked at again, without a reason. */
  lookAgain(name: string): Outbox {
    const turn = this.newTurn()
    this.kernel().take({ type: 'wake', machine: 'connections', key: `look ${name}` }, turn as never)
    return turn.out
  }

  private kernel() {
    return new Machines({ machines: { ...this.machines! }, routes }, this.open)
  }

  private newTurn(): Turn<never> {
    const at = new Date(1_700_000_000_000 + this.now).toISOString()
    return new Turn<never>({ now: this.now, at }, this.counters, this.open)
  }

  /** As the engine does it: decided, stored, carried out; and taken back where it cannot be stored. */
  private turn(work: (machines: ReturnType<World['kernel']>, turn: Turn<never>) => void): void {
    const turn = this.newTurn()
    const { out } = turn
    const kernel = this.kernel()
    work(kernel, turn)
    this.backlog.add(out, this.degraded)
    const wasDegraded = this.degraded
    if (this.isFull && (this.degraded || !this.backlog.isEmpty)) this.takeBack(kernel, out)
    else {
      this.store()
      this.perform(out)
    }
    const { claims, connections } = this.machines!
    if (wasDegraded && !this.degraded) this.submit({ type: 'store-recovered', lost: 0 })
    // No turn is open any more; it would be cloned with all the rest.
    claims.context.turn = connections.context.turn = undefined as never
    this.wakes = this.wakes.filter((one) => this.isDue(one))
  }

  private store(): void {
    const { events, rows } = this.backlog.batch(0, 0, 0)
    this.backlog.clear()
    this.degraded = false
    for (const { kind, key, value } of rows) {
      this.rows.delete(`${kind} ${key}`)
      if (value !== undefined) this.rows.set(`${kind} ${key}`, { kind, key, value })
    }
    for (const event of events) this.watch.told(event)
  }

  private takeBack(kernel: ReturnType<World['kernel']>, out: Outbox<Decision>): void {
    this.degraded = true
    const turn = this.newTurn()
    for (const decision of out.decisions.reverse())
      if (decision.undo(turn as never)) this.backlog.dropEvents(decision.events)
    out.act.splice(0)
    out.undo.splice(0)
    const fault = { because: 'disk full', remedy: '' }
    kernel.atAll(turn as never, (machine) => machine.storeFailed(fault, turn as never))
    this.backlog.add(turn.out, true)
    this.perform(out)
    this.perform(turn.out)
  }

  private perform(out: Outbox): void {
    this.questions = this.questions.filter(({ id }) => !out.cancel.includes(id))
    this.questions.push(...out.ask.filter(({ id }) => this.open.isOpen(id)))
    for (const { fence, kind } of out.cancelAct) this.watch.cancelled(this, fence, kind)
    for (const act of out.act as DialAct[]) {
      this.watch.act(this, act)
      this.acts.push(act)
    }
    this.undos.push(...out.undo)
    for (const { machine, key, after } of out.wake) {
      const at = this.now + after
      if (!this.wakes.some((one) => one.key === key && one.at === at)) this.wakes.push({ machine, key, at })
    }
    for (const { request } of out.replies) this.watch.replied(request)
  }

  /** A wake for what is not waited for any more leads to nothing, see `Watch.end`. */
  private isDue({ machine, key, at }: Wake): boolean {
    const { claims, connections } = this.machines!
    if (machine === 'claims') return claims.context.adapters.get(key)?.wakeAt !== null
    const [what, name] = key.split(' ') as [string, string]
    const record = connections.context.records.get(name)
    if (what === 'act') return record?.attempt?.actUntil === at
    if (what === 'retry') return record?.retry?.due === at
    if (what === 'idle') return record?.idleUntil === at
    if (what === 'request') return connections.context.requests.get(Number(name))?.until === at
    return record !== undefined
  }
}

/** @returns with times that are multiples of `step` */
export function settingsOf(name: string, more: Partial<DialSettings> = {}) {
  const { behaviour = 'on-demand', enabled = true } = more
  const always = { algorithm: 'linear', delay: step, attempts: null, afterwards: null } as const
  const { idleTimeout = step, reconnect = always } = more
  return settingsFor({ name, type: 'wired', config: {}, behaviour, enabled, idleTimeout, reconnect })
}
