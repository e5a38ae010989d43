import type { Adapter, ConnectAnswer, DisconnectAnswer } from '@claimd/sdk'
import type { Acted, Asked, Connectable, ConnectRun, Dial, DialledPlugin } from '@claimd/sdk/conformance'
import type { ProviderEvent } from '../core/claims/report-event.js'
import type {
  ActEndedEvent,
  ConnectionAnswerEvent,
  ConnectionAnswers,
  ConnectionQuestion,
  DialAct,
} from '../core/kernel/provider-port.js'
import type { PluginHostUnderTest } from './parts.js'
import type { TrialRun, Watch } from './trial-run.js'

export interface DialSurroundings {
  host: PluginHostUnderTest
  trial: TrialRun
  /** The plugin's name. */
  plugin: string
  fitting(provider: string): readonly Adapter[]
  nextId(): number
  nextFence(): number
}

type Ask<Kind extends ConnectionQuestion['kind']> = Omit<
  Extract<ConnectionQuestion, { kind: Kind }>,
  'id' | 'provider' | 'connection' | 'kind'
>

/** Asks and operates a plugin's connections as the core would. */
export class DialRun implements DialledPlugin {
  readonly #around: DialSurroundings
  readonly #asked = new Map<number, (event: ConnectionAnswerEvent) => void>()
  readonly #acts = new Map<string, (event: ActEndedEvent) => void>()

  constructor(around: DialSurroundings) {
    this.#around = around
  }

  get requests() {
    return this.#around.trial.requests
  }

  get refused() {
    return this.#around.trial.refused
  }

  /** What the host tells of the plugin. */
  take(event: ProviderEvent): void {
    if (event.type === 'connection-answer') {
      this.#asked.get(event.question.id)?.(event)
      this.#asked.delete(event.question.id)
    } else if (event.type === 'act-ended') this.#acts.get(keyOf(event.act))?.(event)
    else if (event.type === 'progress') this.#watchOf(event.fence)?.underWay()
  }

  adapters(provider: string): readonly Adapter[] {
    const { fitting, trial } = this.#around
    return fitting(provider).flatMap(({ id }) => trial.adapter(id) ?? [])
  }

  resources(one: Connectable, adapters: readonly Adapter[]) {
    return this.#ask('resources', one, { adapters })
  }

  validate(one: Connectable) {
    return this.#ask('validate', one, {})
  }

  status({ fence, ...one }: Dial) {
    return this.#ask('status', one, { adapter: this.#around.trial.adapterOf(fence), fence })
  }

  async reserve(one: Connectable): Promise<Dial | string> {
    const free = this.adapters(one.provider)
    const { answer, broke } = await this.resources(one, free)
    if (broke !== null) return `resources: ${broke}`
    if (answer.result === 'SUCCESS' && answer.adapters === null) return this.dial(one, null)
    if (answer.result !== 'SUCCESS' && answer.result !== 'NOT_IMPLEMENTED')
      return `resources: ${answer.result}${answer.reason === undefined ? '' : ` (${answer.reason})`}`
    const ids = answer.result === 'SUCCESS' ? answer.adapters! : free.map(({ id }) => id)
    const [adapter] = ids.flatMap((id) => free.find((one) => one.id === id) ?? [])
    return adapter ? this.dial(one, adapter) : 'resources: it names no adapter that is free'
  }

  dial(one: Connectable, adapter: Adapter | null): Dial {
    const { trial, plugin, nextFence } = this.#around
    const fence = nextFence()
    const provider = `${plugin}/${one.provider}`
    const connection = one.connection.name
    const holder = {
      ...{ provider, plugin, connection, fence },
      ...{ evidence: null, provisional: false, orphaned: null, takesOver: false },
    }
    trial.begin(holder, adapter)
    return { ...one, adapter, fence }
  }

  connect(dial: Dial, { failAt = null, held = false }: { failAt?: number | null; held?: boolean } = {}) {
    const { host, trial } = this.#around
    let [underWay, letGo] = [() => {}, () => {}]
    const begun = new Promise<void>((resolve) => {
      underWay = resolve
    })
    const gate = new Promise<void>((resolve) => {
      letGo = resolve
    })
    const fields = { fence: dial.fence, failAt, requests: 0, hasFailed: false, underWay }
    const watch: Watch = { ...fields, held: held ? gate : null }
    trial.watches.add(watch)
    const act = this.#actFor(dial, 'connect')
    const ended = this.#act<ConnectAnswer>(act).then((acted) => {
      trial.watches.delete(watch)
      underWay()
      letGo()
      return acted
    })
    return {
      underWay: begun,
      ended,
      get hasFailed() {
        return watch.hasFailed
      },
      cancel: () => host.cancelAct(act),
      letGo,
    } satisfies ConnectRun
  }

  disconnect(dial: Dial): Promise<Acted<DisconnectAnswer>> {
    return this.#act<DisconnectAnswer>(this.#actFor(dial, 'disconnect'))
  }

  async undo({ fence }: Dial): Promise<readonly string[]> {
    const { host, trial } = this.#around
    const left = await host.undo(fence)
    trial.end(fence)
    await toldOf()
    return left
  }

  async picture(): Promise<readonly string[]> {
    await toldOf()
    return this.#around.trial.picture()
  }

  #watchOf(fence: number): Watch | undefined {
    return [...this.#around.trial.watches].find((one) => one.fence === fence)
  }

  #actFor(dial: Dial, kind: DialAct['kind']): DialAct {
    const { provider, connection, fence } = dial
    const parameters = { connection: referenceOf(connection), adapter: this.#around.trial.adapterOf(fence) }
    return { fence, kind, provider: `${this.#around.plugin}/${provider}`, parameters }
  }

  async #act<Answer>(act: DialAct): Promise<Acted<Answer>> {
    const { result } = await new Promise<ActEndedEvent>((resolve) => {
      this.#acts.set(keyOf(act), resolve)
      this.#around.host.act(act)
    })
    this.#acts.delete(keyOf(act))
    if (result.outcome !== 'done') return { answer: null, broke: result.reason, interrupted: true }
    const answer = result.answer as Answer
    return { answer, broke: breakOf(result.answer), interrupted: false }
  }

  async #ask<Kind extends ConnectionQuestion['kind']>(
    kind: Kind,
    { provider, connection }: Connectable,
    more: Ask<Kind>,
  ): Promise<Asked<ConnectionAnswers[Kind]>> {
    const { host, plugin, nextId } = this.#around
    const id = nextId()
    const given = {
      id,
      kind,
      provider: `${plugin}/${provider}`,
      connection: referenceOf(connection),
      ...more,
    }
    const { answer } = await new Promise<ConnectionAnswerEvent>((resolve) => {
      this.#asked.set(id, resolve)
      host.ask([given as unknown as ConnectionQuestion])
    })
    return { answer: answer as ConnectionAnswers[Kind], broke: breakOf(answer) }
  }
}

/** What was just done to the links is told of in a later turn. */
function toldOf(): Promise<unknown> {
  return new Promise(setImmediate)
}

/** The words with which the host makes a failure of what is no answer. */
function breakOf(answer: { result: string; reason?: string }): string | null {
  const { result, reason = '' } = answer
  return result === 'UNEXPECTED' && /^(threw|answered with garbage|timed out)\b/.test(reason) ? reason : null
}

function referenceOf({ name, type, config }: Dial['connection']) {
  return { name, type, config: JSON.stringify(config) }
}

function keyOf({ fence, kind }: Pick<DialAct, 'fence' | 'kind'>): string {
  return `${fence} ${kind}`
}
