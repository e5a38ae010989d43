import type { ClaimStands, ConfiguredConnection, Released } from '@claimd/sdk'
import type {
  CallResult,
  CancelActParams,
  HandleEvent,
  ProgressParams,
  ReportParams,
  RequestMethod,
} from '@claimd/sdk/wire'
import type { AnyQuestion, DialAct, DialAnswer } from '../../core/kernel/provider-port.js'
import { unexpected, unknownConfiguration } from '../answers.js'
import type { Deadlines } from '../deadlines.js'
import type { AcceptedPlugin } from '../discovery/found-plugin.js'
import type { Launch } from '../jail/launch-request.js'
import type { LogLines } from '../logs/log-lines.js'
import { type AnyAnswer, answerOf } from '../process/answer-checks.js'
import { PluginProcess } from '../process/plugin-process.js'
import { cut } from '../process/wire-checks.js'
import { Questions } from './questions.js'
import { SentAdapters } from './sent-adapters.js'
import { type ConfigOf, callFor, paramsOf } from './wire-calls.js'

export interface InstanceEvents {
  /** What was to be loaded is active. */
  activated(): void
  /** The questions are on their way to the plugin. */
  sent(questions: readonly AnyQuestion[]): void
  answer(question: AnyQuestion, answer: AnyAnswer, ms: number): void
  report(report: ReportParams): void
  /** Its provider is the full id. */
  progress(progress: ProgressParams): void
  /** What is loaded asks the host for something. */
  request(method: RequestMethod, params: object): Promise<object>
  /** It does not work any more, and answers nothing of what it was asked. Told once. */
  failed(why: string, how: 'stuck' | 'ended'): void
  /** Its process is gone; told once, after `failed` where it failed. */
  ended(how: string): void
}

/** `waiting`: a process without code yet. `over`: it failed or was stopped, and answers nothing. */
type InstanceState = 'waiting' | 'activating' | 'active' | 'over'

/**
 * One process with one version of a plugin, and what that was asked. It is never started again. What depends on the
 * version is known from `activate` on, for a process may load another version than it was started for.
 */
export class Instance {
  readonly #process: PluginProcess
  readonly #questions: Questions
  readonly #adapters = new SentAdapters()
  readonly #log: LogLines
  readonly #events: InstanceEvents
  readonly #configOf: ConfigOf
  #state: InstanceState = 'waiting'
  #version: AcceptedPlugin | null = null
  #configured: readonly ConfiguredConnection[] = []
  #claimed: (ClaimStands & { provider: string })[] = []
  #released: (Released & { provider: string })[] = []
  #cancelled: number[] = []
  #pumping = false

  constructor(
    launch: Launch,
    deadlines: Deadlines,
    log: LogLines,
    events: InstanceEvents,
    configOf: ConfigOf,
  ) {
    this.#configOf = configOf
    this.#log = log
    this.#events = events
    this.#process = new PluginProcess(launch, deadlines, log, {
      acknowledged: (ids) => this.#questions.acknowledged(ids),
      results: (results) => this.#results(results),
      report: (report) => {
        if (this.#state === 'active' || this.#state === 'activating') events.report(report)
      },
      progress: (progress) => {
        if (this.isActive) events.progress({ ...progress, provider: `${this.#name}/${progress.provider}` })
      },
      request: (method, params) => events.request(method, params),
      stuck: (why) => this.#fail(why, 'stuck'),
      broken: (why) => this.#fail(why, 'ended'),
      ended: (how) => {
        this.#fail(how, 'ended')
        events.ended(how)
      },
    })
    this.#questions = new Questions(
      deadlines,
      {
        answer: (question, answer, ms) => events.answer(question, answer, ms),
        overdue: (id) => {
          this.#cancelled.push(id)
          this.#process.ping()
          this.#pump()
        },
      },
      this.#process.isDebugged,
    )
  }

  get pid(): number | null {
    return this.#process.pid
  }

  /** Whether there ever was a process: where not, the machine is to blame. */
  get wasStarted(): boolean {
    return this.#process.wasStarted
  }

  get isActive(): boolean {
    return this.#state === 'active'
  }

  /** What is loaded, or is being loaded. */
  get version(): AcceptedPlugin | null {
    return this.#version
  }

  get configured(): readonly ConfiguredConnection[] {
    return this.#configured
  }

  /** Aborted when its process ends. */
  get signal(): AbortSignal {
    return this.#process.signal
  }

  /** Tells of something that lasts. Resolves when more can be told. */
  tell(handle: number, event: HandleEvent): Promise<void> {
    return this.#process.tell(handle, event)
  }

  /**
   * Loads a version; what comes of it is told. Asked before it is active, questions wait.
   * @param data the path of the plugin's data folder
   */
  async activate(
    version: AcceptedPlugin,
    configured: readonly ConfiguredConnection[],
    data: string,
  ): Promise<void> {
    if (this.#state === 'over') return
    this.#state = 'activating'
    this.#version = version
    this.#configured = configured
    try {
      await Promise.race([this.#process.activate(version, configured, data), this.#process.ended])
    } catch (error) {
      this.#fail(`activation failed: ${cut((error as Error).message)}`, 'ended')
    }
    if (this.#state !== 'activating') return
    this.#state = 'active'
    if (configured !== this.#configured) this.#process.configure(this.#configured)
    this.#events.activated()
    this.#pump()
  }

  /** Lets debuggers attach, at a port of this machine. */
  inspect(port: number): void {
    this.#process.inspect(port)
  }

  ask(questions: readonly AnyQuestion[]): void {
    for (const question of questions) this.#questions.add(question)
    // On their way before this returns: the plugin works while the host goes on.
    if (this.isActive) this.#pump()
  }

  /** Resolves with what the provider answers; stays open when the process ends. */
  async act(act: DialAct): Promise<DialAnswer> {
    const params = paramsOf(act, this.#name, this.#configOf)
    if (params === null) return unexpected(unknownConfiguration(act.parameters.connection.name))
    return answerOf(act.kind, await this.#process.act(params))
  }

  /** The result of an act is not wanted any more. @param overdue called if the process is still there after so long */
  cancelAct(act: CancelActParams, overdue: (ms: number) => void): void {
    this.#process.cancelAct(act, overdue)
  }

  cancel(ids: readonly number[]): void {
    this.#cancelled.push(...this.#questions.cancel(ids))
    this.#pumpSoon()
  }

  claimed(now: ClaimStands & { provider: string }): void {
    // A version that is not loaded is asked to verify instead.
    if (!this.isActive) return
    this.#claimed.push(now)
    this.#pumpSoon()
  }

  released(was: Released & { provider: string }): void {
    // A version that is not loaded does not believe that it holds anything.
    if (!this.isActive) return
    this.#released.push(was)
    this.#pumpSoon()
  }

  configure(configured: readonly ConfiguredConnection[]): void {
    this.#configured = configured
    if (this.isActive) this.#process.configure(configured)
  }

  /** Another instance answers these. */
  takeBack(ids: readonly number[]): void {
    this.#questions.takeBack(ids)
  }

  /** Lets it deactivate, and ends it. Nothing more is told of it but its end. */
  async stop(): Promise<void> {
    this.#state = 'over'
    this.#questions.clear()
    await this.#process.stop()
  }

  /** Ends it without asking it. Nothing more is told of it but its end. */
  kill(): void {
    this.#state = 'over'
    this.#questions.clear()
    this.#process.kill()
  }

  #fail(why: string, how: 'stuck' | 'ended'): void {
    this.#process.kill()
    if (this.#state === 'over') return
    this.#state = 'over'
    this.#questions.clear()
    this.#events.failed(why, how)
  }

  #pumpSoon(): void {
    if (this.#pumping) return
    this.#pumping = true
    queueMicrotask(() => {
      this.#pumping = false
      this.#pump()
    })
  }

  #pump(): void {
    if (!this.isActive) return
    const [claimed, released, cancelled] = [this.#claimed, this.#released, this.#cancelled]
    this.#claimed = []
    this.#released = []
    this.#cancelled = []
    if (released.length > 0) this.#process.released(released)
    if (claimed.length > 0) this.#process.claimed(claimed)
    if (cancelled.length > 0) this.#process.cancel(cancelled)
    for (let list = this.#questions.take(); list.length > 0; list = this.#questions.take()) {
      this.#events.sent(list)
      const calls = list.map((question) => callFor(question, this.#name, this.#configOf))
      const sent = calls.filter((call) => 'method' in call)
      if (sent.length > 0) this.#process.call(sent.map((call) => this.#adapters.sent(call)))
      // The rest cannot be asked.
      for (const call of calls) if (!('method' in call)) this.#questions.result(call)
    }
  }

  get #name(): string {
    return this.#version!.name
  }

  #results(results: readonly CallResult[]): void {
    const unasked = results.filter((result) => !this.#questions.result(result)).length
    if (unasked > 0) this.#log.write(`ignored ${unasked} answers that nobody asked for`, 'channel')
    this.#pump()
  }
}
