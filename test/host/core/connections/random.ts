import type { ConnectionState, DisconnectDocument } from '@claimd/sdk'
import * as fc from 'fast-check'
import type { Link } from '../../../../host/core/adapters/link.js'
import { attemptRows } from '../../../../host/core/connections/rows.js'
import type { DialSettings } from '../../../../host/core/connections/settings.js'
import {
  type ConnectionAnswerEvent,
  type ConnectionQuestion,
  type DialAct,
  type DialAnswer,
  isAboutAdapter,
} from '../../../../host/core/kernel/provider-port.js'
import { link, MemoryStore, mine, notMine, Rig, type TestProvider } from '../rig.js'

/**
 * Random lives of a host that connects: links come and go, providers answer, fail and die, operators ask and cancel, the store
 * fails, and the host is killed between any two events. What must hold is looked at whenever something leaves the core.
 */

const names = ['office', 'lab', 'always'] as const
const adapters = ['eth0', 'eth1'] as const

export type Step =
  | { do: 'connect'; name: string; mode: 'keep' | 'once'; timeout: number | null; takeOver: boolean }
  | { do: 'disconnect'; name: string }
  | { do: 'disconnect-all' }
  | { do: 'cancel'; which: number }
  | {
      do: 'end-act'
      which: number
      how: 'success' | 'failure' | 'not-supported' | 'interrupted' | 'not-sent'
    }
  | { do: 'answer'; which: number; how: 'yes' | 'no' | 'fails' | 'suspended' }
  | { do: 'plug'; adapter: string }
  | { do: 'unplug'; adapter: string }
  | { do: 'carrier'; adapter: string; on: boolean }
  | { do: 'provider'; status: 'available' | 'unavailable' | 'disabled'; build: string; claims: boolean }
  | { do: 'settings'; enabled: boolean; behaviour: 'on-demand' | 'always-connected'; without: boolean }
  | { do: 'report'; which: number; state: 'lost' | 'suspended' | 'resumed' }
  | { do: 'release'; adapter: string }
  | { do: 'disk'; full: boolean }
  | { do: 'kill' }
  | { do: 'time'; ms: number }

const pick = <Value>(...values: readonly Value[]) => fc.constantFrom(...values)
const name = pick(...names)
const adapter = pick(...adapters)
const which = fc.nat(7)

export const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({
        do: pick('connect' as const),
        name,
        mode: pick('keep' as const, 'once' as const),
        timeout: pick(null, null, 3_000),
        takeOver: pick(false, false, false, true),
      }),
    },
    { weight: 3, arbitrary: fc.record({ do: pick('disconnect' as const), name }) },
    { weight: 1, arbitrary: fc.record({ do: pick('disconnect-all' as const) }) },
    { weight: 2, arbitrary: fc.record({ do: pick('cancel' as const), which }) },
    {
      weight: 8,
      arbitrary: fc.record({
        do: pick('end-act' as const),
        which,
        how: pick(
          ...([
            'success',
            'success',
            'success',
            'failure',
            'not-supported',
            'interrupted',
            'not-sent',
          ] as const),
        ),
      }),
    },
    {
      weight: 8,
      arbitrary: fc.record({
        do: pick('answer' as const),
        which,
        how: pick(...(['yes', 'yes', 'yes', 'no', 'fails', 'suspended'] as const)),
      }),
    },
    { weight: 3, arbitrary: fc.record({ do: pick('plug' as const), adapter }) },
    { weight: 2, arbitrary: fc.record({ do: pick('unplug' as const), adapter }) },
    { weight: 1, arbitrary: fc.record({ do: pick('carrier' as const), adapter, on: fc.boolean() }) },
    {
      weight: 2,
      arbitrary: fc.record({
        do: pick('provider' as const),
        status: pick(...(['available', 'available', 'unavailable', 'disabled'] as const)),
        build: pick('build-1', 'build-2'),
        claims: fc.boolean(),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        do: pick('settings' as const),
        enabled: fc.boolean(),
        behaviour: pick('on-demand' as const, 'always-connected' as const),
        without: fc.boolean(),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        do: pick('report' as const),
        which,
        state: pick('lost' as const, 'suspended' as const, 'resumed' as const),
      }),
    },
    { weight: 1, arbitrary: fc.record({ do: pick('release' as const), adapter }) },
    { weight: 1, arbitrary: fc.record({ do: pick('disk' as const), full: fc.boolean() }) },
    { weight: 1, arbitrary: fc.record({ do: pick('kill' as const) }) },
    {
      weight: 3,
      arbitrary: fc.record({ do: pick('time' as const), ms: pick(0, 0, 1_000, 5_000, 15_000, 65_000) }),
    },
  ),
  { minLength: 5, maxLength: 40 },
)

class Violation extends Error {}

function must(holds: boolean, what: () => string): void {
  if (!holds) throw new Violation(what())
}

type Group = 'down' | 'connecting' | 'up' | 'ending'

const groups: Record<ConnectionState, Group> = {
  disconnected: 'down',
  'disconnected-unavailable': 'down',
  'disconnected-disabled': 'down',
  connecting: 'connecting',
  'connecting-associating': 'connecting',
  'connecting-authenticating': 'connecting',
  'connecting-waiting-for-ip': 'connecting',
  connected: 'up',
  suspended: 'up',
  disconnecting: 'ending',
}

/** From where to where a connection may go, but for one that is claimed. */
const edges: Record<Group, readonly Group[]> = {
  down: ['down', 'connecting'],
  connecting: ['connecting', 'up', 'ending', 'down'],
  up: ['up', 'ending'],
  ending: ['down', 'connecting', 'up'],
}

/** A life of the host after another, on one store. */
export class Lives {
  readonly store = new MemoryStore()
  readonly links = new Map<string, Link>()
  readonly story: string[] = []
  private rig!: Rig
  private index = 1
  private provider = { status: 'available' as TestProvider['status'], build: 'build-1', claims: false }
  private settings = { enabled: true, behaviour: 'on-demand' as DialSettings['behaviour'], without: false }
  /** Acts of this life that have not ended. */
  private open: DialAct[] = []
  private questions: ConnectionQuestion[] = []
  /** Of all lives, by fence. */
  private readonly connects = new Set<number>()
  private readonly opened = new Set<number>()
  private readonly completed = new Set<number>()
  /** How far the journal was looked at. */
  private revision = 0
  /** Connections whose adapter was released: they are down at once. */
  private readonly released = new Set<string>()
  private states = new Map<string, ConnectionState>()

  constructor() {
    this.plug('eth0')
    this.begin()
  }

  play(all: readonly Step[]): void {
    for (const step of all) {
      this.story.push(JSON.stringify(step))
      this.take(step)
      this.look()
    }
    this.end()
  }

  private begin(): void {
    const { enabled, behaviour, without } = this.settings
    this.rig = new Rig({ store: this.store, settings: this.settingsNow(enabled, behaviour, without) })
    this.rig.act = (act) => this.act(act as DialAct)
    this.rig.cancelAct = () => {}
    const ask = this.rig.ask.bind(this.rig)
    this.rig.ask = (questions) => {
      for (const question of questions) {
        if (isAboutAdapter(question)) ask([question])
        else this.questions.push(question)
      }
    }
    this.rig.cancel = ((ids: readonly number[]) => {
      this.questions = this.questions.filter(({ id }) => !ids.includes(id))
    }) as Rig['cancel']
    this.states.clear()
    this.rig.start([...this.links.values()], this.providers())
    this.look()
  }

  private plug(one: string): void {
    this.links.set(one, link(one, { index: ++this.index }))
  }

  private settingsNow(enabled: boolean, behaviour: DialSettings['behaviour'], without: boolean) {
    const all = names.map((one) => ({
      name: one as string,
      type: 'wired',
      config: {},
      behaviour: one === 'always' ? ('always-connected' as const) : behaviour,
      enabled: one === 'office' ? enabled : true,
    }))
    return { order: [], ignore: [], connections: all.filter((one) => !(without && one.name === 'lab')) }
  }

  private providers(): TestProvider[] {
    const { status, build, claims } = this.provider
    return [
      {
        id: 'net/wired',
        connectionTypes: ['wired'],
        build,
        ...(status === undefined ? {} : { status }),
        because: status === 'available' ? '' : 'so it is',
        offer: ({ adapter: { name: one } }) =>
          claims && one === 'eth1' ? { ...mine('lab'), volatile: false } : notMine(),
        verify: ({ connection }) => mine(connection),
      },
    ]
  }

  private take(step: Step): void {
    const { rig } = this
    const { engine } = rig
    const forget = (reply: Promise<unknown>) => void reply.catch(() => {})
    switch (step.do) {
      case 'connect': {
        const { name: connection, mode, timeout } = step
        const takeOver = step.takeOver ? { reason: 'it is mine' } : null
        const asked = { type: 'connect', connection, mode, timeout, takeOver, key: null } as const
        forget(engine.ask({ ...asked, who: 'root', caller: 'uid 0', openLimit: 1_000 }))
        break
      }
      case 'disconnect':
        forget(
          engine.ask({
            type: 'disconnect',
            connection: step.name,
            who: 'root',
          }) as Promise<DisconnectDocument>,
        )
        break
      case 'disconnect-all':
        forget(engine.ask({ type: 'disconnect-all', who: 'root' }))
        break
      case 'cancel': {
        const id = [...engine.connections.context.requests.keys()][step.which]
        if (id !== undefined) forget(engine.ask({ type: 'cancel-request', id, who: 'root' }))
        break
      }
      case 'end-act': {
        const [act] = this.open.splice(step.which % Math.max(1, this.open.length), 1)
        if (act) rig.end(act, resultOf(step.how))
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
        this.provider = step
        rig.provide(this.providers())
        break
      case 'settings': {
        this.settings = step
        const settings = this.settingsNow(step.enabled, step.behaviour, step.without)
        engine.submit({ type: 'settings', settings })
        break
      }
      case 'report': {
        const up = [...engine.connections.context.records.values()].filter(({ attempt }) => attempt !== null)
        const attempt = up[step.which % Math.max(1, up.length)]?.attempt
        if (!attempt || attempt.fence === 0) break
        const { fence, provider, reference } = attempt
        engine.submit({
          ...{ type: 'report', provider, connection: reference.name, fence },
          ...{ state: step.state, reason: 'it says so' },
        })
        break
      }
      case 'release':
        if (this.links.has(step.adapter))
          forget(engine.ask({ type: 'release', adapter: step.adapter, reason: 'so', who: 'root' }))
        break
      case 'disk':
        this.store.failure = step.full ? 'disk full' : null
        break
      case 'kill':
        this.open = []
        this.questions = []
        // What was in memory is gone. A store that fails does not let a host start.
        this.store.failure = null
        this.begin()
        return
      case 'time':
        rig.clock.run(step.ms)
        return
    }
    rig.clock.run(0)
  }

  private answer(question: ConnectionQuestion, how: 'yes' | 'no' | 'fails' | 'suspended'): void {
    const failed = { result: 'UNEXPECTED', reason: 'it fails' } as const
    let answer: ConnectionAnswerEvent['answer'] = failed
    if (question.kind === 'resources' && how !== 'fails') {
      answer = { result: 'SUCCESS', adapters: how === 'no' ? [] : question.adapters.map(({ id }) => id) }
    } else if (question.kind === 'status' && how !== 'fails') {
      const states = { yes: 'connected', no: 'disconnected', suspended: 'suspended' } as const
      answer = { result: 'SUCCESS', state: states[how] }
    }
    this.rig.engine.submit({ type: 'connection-answer', question, answer, ms: 1 } as ConnectionAnswerEvent)
  }

  private act(act: DialAct): void {
    const { fence, kind, parameters } = act
    const connection = parameters.connection.name
    this.story.push(`   ${kind} ${connection} (fence ${fence})`)
    must(this.store.hasAttempt(fence), () => `${kind} ${fence} is called before it is stored`)
    if (kind === 'connect') {
      must(!this.connects.has(fence), () => `connect is called twice with fence ${fence}`)
      this.connects.add(fence)
    } else must(this.connects.has(fence), () => `what never was connected is disconnected: ${fence}`)
    const same = this.open.some((one) => one.fence === fence && one.kind === kind)
    must(!same, () => `${kind} ${fence} is called while it runs`)
    const [running] = this.open
    must(
      running === undefined,
      () => `${kind} ${fence} is called while ${running?.kind} ${running?.fence} runs`,
    )
    const held = this.rig.engine.claims.context.byConnection.get(connection)?.holding
    must(held?.origin !== 'out-of-band', () => `the claimed connection ${connection} is ${kind}ed`)
    this.open.push(act)
  }

  /** What has left the core since. */
  private look(): void {
    for (const event of this.store.events(this.revision, Number.POSITIVE_INFINITY)) {
      this.revision = event.revision
      this.story.push(
        `   ${event.revision}: ${event.type} ${JSON.stringify({ ...event, at: undefined, about: undefined, round: undefined })}`,
      )
      if (event.type === 'request-opened') this.opened.add(event.request as number)
      if (event.type === 'request-completed') {
        const id = event.request as number
        must(!this.completed.has(id), () => `request ${id} is completed twice`)
        this.completed.add(id)
      }
      if (event.type === 'released' && event.connection !== null)
        this.released.add(event.connection as string)
      if (event.type === 'connection-state') {
        const connection = event.connection as string
        const [from, to] = [event.from, event.state] as ConnectionState[]
        const known = this.states.get(connection)
        must(
          known === undefined || known === from,
          () => `${connection} was ${known} and is said to have been ${from}`,
        )
        this.states.set(connection, to!)
        const isReleased = this.released.delete(connection)
        must(
          isReleased || edges[groups[from!]].includes(groups[to!]),
          () => `${connection} goes from ${from} to ${to}`,
        )
      }
    }
    const { adapters: records } = this.rig.engine.claims.context
    for (const { holding, adapter: held } of records.values()) {
      if (holding?.origin !== 'dialled') continue
      const { attempt } = this.rig.engine.connections.context.records.get(holding.connection) ?? {}
      must(
        attempt?.fence === holding.fence,
        () => `${held.name} is reserved for an attempt that is not there`,
      )
    }
  }

  /** Everything works again, nobody wants anything any more: then nothing may be left. */
  private end(): void {
    this.story.push('the end: all works again, and nobody wants anything')
    this.store.failure = null
    this.provider = { status: 'available', build: 'build-1', claims: false }
    this.rig.provide(this.providers())
    this.settings = { enabled: true, behaviour: 'on-demand', without: false }
    const { connections } = this.settingsNow(true, 'on-demand', false)
    const settings = {
      order: [],
      ignore: [],
      connections: connections.map((one) => ({ ...one, behaviour: 'on-demand' as const })),
    }
    this.rig.engine.submit({ type: 'settings', settings })
    this.settle()
    void this.rig.engine.ask({ type: 'disconnect-all', who: 'root' }).catch(() => {})
    this.settle()
    const left = attemptRows.of(this.store.load().rows)
    must(left.length === 0, () => `an attempt is left: ${JSON.stringify(left)}`)
    const waiting = [...this.opened].filter((id) => !this.completed.has(id))
    must(waiting.length === 0, () => `requests that were never completed: ${waiting}`)
    for (const { holding, adapter: held } of this.rig.engine.claims.context.adapters.values())
      must(holding?.origin !== 'dialled', () => `${held.name} is still held`)
  }

  private settle(): void {
    for (let round = 0; round < 60; round++) {
      this.rig.clock.run(5_000)
      for (const question of this.questions.splice(0)) this.answer(question, 'yes')
      for (const act of this.open.splice(0)) this.rig.end(act, resultOf('success'))
      this.rig.clock.run(0)
      this.look()
    }
  }
}

function resultOf(how: 'success' | 'failure' | 'not-supported' | 'interrupted' | 'not-sent') {
  if (how === 'interrupted' || how === 'not-sent') return { outcome: how, reason: 'so it is' } as const
  const answers: Record<'success' | 'failure' | 'not-supported', DialAnswer> = {
    success: { result: 'SUCCESS' },
    failure: { result: 'UNEXPECTED', reason: 'it fails' },
    'not-supported': { result: 'NOT_SUPPORTED' },
  }
  return { outcome: 'done', answer: answers[how] } as const
}
