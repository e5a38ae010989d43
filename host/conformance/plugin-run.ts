import { setTimeout as delay } from 'node:timers/promises'
import type { Adapter, ConfiguredConnection, ReleasedReason } from '@claimd/sdk'
import type { Answered, Called, Claimed, Observed, RunningPlugin, Thrown } from '@claimd/sdk/conformance'
import type { MissingFixture } from '@claimd/sdk/testing'
import type { ProviderEvent } from '../core/claims/report-event.js'
import type { Question } from '../core/kernel/provider-port.js'
import { answeredOf, replyOf } from './answered.js'
import { DialRun } from './dial-run.js'
import type { Machine, Parts, PluginHostUnderTest, PluginListener } from './parts.js'
import { plain } from './probe/plain-text.js'
import { leftoversMark, type ProbeRequest, probeKey, type Refused, type Seen } from './probe/requests.js'
import { suggestedName } from './suggested-name.js'
import { TrialRun } from './trial-run.js'

type AnswerEvent = Extract<ProviderEvent, { type: 'answer' }>

/** How long the host may take to let a plugin be asked again whose process was killed, in milliseconds. */
const comebackMs = 8000

/**
 * How long a call of a provider's method may go on, or may after its abort, of an offer's time: the call is made within
 * one, whose deadline is not to end first.
 */
const patienceShare = 0.6

interface StartOptions {
  connections: readonly ConfiguredConnection[]
  machine: Machine
  /** Adapters that a provider is asked about. */
  fitting(provider: string): readonly Adapter[]
}

/** A plugin with the probe in a plugin host of its own, which is asked directly. */
export class PluginRun implements RunningPlugin {
  readonly log: string[] = []
  readonly reports: { connection: string; fence: number }[] = []
  readonly connecting: DialRun
  readonly #host: PluginHostUnderTest
  readonly #trial: TrialRun
  readonly #limits: Parts['limits']
  readonly #name: string
  readonly #providers: readonly string[]
  readonly #asked = new Map<number, (event: AnswerEvent) => void>()
  readonly #missing: MissingFixture[] = []
  /** What was claimed and not released, by fence. */
  readonly #claims = new Map<number, Claimed>()
  #lastId = 0
  #lastFence = 1000
  #pid: number | null = null
  #death: string | null = null
  #configured: readonly ConfiguredConnection[] = []
  /** A plugin that fails more often is quarantined. */
  #wasKilled = false
  #stopping: ReturnType<RunningPlugin['stop']> | null = null

  private constructor(
    parts: Parts,
    folders: { plugins: string; state: string },
    plugin: { name: string; providers: readonly string[] },
    machine: Machine,
    fitting: (provider: string) => readonly Adapter[],
  ) {
    this.#limits = parts.limits
    this.#name = plugin.name
    this.#providers = plugin.providers
    const listener: PluginListener = {
      providersChanged: () => {},
      event: (event) => {
        if (event.type === 'answer') this.#answered(event)
        else if (event.type === 'report') this.reports.push(event)
        else this.connecting.take(event)
      },
      note: ({ type, message }) => {
        if (type === 'plugin-log') this.log.push(message)
        else if (type === 'plugin-ended' || type === 'plugin-stuck') this.#death ??= message
      },
      child: (child) => this.#trial.child(child),
    }
    this.#trial = new TrialRun(parts.makeLinks([]))
    const noting = { ...machine, onMissing: (error: MissingFixture) => void this.#missing.push(error) }
    this.#host = parts.makePluginHost(folders, listener, noting, this.#trial)
    this.connecting = new DialRun({
      host: this.#host,
      trial: this.#trial,
      plugin: plugin.name,
      fitting,
      nextId: () => ++this.#lastId,
      nextFence: () => ++this.#lastFence,
    })
  }

  /** @throws an Error that says why, when its process does not become active */
  static async start(
    parts: Parts,
    folders: { plugins: string; state: string },
    plugin: { name: string; providers: readonly string[] },
    { connections, machine, fitting }: StartOptions,
  ): Promise<PluginRun> {
    const run = new PluginRun(parts, folders, plugin, machine, fitting)
    await run.#trial.start(plugin.providers.flatMap(fitting))
    run.#configured = connections
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
    return this.#answer(this.#question('offer', provider, adapter, { connection: suggestedName(adapter) }))
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
    return this.#answer(this.#question('verify', claim.provider, adapter, claim))
  }

  claimed({ provider, adapter, connection, fence }: Claimed): void {
    this.#host.claimed(this.#fullId(provider), { adapter, connection, fence })
  }

  released({ provider, adapter, connection, fence }: Claimed, reason: ReleasedReason): void {
    this.#claims.delete(fence)
    this.#host.released(this.#fullId(provider), { adapter, connection, fence, reason })
  }

  configure(connections: readonly ConfiguredConnection[]): void {
    this.#host.setConnections(connections)
  }

  async call(
    provider: string,
    method: 'claimConnection' | 'disconnect',
    given: Parameters<RunningPlugin['call']>[2],
  ): Promise<Called> {
    const { adapter, connection, fence, abortAfterMs = null, frozen = true } = given
    const { type = '', config = {} } = given.configured ?? {}
    const patienceMs = this.#limits.offerMs * patienceShare
    const request = {
      method,
      connection,
      fence,
      configured: { type, config },
      abortAfterMs,
      patienceMs,
      frozen,
    }
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
    this.#wasKilled = true
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

  /**
   * Makes it as good as a new process for another case: what it holds is released, and what was noticed of it is forgotten.
   * @returns false when that cannot be: it ended, was killed, or something went wrong in it
   */
  async renew(): Promise<boolean> {
    if (this.#stopping !== null || this.#wasKilled || this.died() !== null) return false
    for (const claim of this.#claims.values()) this.released(claim, 'operator')
    this.configure(this.#configured)
    const { threw, claimedThrew, releaseThrew, malformed } = await this.observed()
    this.log.length = this.reports.length = this.#trial.requests.length = this.#trial.refused.length = 0
    return [threw, claimedThrew, releaseThrew, malformed].every((trouble) => trouble === null)
  }

  stop(): ReturnType<RunningPlugin['stop']> {
    this.#stopping ??= this.#stop()
    return this.#stopping
  }

  async #stop(): ReturnType<RunningPlugin['stop']> {
    const since = performance.now()
    await this.#host.stop()
    this.#trial.close()
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

  async #answer(question: Question): Promise<Answered> {
    const answered = answeredOf(await this.#put(question), this.#name, this.#limits)
    if (answered.claim) this.#claims.set(answered.claim.fence, answered.claim)
    return answered
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
