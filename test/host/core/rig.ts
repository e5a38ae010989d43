import type {
  Answer,
  ClaimStands,
  EventDocument,
  Fault,
  PluginRow,
  ProviderRow,
  Released,
  ResourcesAnswer,
  Round,
  StatusAnswer,
  TypeSpecificAnswer,
  ValidateAnswer,
} from '@claimd/sdk'
import { ConfigVault } from '../../../host/app/config-vault.js'
import { forgetConfigs } from '../../../host/app/forgetting-configs.js'
import { makeServices, type ServiceSources } from '../../../host/app/services/index.js'
import type { Services } from '../../../host/control/index.js'
import type { Link } from '../../../host/core/adapters/link.js'
import type { Place } from '../../../host/core/adapters/place.js'
import type { Settings } from '../../../host/core/claims/context.js'
import type { ProviderInfo } from '../../../host/core/claims/provider-info.js'
import { holdingRows, type StoredHolding } from '../../../host/core/claims/rows.js'
import { attemptRows } from '../../../host/core/connections/rows.js'
import { CoreEngine, makeMachines } from '../../../host/core/core-engine.js'
import type { StoredEvent } from '../../../host/core/kernel/journal-event.js'
import {
  type Act,
  type ActPort,
  type ActResult,
  type AnyQuestion,
  type ConnectionAnswerEvent,
  type ConnectionQuestion,
  type DialAct,
  type DialAnswer,
  isAboutAdapter,
  type ProviderPort,
  type Question,
  type UndoPort,
} from '../../../host/core/kernel/provider-port.js'
import type { RecorderPort } from '../../../host/core/kernel/recorder-port.js'
import type { Row } from '../../../host/core/kernel/rows.js'
import type { Batch, Store, StoredState } from '../../../host/core/kernel/store-port.js'
import type { Timers } from '../../../host/core/kernel/timers.js'
import { defaultDeadlines } from '../../../host/plugin-host/deadlines.js'
import { byKind } from './rows-by-kind.js'

/** How a provider behaves in a test: its answer, `null` for "never answers", or an answer after some time. */
export type Behaviour = (question: Question) => Answer | null | { after: number; answer: Answer }

export interface TestProvider extends Partial<ProviderInfo> {
  id: string
  offer?: Behaviour
  verify?: Behaviour
  dials?: Dialling
}

/** What a provider answers about connections, and does with them. */
export interface Dialling {
  /** Default of these: that it has no such method. */
  resources?(question: QuestionOf<'resources'>): ResourcesAnswer
  validate?(question: QuestionOf<'validate'>): ValidateAnswer
  status?(question: QuestionOf<'status'>): StatusAnswer
  typeSpecific?(question: QuestionOf<'typeSpecific'>): TypeSpecificAnswer
  /** `null`: nothing yet, see {@link Rig.end}. Default: it succeeds at once. */
  connect?(act: DialAct): DialAnswer | null
  disconnect?(act: DialAct): DialAnswer | null
}

type QuestionOf<Kind extends ConnectionQuestion['kind']> = Extract<ConnectionQuestion, { kind: Kind }>

export const mine = (connection: string, evidence?: string): Answer => ({
  result: 'SUCCESS',
  connection,
  volatile: true,
  ...(evidence === undefined ? {} : { evidence }),
})
export const notMine = (reason = 'not mine'): Answer => ({ result: 'INVALID_CONNECTION', reason })

export const who = { uid: 0, gid: 0, pid: 1 }

/** The rig plays the plugin host. */
const deadline = defaultDeadlines.offerMs

/**
 * The whole core in virtual time: engine, claims, a store in memory, and providers that are functions; and above it the
 * services of the daemon, by which tests ask as an operator does.
 */
export class Rig implements ProviderPort, ActPort, UndoPort {
  readonly store: MemoryStore
  /** What the vault has kept, by kind and key. */
  readonly kept = new Map<string, unknown>()
  readonly vault = new ConfigVault({
    all: () => [],
    put: (kind, key, value) => void this.kept.set(`${kind} ${key}`, value),
    drop: (kind, key) => void this.kept.delete(`${kind} ${key}`),
  })
  /** What providers say about the settings of connection types. */
  readonly settingsSchemas = new Map<string, Record<string, unknown> | null>()
  readonly clock = new VirtualTimers()
  readonly asked: Question[] = []
  readonly askedOfConnections: ConnectionQuestion[] = []
  /** What was carried out, and whether the store had its attempt at that moment. */
  readonly acts: (DialAct & { stored: boolean })[] = []
  readonly cancelledActs: Pick<Act, 'fence' | 'kind'>[] = []
  /** Fences of which all that was made was taken back. */
  readonly undone: number[] = []
  /** What could not be taken back. */
  left: string[] = []
  readonly told: (Released & { provider: string })[] = []
  /** Claims that providers were told of, and whether the store had them at that moment. */
  readonly toldClaims: (ClaimStands & { provider: string; stored: boolean })[] = []
  /** Sees what a provider is told, at the moment when it is. */
  onTold: ((told: Rig['told'][number]) => void) | undefined
  readonly events: EventDocument[] = []
  readonly engine: CoreEngine
  readonly services: Services
  private readonly behaviours = new Map<string, TestProvider>()
  private readonly answered = new Set<number>()

  constructor(
    options: {
      settings?: Partial<Settings>
      store?: MemoryStore
      place?: Partial<Place>
      /** Default: nothing is recorded. */
      record?: (where: Place, settings: Settings, stored: StoredState) => RecorderPort
    } = {},
  ) {
    this.store = options.store ?? new MemoryStore()
    const stored = this.store.load()
    const settings = { order: [], ignore: [], connections: [], ...options.settings }
    const where = { boot: 'boot-1', namespace: 'net:[1]', cookie: '1', ...options.place }
    const recorder = options.record?.(where, settings, stored) ?? null
    const parts = {
      stored,
      store: this.store,
      providers: this,
      acts: this,
      undo: this,
      timers: this.clock,
      recorder,
    }
    this.engine = new CoreEngine(makeMachines(where, stored.rows, settings), parts)
    this.services = makeServices({
      engine: this.engine,
      store: this.store,
      ledger: { changesTo: () => [], changesBy: () => [], undo: async () => [] },
      vault: this.vault,
      plugins: {
        pluginRows: () => [] as PluginRow[],
        providerRows: () => [] as ProviderRow[],
        configurationDoubts: () => [] as Fault[],
        settingsSchema: (type: string) => this.settingsSchemas.get(type),
      } as unknown as ServiceSources['plugins'],
      configuration: { fault: null, unkept: null },
      linkSource: () => ({
        ...{ links: 'simulator', linksBecause: null, networkNamespace: 'simulated', udev: null },
        ...{ resyncs: 0, malformed: 0 },
      }),
      onLogLine: () => () => {},
      owner: 0,
      describe: ({ uid }) => `uid ${uid}`,
      facts: {
        version: '1.0.0',
        pid: 1,
        since: '',
        node: '',
        config: '',
        state: '',
        socket: '',
        plugins: [],
      },
    })
    this.engine.onEvents((events) => this.events.push(...events))
    forgetConfigs(this.engine, this.vault)
  }

  /** Starts with these links and providers, and lets the first rounds end. */
  start(links: Link[], providers: TestProvider[]): this {
    this.engine.submit({ type: 'snapshot', reason: 'start', links })
    this.clock.run()
    this.provide(providers)
    return this
  }

  /** The whole list of providers is now this one. */
  provide(providers: TestProvider[]): void {
    this.behaviours.clear()
    for (const provider of providers) this.behaviours.set(provider.id, provider)
    this.engine.submit({ type: 'providers', providers: providers.map(info) })
    this.clock.run()
  }

  link(...links: Link[]): void {
    for (const link of links) this.engine.submit({ type: 'link', link })
    this.clock.run()
  }

  gone(index: number): void {
    this.engine.submit({ type: 'link-gone', index, movedTo: null })
    this.clock.run()
  }

  row(name: string) {
    const row = this.services.adapters.list().adapters.find((one) => one.name === name)
    if (!row) throw new Error(`no adapter ${name}`)
    return row
  }

  rounds(name: string): Round[] {
    return this.services.adapters.explain(name).rounds
  }

  /** `provider result` of everyone who was asked in a round. */
  story(name: string, round = -1): string[] {
    const asked =
      this.rounds(name)
        .at(round)
        ?.answers.filter((answer) => answer.skipped === null) ?? []
    return asked.map((answer) => `${answer.provider} ${answer.result}`)
  }

  /** Everyone a question went to, in order. */
  get askedWho(): string[] {
    return this.asked.map((question) => `${question.kind} ${question.provider} ${question.adapter.name}`)
  }

  types(): string[] {
    return this.events.map((event) => event.type)
  }

  /** Lets a promise of the service settle in virtual time. */
  async reply<T>(promise: Promise<T>): Promise<T> {
    promise.catch(() => {})
    this.clock.run()
    return promise
  }

  ask(questions: readonly AnyQuestion[]): void {
    for (const question of questions) {
      if (!isAboutAdapter(question)) {
        this.askAboutConnection(question)
        continue
      }
      this.asked.push(question)
      const provider = this.behaviours.get(question.provider)
      const behaviour = provider?.[question.kind] ?? provider?.offer
      const said = behaviour?.(question) ?? null
      if (said === null) {
        const reason = `timed out: no answer within ${deadline} ms`
        this.clock.later(deadline, () => this.answer(question, { result: 'UNEXPECTED', reason }))
      } else if ('after' in said) {
        if (said.after > deadline) {
          const reason = `timed out: no answer within ${deadline} ms`
          this.clock.later(deadline, () => this.answer(question, { result: 'UNEXPECTED', reason }))
        }
        this.clock.later(said.after, () => this.answer(question, said.answer))
      } else this.clock.soon(() => this.answer(question, said))
    }
  }

  answer(question: Question, answer: Answer): void {
    this.answered.add(question.id)
    this.engine.submit({ type: 'answer', question, answer, ms: 1 })
  }

  cancel(): void {}

  configured(): void {}

  act(act: Act): void {
    const dial = act as DialAct
    this.acts.push({ ...dial, stored: this.store.hasAttempt(dial.fence) })
    const dials = this.behaviours.get(act.provider)?.dials
    const behaviour = dial.kind === 'connect' ? dials?.connect : dials?.disconnect
    const answer = behaviour ? behaviour(dial) : ({ result: 'SUCCESS' } as const)
    if (answer !== null) this.clock.soon(() => this.end(dial, { outcome: 'done', answer }))
  }

  cancelAct({ fence, kind }: Pick<Act, 'fence' | 'kind'>): void {
    this.cancelledActs.push({ fence, kind })
  }

  undo(fence: number): void {
    this.undone.push(fence)
    this.clock.soon(() => this.engine.submit({ type: 'undone', fence, left: this.left }))
  }

  /** An act has ended. */
  end(act: DialAct, result: ActResult<DialAnswer>): void {
    this.engine.submit({ type: 'act-ended', act, result })
  }

  private askAboutConnection(question: ConnectionQuestion): void {
    this.askedOfConnections.push(question)
    const dials = this.behaviours.get(question.provider)?.dials
    const behaviour = dials?.[question.kind] as ((asked: ConnectionQuestion) => object) | undefined
    const answer = behaviour?.(question) ?? { result: 'NOT_IMPLEMENTED' }
    const event = { type: 'connection-answer', question, answer, ms: 1 } as ConnectionAnswerEvent
    this.clock.soon(() => this.engine.submit(event))
  }

  claimed(provider: string, now: ClaimStands): void {
    const stored = this.store.fenceOf(now.adapter.id) === now.fence
    this.toldClaims.push({ provider, ...now, stored })
  }

  released(provider: string, was: Released): void {
    this.told.push({ provider, ...was })
    this.onTold?.({ provider, ...was })
  }
}

let lastIndex = 1

/** A link with everything filled in. */
export function link(name: string, more: Partial<Link> = {}): Link {
  const index = more.index ?? ++lastIndex
  return {
    index,
    name,
    alternativeNames: [],
    kind: 'veth',
    driver: 'veth',
    address: `02:00:00:00:${hex(index >> 8)}:${hex(index & 255)}`,
    permanentAddress: null,
    path: null,
    vendor: null,
    product: null,
    peer: null,
    loopback: false,
    up: true,
    carrier: true,
    master: null,
    portOf: null,
    managedBy: null,
    awaitsUdev: false,
    addresses: [],
    ...more,
  }
}

export function info(provider: TestProvider): ProviderInfo {
  const { offer: _, verify: __, dials: ___, ...given } = provider
  return {
    plugin: provider.id.slice(0, provider.id.lastIndexOf('/')),
    version: '1.0.0',
    band: 'likely',
    priority: 50,
    match: [{}],
    manages: [],
    connectionTypes: [],
    configuredOnly: false,
    serial: true,
    deadlines: { connectMs: 60_000, disconnectMs: 10_000 },
    build: 'build-1',
    status: 'available',
    because: '',
    ...given,
  }
}

/** Time that passes only when there is nothing to do at the present moment. */
export class VirtualTimers implements Timers {
  private time = 0
  private order = 0
  private tasks: { at: number; order: number; task: () => void }[] = []

  now(): number {
    return this.time
  }

  /** How many tasks wait. */
  get size(): number {
    return this.tasks.length
  }

  at(): string {
    return new Date(1_700_000_000_000 + this.time).toISOString()
  }

  soon(task: () => void): void {
    this.later(0, task)
  }

  later(ms: number, task: () => void): () => void {
    const entry = { at: this.time + ms, order: this.order++, task }
    this.tasks.push(entry)
    return () => {
      this.tasks = this.tasks.filter((one) => one !== entry)
    }
  }

  /** Runs what is due within `ms` from now, and moves on to then. */
  run(ms = 0): void {
    const end = this.time + ms
    for (let steps = 0; ; steps++) {
      if (steps > 100_000) throw new Error('virtual time does not come to rest')
      this.tasks.sort((a, b) => a.at - b.at || a.order - b.order)
      const next = this.tasks[0]
      if (!next || next.at > end) break
      this.tasks.shift()
      this.time = Math.max(this.time, next.at)
      next.task()
    }
    this.time = end
  }
}

/** A store in memory: what was committed, and can be made to fail. */
export class MemoryStore implements Store {
  failure: string | null = null
  /** That it is gone, which is seen without writing. */
  removed: Error | null = null
  /** The fence of the claim that is stored for an adapter. */
  readonly fenceOf = (adapter: string): number | null =>
    (this.rows.get(`${holdingRows.name} ${adapter}`)?.value as StoredHolding | undefined)?.fence ?? null
  /** Whether an attempt is stored. */
  readonly hasAttempt = (fence: number): boolean =>
    attemptRows.of([...this.rows.values()]).some((attempt) => attempt.fence === fence)
  attempts = 0
  commits = 0
  /** How many batches were to be flushed to the disk. */
  synced = 0
  private journal: StoredEvent[] = []
  private readonly rows = new Map<string, Row>()
  private generation = 0
  private fence = 0

  load(): StoredState {
    return structuredClone({
      revision: this.journal.at(-1)?.revision ?? 0,
      generation: this.generation,
      fence: this.fence,
      rows: [...this.rows.values()],
    })
  }

  state() {
    return byKind(this.load())
  }

  assertInPlace(): void {
    if (this.removed) throw this.removed
  }

  commit(batch: Batch): void {
    this.attempts++
    this.assertInPlace()
    if (this.failure) throw new Error(this.failure)
    if (batch.sync) this.synced++
    const copy = structuredClone(batch)
    this.commits++
    this.journal.push(...copy.events)
    this.generation = copy.generation
    this.fence = copy.fence
    for (const { kind, key, value, last } of copy.rows) {
      const id = `${kind} ${key}`
      if (last || value === undefined) this.rows.delete(id)
      if (value !== undefined) this.rows.set(id, { kind, key, value })
    }
  }

  oldestRevision(): number {
    return this.journal[0]?.revision ?? 0
  }

  events(revision: number, limit: number): StoredEvent[] {
    return this.journal.filter((event) => event.revision > revision).slice(0, limit)
  }

  rounds(adapter: string, limit: number): Round[] {
    const rounds = this.journal.filter((event) => event.type === 'round' && event.adapter === adapter)
    return rounds.slice(-limit).map((event) => event.round as Round)
  }

  close(): void {}
}

function hex(byte: number): string {
  return byte.toString(16).padStart(2, '0')
}
