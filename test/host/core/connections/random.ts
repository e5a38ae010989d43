// Long because all that happens to a host that connects, and all that leaves it, is here.
import type { ConnectDocument, ConnectionChangeDocument, ConnectionState, ReleaseDocument } from '@claimd/sdk'
import type { Link } from '../../../../host/core/adapters/link.js'
import { openAdapters } from '../../../../host/core/claims/dialling.js'
import { attemptRows, holdRows } from '../../../../host/core/connections/rows.js'
import { type DialSettings, settingsFor } from '../../../../host/core/connections/settings.js'
import { connectionRows } from '../../../../host/core/connections/views.js'
import {
  type ConnectionAnswerEvent,
  type ConnectionQuestion,
  type DialAct,
  type DialAnswer,
  isAboutAdapter,
} from '../../../../host/core/kernel/provider-port.js'
import { link, MemoryStore, mine, notMine, Rig, type TestProvider } from '../rig.js'
import { RecordedLife } from '../schedules/recorded-life.js'
import { isEdge, isUpState } from './edges.js'
import { type Configured, Reference } from './reference.js'
import { type ActEnd, adapters, names, type ProviderStatus, providers, type Step } from './steps.js'

/**
 * Random lives of a host that connects: links come and go, providers answer, fail and die, operators ask and cancel, the store
 * fails, and the host is killed between any two events. What must hold is looked at whenever something leaves the core, and what is
 * shown is compared with the reference.
 */

class Violation extends Error {}

function must(holds: boolean, what: () => string): void {
  if (!holds) throw new Violation(what())
}

const wired = new Set<string>(['office', 'lab', 'always', 'made'])
const typeOf = (name: string) => (wired.has(name) ? 'wired' : 'modem')

interface Asked {
  outcome: { reply: unknown } | { error: string } | null
  wasDegraded: boolean
  /** What it means for the reference if it was carried out. */
  mean(reply: unknown): void
}

/** A life of the host after another, on one store. */
export class Lives {
  readonly store = new MemoryStore()
  readonly links = new Map<string, Link>()
  readonly story: string[] = []
  private readonly reference = new Reference(
    (name) => this.configured(name),
    (name) => this.isClaimed(name),
  )
  private rig!: Rig
  private recording: RecordedLife | null = null
  private index = 1
  private readonly states = new Map<string, ConnectionState>()
  private readonly provided = providers.map(() => ({
    status: 'available' as ProviderStatus,
    build: 'build-1',
    claims: false,
  }))
  private settings = { enabled: true, behaviour: 'on-demand' as DialSettings['behaviour'], without: false }
  /** The connection that was added through the API. */
  private made: { change: string; enabled: boolean } | null = null
  /** What was asked in the turn that is open, and what else the reference is to know of it. */
  private asked: (Asked | (() => void))[] = []
  private isTogether = false
  /** Acts of this life that have not ended. */
  private open: DialAct[] = []
  private questions: ConnectionQuestion[] = []
  /** Of all lives, by fence. */
  private readonly connects = new Set<number>()
  /** In some turn nothing could be stored. */
  private hasBeenFull = false
  /** How far the journal was looked at. */
  private revision = 0
  /** Connections whose adapter was released: they are down at once. */
  private readonly released = new Set<string>()

  /** @param isRecorded whether what enters the core is recorded, and played again */
  constructor(private readonly isRecorded = false) {
    this.plug('eth0')
  }

  async play(all: readonly Step[]): Promise<void> {
    await this.begin()
    for (const step of all) {
      // These depend on what is there when they are asked for.
      if (/^(disconnect-all|cancel|release|kill|offer|edit)$/.test(step.do)) await this.flush()
      this.story.push(JSON.stringify(step))
      await this.take(step)
      this.isTogether = step.together === true && step.do !== 'kill' && step.do !== 'time'
      if (!this.isTogether) await this.flush()
    }
    await this.flush()
    await this.end()
    this.recording?.end(this.store.load().rows)
  }

  /** Everything that was done since is one turn; and what comes of it is looked at. */
  private async flush(): Promise<void> {
    this.rig.clock.run(0)
    // Replies arrive.
    await null
    await null
    const isWell = this.rig.engine.degraded === null
    for (const one of this.asked.splice(0)) {
      if (typeof one === 'function') one()
      // A reply that is still to come is about what has begun.
      else if (isWell && !one.wasDegraded && !(one.outcome && 'error' in one.outcome))
        one.mean(one.outcome?.reply ?? null)
    }
    this.look()
    this.forgetClaimed()
    if (isWell) this.compare()
  }

  private ask(request: object, mean: Asked['mean']): void {
    const { engine } = this.rig
    const asked: Asked = { outcome: null, wasDegraded: engine.degraded !== null, mean }
    this.asked.push(asked)
    const reply = engine.ask({ who: 'root', ...request } as never) as Promise<unknown>
    reply.then(
      (said) => {
        asked.outcome = { reply: said }
      },
      (error) => {
        asked.outcome = { error: error.document?.code ?? String(error) }
      },
    )
  }

  private async begin(): Promise<void> {
    this.rig = new Rig({
      store: this.store,
      settings: this.settingsNow(),
      ...(this.isRecorded && {
        record: (...beginning) => {
          this.recording = new RecordedLife(...beginning)
          return this.recording
        },
      }),
    })
    const { rig } = this
    rig.act = (act) => this.act(act as DialAct)
    rig.cancelAct = () => {}
    rig.undo = (fence) =>
      rig.clock.soon(() => {
        this.reference.undone(fence)
        rig.engine.submit({ type: 'undone', fence, left: [] })
      })
    const ask = rig.ask.bind(rig)
    rig.ask = (questions) => {
      for (const question of questions) {
        if (isAboutAdapter(question)) ask([question])
        else this.questions.push(question)
      }
    }
    rig.cancel = ((ids: readonly number[]) => {
      this.questions = this.questions.filter(({ id }) => !ids.includes(id))
    }) as Rig['cancel']
    this.states.clear()
    rig.start([...this.links.values()], this.providers())
    await this.flush()
  }

  private plug(one: string): void {
    this.links.set(one, link(one, { index: ++this.index }))
  }

  private configured(name: string): Configured {
    const { enabled, behaviour, without } = this.settings
    if (name === 'made') return this.made && { enabled: this.made.enabled, isAlways: false }
    if (name === 'lab' && without) return null
    const isAlways = name === 'always' || behaviour === 'always-connected'
    return { enabled: name === 'office' ? enabled : true, isAlways }
  }

  private settingsNow() {
    const connections = names.flatMap((name) => {
      const configured = name === 'made' ? null : this.configured(name)
      if (configured === null) return []
      const behaviour = configured.isAlways ? ('always-connected' as const) : ('on-demand' as const)
      return [
        { name: name as string, type: typeOf(name), config: {}, behaviour, enabled: configured.enabled },
      ]
    })
    return { order: [], ignore: [], connections }
  }

  private providers(): TestProvider[] {
    return this.provided.flatMap(({ status, build, claims }, i) => {
      if (status === 'absent') return []
      const id = providers[i]!
      const offer: TestProvider['offer'] = ({ adapter: { name } }) =>
        claims && i === 0 && name === 'eth1' ? { ...mine('lab'), volatile: false } : notMine()
      const because = status === 'available' ? '' : 'so it is'
      const verify: TestProvider['verify'] = ({ connection }) => mine(connection)
      const connectionTypes = [i === 0 ? 'wired' : 'modem']
      return [{ id, connectionTypes, build, status, because, serial: i === 0, offer, verify }]
    })
  }

  private isClaimed(name: string): boolean {
    return this.rig.engine.connections.context.claimed(name) !== undefined
  }

  private async take(step: Step): Promise<void> {
    const { rig, reference } = this
    const { engine } = rig
    const { context } = engine.connections
    switch (step.do) {
      case 'connect': {
        const { name, mode, timeout } = step
        const takeOver = step.takeOver ? { reason: 'it is mine' } : null
        const asked = { type: 'connect', connection: name, mode, timeout, takeOver, key: null } as const
        this.ask({ ...asked, caller: 'uid 0', openLimit: 1_000 }, (reply) => {
          const { request } = reply as ConnectDocument
          if (this.configured(name) !== null) reference.carriedOut({ do: 'connect', name, mode, request })
        })
        break
      }
      case 'disconnect': {
        const { name, ifUnused } = step
        this.ask({ type: 'disconnect', connection: name, ifUnused }, () =>
          reference.carriedOut({ do: 'disconnect', name }),
        )
        break
      }
      case 'disconnect-all':
        this.ask({ type: 'disconnect-all' }, () => reference.carriedOut({ do: 'disconnect-all' }))
        break
      case 'cancel': {
        const request = [...context.requests.values()][step.which]
        if (request === undefined) break
        const { id, connection: name, hold } = request
        const other = [...context.requests.values()].find(
          (one) => one !== request && one.connection === name && one.hold === hold && !one.ends,
        )
        const heir = other?.id ?? null
        this.ask({ type: 'cancel-request', id }, () =>
          reference.carriedOut({ do: 'cancel', name, request: id, heir }),
        )
        break
      }
      case 'add':
      case 'edit': {
        const isEdit = step.do === 'edit'
        const enabled = !isEdit || step.enabled
        const config = isEdit ? { config: step.config } : {}
        const settings = settingsFor({ name: 'made', type: 'wired', config, enabled })
        const change = isEdit && step.isStale ? '1' : (this.made?.change ?? '0')
        const asked = isEdit
          ? { type: 'edit-connection', settings, change, immediate: step.immediate }
          : { type: 'add-connection', settings }
        const reply = engine.ask({ who: 'root', ...asked } as never) as Promise<ConnectionChangeDocument>
        reply.then(
          (said) => {
            this.made = { change: said.change!, enabled }
          },
          () => {},
        )
        break
      }
      case 'delete':
        this.ask({ type: 'delete-connection', connection: 'made' }, () => {
          this.made = null
        })
        break
      case 'end-act': {
        const [act] = this.open.splice(step.which % Math.max(1, this.open.length), 1)
        if (act) this.endAct(act, step.how)
        break
      }
      case 'answer': {
        const [question] = this.questions.splice(step.which % Math.max(1, this.questions.length), 1)
        if (question) this.answer(question, step.how)
        break
      }
      case 'plug':
        if (!this.links.has(step.adapter)) {
          this.plug(step.adapter)
          engine.submit({ type: 'link', link: this.links.get(step.adapter)! })
          this.asked.push(() => this.allow())
        }
        break
      case 'unplug': {
        const gone = this.links.get(step.adapter)
        this.links.delete(step.adapter)
        if (gone) engine.submit({ type: 'link-gone', index: gone.index, movedTo: null })
        break
      }
      case 'carrier': {
        const now = this.links.get(step.adapter)
        if (!now) break
        this.links.set(step.adapter, { ...now, carrier: step.on })
        engine.submit({ type: 'link', link: this.links.get(step.adapter)! })
        break
      }
      case 'provider':
        this.provided[step.which] = step
        rig.provide(this.providers())
        break
      case 'settings':
        this.settings = step
        engine.submit({ type: 'settings', settings: this.settingsNow() })
        if (step.without) this.asked.push(() => reference.removed('lab'))
        break
      case 'report': {
        const up = [...context.records.values()].filter(({ attempt }) => attempt !== null)
        const attempt = up[step.which % Math.max(1, up.length)]?.attempt
        if (!attempt || attempt.fence === 0) break
        const { fence, provider, reference: connection } = attempt
        engine.submit({
          ...{ type: 'report', provider, connection: connection.name, fence },
          ...{ state: step.state, reason: 'it says so' },
        })
        break
      }
      case 'release':
      case 'offer': {
        if (!this.links.has(step.adapter)) break
        const asked = { type: step.do, adapter: step.adapter, reason: 'so' }
        this.ask(asked, (reply) => {
          const { connection } = (reply as ReleaseDocument | null) ?? {}
          if (step.do === 'release' && connection) reference.released(connection)
        })
        break
      }
      case 'disk':
        this.store.failure = step.full ? 'disk full' : null
        this.hasBeenFull ||= step.full
        break
      case 'kill':
        await this.kill()
        break
      case 'time':
        rig.clock.run(step.ms)
        break
    }
  }

  private allow(): void {
    for (const name of names) {
      const isThere = this.provided[wired.has(name) ? 0 : 1]!.status !== 'absent'
      if (isThere) this.reference.allow(name)
    }
  }

  private async kill(): Promise<void> {
    this.recording?.end(this.store.load().rows)
    this.open = []
    this.questions = []
    this.asked = []
    const { rows } = this.store.load()
    this.reference.restarted(attemptRows.of(rows))
    // What ended while it could not be stored is there again.
    const holds = new Map(holdRows.of(rows).map((hold) => [hold.connection, hold.mode]))
    if (this.rig.engine.degraded !== null)
      for (const name of names) this.reference.of(name).hold = holds.get(name) ?? null
    for (const name of names) if (this.configured(name) === null) this.reference.removed(name)
    // What was in memory is gone. A store that fails does not let a host start.
    this.store.failure = null
    await this.begin()
  }

  private answer(question: ConnectionQuestion, how: 'yes' | 'no' | 'fails' | 'suspended'): void {
    let answer: object = { result: 'UNEXPECTED', reason: 'it fails' }
    if (how !== 'fails' && question.kind === 'resources') {
      const ids = question.adapters.map(({ id }) => id)
      const isModem = typeOf(question.connection.name) === 'modem'
      answer = { result: 'SUCCESS', adapters: how === 'no' ? [] : isModem ? null : ids }
      if (isModem && question.connection.name !== 'vpn')
        answer = { ...answer, resources: [{ id: 'modem:0' }] }
    } else if (how !== 'fails' && question.kind === 'status') {
      const states = { yes: 'connected', no: 'disconnected', suspended: 'suspended' } as const
      answer = { result: 'SUCCESS', state: states[how] }
    } else if (how !== 'fails' && question.kind === 'validate' && how !== 'no') answer = { result: 'SUCCESS' }
    if (question.kind === 'status')
      this.reference.status(question.fence, how === 'yes' || how === 'suspended')
    this.rig.engine.submit({ type: 'connection-answer', question, answer, ms: 1 } as ConnectionAnswerEvent)
  }

  private act(act: DialAct): void {
    const { fence, kind, parameters, provider } = act
    const connection = parameters.connection.name
    this.story.push(`   ${kind} ${connection} (fence ${fence})`)
    must(this.store.hasAttempt(fence), () => `${kind} ${fence} is called before it is stored`)
    if (kind === 'connect') {
      must(!this.connects.has(fence), () => `connect is called twice with fence ${fence}`)
      this.connects.add(fence)
    } else must(this.connects.has(fence), () => `what never was connected is disconnected: ${fence}`)
    const same = this.open.some((one) => one.fence === fence && one.kind === kind)
    must(!same, () => `${kind} ${fence} is called while it runs`)
    const running = this.open.find((one) => one.provider === provider && provider === 'net/wired')
    must(
      running === undefined,
      () => `${kind} ${fence} is called while ${running?.kind} ${running?.fence} runs`,
    )
    must(!this.isClaimed(connection), () => `the claimed connection ${connection} is ${kind}ed`)
    this.open.push(act)
    this.reference.act(act)
  }

  private endAct(act: DialAct, how: ActEnd): void {
    this.reference.actEnded(act, how)
    this.rig.end(act, resultOf(how))
  }

  /** What has left the core since. */
  private look(): void {
    for (const event of this.store.events(this.revision, Number.POSITIVE_INFINITY)) {
      this.revision = event.revision
      this.story.push(
        `   ${event.revision}: ${event.type} ${JSON.stringify({ ...event, at: undefined, about: undefined, round: undefined })}`,
      )
      const { waiting } = this.reference
      const id = event.request as number
      if (event.type === 'request-opened') waiting.set(id, event.connection as string)
      // Those of the life before were told of by the one that restored them.
      // And one that was opened and completed in a turn that could not be stored was never told as open.
      if (event.type === 'request-completed' && event.code !== 'CONNECT_INTERRUPTED')
        must(waiting.delete(id) || this.hasBeenFull, () => `request ${id} is completed, and did not wait`)
      if (event.type === 'released' && event.connection !== null)
        this.released.add(event.connection as string)
      if (event.type === 'connection-state') {
        const connection = event.connection as string
        const [from, to] = [event.from, event.state] as [ConnectionState, ConnectionState]
        const known = this.states.get(connection) ?? from
        must(known === from, () => `${connection} was ${known} and is said to have been ${from}`)
        this.states.set(connection, to)
        const isReleased = this.released.delete(connection)
        must(isEdge(from, to, isReleased), () => `${connection} goes from ${from} to ${to}`)
      }
    }
  }

  /** What somebody else brought up is told in another way. */
  private forgetClaimed(): void {
    for (const name of this.states.keys()) if (this.isClaimed(name)) this.states.delete(name)
  }

  /** What an operator sees, and what he should. */
  private compare(): void {
    const { claims, connections } = this.rig.engine
    for (const row of connectionRows(connections.context)) {
      const requests = connections.context.records.get(row.name)?.requests.keys() ?? []
      const fault = this.reference.faultOf(row, [...requests])
      must(fault === null, () => fault!)
    }
    let users = 0
    for (const { attempt } of connections.context.records.values()) {
      if (attempt?.fence && attempt.resources.includes('modem:0')) users++
    }
    must(users <= 1, () => `${users} connections use one modem`)
    for (const { holding, adapter: held } of claims.context.adapters.values()) {
      if (holding?.origin !== 'dialled') continue
      const { attempt } = connections.context.records.get(holding.connection) ?? {}
      must(
        attempt?.fence === holding.fence,
        () => `${held.name} is reserved for an attempt that is not there`,
      )
    }
  }

  /** Everything works again: what is wanted comes up, and when nobody wants anything any more, nothing is left. */
  private async end(): Promise<void> {
    this.story.push('the end: all works again')
    this.store.failure = null
    this.rig.clock.run(5_000)
    for (const i of providers.keys())
      this.provided[i] = { status: 'available', build: 'build-1', claims: false }
    this.rig.provide(this.providers())
    const fresh = adapters.map((name) => ({ do: 'unplug', adapter: name }) as const)
    for (const step of fresh) await this.take(step)
    for (const step of fresh) await this.take({ ...step, do: 'plug' })
    await this.settle()
    const { claims, connections } = this.rig.engine
    const isOpen = openAdapters(claims.context).length > 0
    const rows = connectionRows(connections.context)
    const isUp = (name: string) => isUpState(rows.find((row) => row.name === name)?.state ?? 'disconnected')
    for (const { name, state, origin } of rows) {
      const mayWait = wired.has(name)
        ? !isOpen
        : name === 'call'
          ? isUp('data')
          : name === 'data' && isUp('call')
      if (this.reference.isWanted(name)) must(isUp(name) || mayWait, () => `${name} is wanted, and ${state}`)
      else if (!connections.context.records.get(name)?.attempt?.staysUp)
        must(!isUp(name) || origin === 'out-of-band', () => `nobody wants ${name}, and it is ${state}`)
    }
    this.story.push('and nobody wants anything')
    await this.take({ do: 'disconnect-all' })
    await this.settle()
    const left = attemptRows.of(this.store.load().rows)
    must(left.length === 0, () => `an attempt is left: ${JSON.stringify(left)}`)
    const { waiting } = this.reference
    must(waiting.size === 0, () => `requests that were never completed: ${[...waiting.keys()]}`)
    for (const { holding, adapter: held } of claims.context.adapters.values())
      must(holding?.origin !== 'dialled', () => `${held.name} is still held`)
  }

  private async settle(): Promise<void> {
    await this.flush()
    for (let round = 0; round < 90; round++) {
      for (const question of this.questions.splice(0)) this.answer(question, 'yes')
      for (const act of this.open.splice(0)) this.endAct(act, 'success')
      await this.flush()
      if (this.questions.length + this.open.length > 0) continue
      if (this.rig.clock.size === 0) break
      this.rig.clock.run(5_000)
    }
    await this.flush()
  }
}

function resultOf(how: ActEnd) {
  if (how === 'interrupted' || how === 'not-sent') return { outcome: how, reason: 'so it is' } as const
  const answers: Record<'success' | 'failure' | 'not-supported', DialAnswer> = {
    success: { result: 'SUCCESS' },
    failure: { result: 'UNEXPECTED', reason: 'it fails' },
    'not-supported': { result: 'NOT_SUPPORTED' },
  }
  return { outcome: 'done', answer: answers[how] } as const
}
