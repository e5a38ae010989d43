import { setTimeout as delay } from 'node:timers/promises'
import type { Adapter, Answer, ConfiguredConnection, ReleasedReason } from '@claimd/sdk'
import type { Answered, Called, Claimed, Observed, RunningPlugin, Thrown } from '@claimd/sdk/conformance'
import type { MissingFixture } from '@claimd/sdk/testing'
import type { ProviderEvent } from '../core/claims/report-event.js'
import type { Question } from '../core/kernel/provider-port.js'
import type { Machine, Parts, PluginHostUnderTest, PluginListener } from './parts.js'
import { plain } from './probe/plain-text.js'
import { leftoversMark, type ProbeRequest, probeKey, type Refused, type Seen } from './probe/requests.js'
import { suggestedName } from './suggested-name.js'

type AnswerEvent = Extract<ProviderEvent, { type: 'answer' }>

/** How long the host may take to let a plugin be asked again whose process was killed, in milliseconds. */
const comebackMs = 8000

/**
 * How long a call of a provider's method may go on, or may after its abort, of an offer's time: the call is made within
 * one, whose deadline is not to end first.
 */
const patienceShare = 0.6

/** A plugin with the probe in a plugin host of its own, which is asked directly. */
export class PluginRun implements RunningPlugin {
  readonly log: string[] = []
  readonly reports: { connection: string; fence: number }[] = []
  readonly #host: PluginHostUnderTest
  readonly #limits: Parts['limits']
  readonly #name: string
  readonly #providers: readonly string[]
  readonly #asked = new Map<number, (event: AnswerEvent) => void>()
  readonly #missing: MissingFixture[] = []
  #lastId = 0
  #lastFence = 1000
  #pid: number | null = null
  #death: string | null = null
  #stopping: ReturnType<RunningPlugin['stop']> | null = null

  private constructor(
    parts: Parts,
    folders: { plugins: string; state: string },
    plugin: { name: string; providers: readonly string[] },
    machine: Machine,
  ) {
    this.#limits = parts.limits
    this.#name = plugin.name
    this.#providers = plugin.providers
    const listener: PluginListener = {
      providersChanged: () => {},
      event: (event) => {
        if (event.type === 'answer') this.#answered(event)
        else if (event.type === 'report') this.reports.push(event)
      },
      note: ({ type, message }) => {
        if (type === 'plugin-log') this.log.push(message)
        else if (type === 'plugin-ended' || type === 'plugin-stuck') this.#death ??= message
      },
    }
    this.#host = parts.makePluginHost(folders, listener, {
      ...machine,
      onMissing: (error) => this.#missing.push(error),
    })
  }

  /** @throws an Error that says why, when its process does not become active */
  static async start(
    parts: Parts,
    folders: { plugins: string; state: string },
    plugin: { name: string; providers: readonly string[] },
    { connections, machine }: { connections: readonly ConfiguredConnection[]; machine: Machine },
  ): Promise<PluginRun> {
    const run = new PluginRun(parts, folders, plugin, machine)
    run.#host.setConnections(connections)
    await run.#host.start()
    try {
      await run.observed()
      run.#pid = run.#row.pid
      return run
    } catch (error) {
      await run.#host.stop()
      throw error
    }
  }

  async offer(provider: string, adapter: Adapter): Promise<Answered> {
    const question = this.#question('offer', provider, adapter, { connection: suggestedName(adapter) })
    return this.#toAnswered(question, await this.#put(question))
  }

  async offerAndCancel(provider: string, adapter: Adapter, ms: number): Promise<void> {
    const question = this.#question('offer', provider, adapter, { connection: suggestedName(adapter) })
    // As the core does: an answer that comes all the same is void.
    void this.#put(question).then(({ answer }) => {
      if (answer.result !== 'SUCCESS') return
      const { connection, fence } = question
      this.#host.released(question.provider, { adapter, connection, fence, reason: 'void' })
    })
    await delay(ms)
    this.#host.cancel([question.id])
  }

  async verify(claim: Claimed, adapter = claim.adapter): Promise<Answered> {
    const question = this.#question('verify', claim.provider, adapter, claim)
    return this.#toAnswered(question, await this.#put(question))
  }

  claimed({ provider, adapter, connection, fence }: Claimed): void {
    this.#host.claimed(this.#fullId(provider), { adapter, connection, fence })
  }

  released({ provider, adapter, connection, fence }: Claimed, reason: ReleasedReason): void {
    this.#host.released(this.#fullId(provider), { adapter, connection, fence, reason })
  }

  configure(connections: readonly ConfiguredConnection[]): void {
    this.#host.setConnections(connections)
  }

  async call(
    provider: string,
    method: 'claimConnection' | 'disconnect',
    given: { adapter: Adapter; connection: string; fence: number; abortAfterMs?: number; frozen?: boolean },
  ): Promise<Called> {
    const { adapter, connection, fence, abortAfterMs = null, frozen = true } = given
    const patienceMs = this.#limits.offerMs * patienceShare
    const request = { method, connection, fence, abortAfterMs, patienceMs, frozen }
    return this.#probe({ do: 'call', ...request }, provider, adapter)
  }

  async observed(): Promise<Observed> {
    const { refusals, ...seen } = await this.#probe<Seen>({ do: 'observe' })
    const missingFixtures: Observed['missingFixtures'] = {}
    for (const [where, { code, found }] of Object.entries(refusals) as [Thrown, Refused][]) {
      const missing = this.#missing.find((one) => one.code === code && plain(one.found ?? '') === found)
      if (missing?.remedy) missingFixtures[where] = missing.remedy
    }
    return { ...seen, missingFixtures }
  }

  memory(): Promise<number> {
    return this.#probe({ do: 'memory' })
  }

  async kill(): Promise<void> {
    if (this.#pid === null) return
    process.kill(this.#pid, 'SIGKILL')
    const end = performance.now() + comebackMs
    for (;;) {
      await delay(20)
      const { state, pid, because } = this.#row
      // Asked too early, it is told that the plugin is backing off, and that is an answer too.
      if (state === 'idle' || (pid !== null && pid !== this.#pid)) break
      if (performance.now() > end) throw new Error(`its process did not come back: ${because}`)
    }
    await this.observed()
    this.#pid = this.#row.pid
    this.#death = null
  }

  died(): string | null {
    if (this.#death !== null) return this.#death
    return this.#row.pid === this.#pid ? null : this.#row.because
  }

  stop(): ReturnType<RunningPlugin['stop']> {
    this.#stopping ??= this.#stop()
    return this.#stopping
  }

  async #stop(): ReturnType<RunningPlugin['stop']> {
    const since = performance.now()
    await this.#host.stop()
    const ms = Math.round(performance.now() - since)
    const mark = this.log.find((line) => line.startsWith(leftoversMark))
    const trouble = this.log.find((line) => line.startsWith('deactivate: ')) ?? null
    return { ms, leftBehind: mark ? JSON.parse(mark.slice(leftoversMark.length)) : [], trouble }
  }

  get #row() {
    const row = this.#host.pluginRows().find(({ name }) => name === this.#name)
    if (!row) throw new Error('the plugin host does not find the plugin any more')
    return row
  }

  #fullId(provider: string): string {
    return `${this.#name}/${provider}`
  }

  #question(
    kind: Question['kind'],
    provider: string,
    adapter: Adapter,
    held: { connection: string; evidence?: string | null; fence?: number },
  ): Question {
    const { connection, evidence = null, fence = ++this.#lastFence } = held
    return {
      id: ++this.#lastId,
      kind,
      provider: this.#fullId(provider),
      adapter,
      connection,
      evidence,
      fence,
    }
  }

  #put(question: Question): Promise<AnswerEvent> {
    return new Promise((resolve) => {
      this.#asked.set(question.id, resolve)
      this.#host.ask([question])
    })
  }

  /** Of a question only the first answer counts here. */
  #answered(event: AnswerEvent): void {
    this.#asked.get(event.question.id)?.(event)
    this.#asked.delete(event.question.id)
  }

  #toAnswered(
    { kind, provider, adapter, connection, fence }: Question,
    { answer, ms }: AnswerEvent,
  ): Answered {
    const limit = kind === 'verify' ? this.#limits.verifyMs : this.#limits.offerMs
    const late = answer.result === 'UNEXPECTED' && ms >= limit
    if (answer.result !== 'SUCCESS') return { answer, ms, late, claim: null }
    const claim: Claimed = {
      provider: provider.slice(this.#name.length + 1),
      adapter,
      connection: answer.connection ?? connection,
      volatile: answer.volatile ?? false,
      evidence: answer.evidence ?? null,
      fence,
    }
    return { answer, ms, late, claim }
  }

  /** Asks the probe. @throws an Error with the host's words when the process does not answer */
  async #probe<Reply>(
    request: ProbeRequest,
    provider = this.#providers[0]!,
    about: Partial<Adapter> = {},
  ): Promise<Reply> {
    const adapter = { ...about, [probeKey]: request } as Partial<Adapter> as Adapter
    const { answer } = await this.#put(
      this.#question('offer', provider, adapter, { connection: 'conformance' }),
    )
    const text = replyOf(answer)
    try {
      return JSON.parse(text) as Reply
    } catch {
      throw new Error(text)
    }
  }
}

function replyOf(answer: Answer): string {
  return ('reason' in answer ? answer.reason : undefined) ?? `it answered ${answer.result}`
}
