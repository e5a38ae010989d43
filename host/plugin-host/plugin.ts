import type { ConfiguredConnection, PluginState, Released } from '@claimd/sdk'
import type { Call, CallResult, ReportParams } from '@claimd/sdk/wire'
import type { ProviderEvent, Question } from '../core/claims/ports.js'
import type { ProviderInfo } from '../core/claims/provider-info.js'
import { Backoff } from './backoff.js'
import { ClaimFences } from './claim-fences.js'
import type { AcceptedPlugin } from './discovery/found-plugin.js'
import type { Deadlines } from './limits.js'
import { LogLines } from './log-lines.js'
import { PluginProcess } from './process/plugin-process.js'
import { cut } from './process/wire-checks.js'
import { Questions } from './questions.js'

/** What a plugin tells the host. */
export interface PluginEvents {
  event(event: ProviderEvent): void
  /** Its providers can be asked again, or cannot for the moment. */
  availability(why: string): void
  note(type: string, message: string, details?: Record<string, unknown>): void
}

const notNeeded = 'nothing has needed it yet'

/** An accepted plugin: starts its process when there is a question, and again after it failed. */
export class Plugin {
  readonly accepted: AcceptedPlugin
  readonly #deadlines: Deadlines
  readonly #events: PluginEvents
  readonly #questions: Questions
  readonly #log: LogLines
  readonly #backoff = new Backoff()
  readonly #fences = new ClaimFences()
  #state: PluginState = 'idle'
  #because = notNeeded
  #restarts = 0
  /** The last start failed: until one succeeds its providers are not back. */
  #failing = false
  #process: PluginProcess | null = null
  #retry: NodeJS.Timeout | null = null
  /** Why it may not run, or `null`: by the operator, or because it is being retired. */
  #barred: { state: 'disabled' | 'stopping'; why: string } | null = null
  #configured: readonly ConfiguredConnection[] = []
  #released: (Released & { provider: string })[] = []
  #cancelled: number[] = []
  #pumping = false

  constructor(accepted: AcceptedPlugin, deadlines: Deadlines, events: PluginEvents) {
    this.accepted = accepted
    this.#deadlines = deadlines
    this.#events = events
    this.#log = new LogLines(
      (line, stream) => events.note('plugin-log', line, { stream }),
      (lines) => events.note('plugin-log-dropped', `${lines} lines were over the log's budget`, { lines }),
    )
    this.#questions = new Questions(deadlines, {
      answer: (question, answer, ms) => {
        if (answer.result === 'SUCCESS') this.#fences.note(question)
        events.event({ type: 'answer', question, answer, ms })
      },
      overdue: (id) => {
        this.#cancelled.push(id)
        this.#process?.ping()
        this.#pump()
      },
    })
  }

  get row(): { state: PluginState; because: string; restarts: number; pid: number | null } {
    const pid = this.#process?.pid ?? null
    return { state: this.#state, because: this.#because, restarts: this.#restarts, pid }
  }

  get availability(): Pick<ProviderInfo, 'status' | 'because'> {
    if (this.#barred?.state === 'disabled') return { status: 'disabled', because: this.#barred.why }
    const unavailable =
      this.#state === 'backing-off' ||
      this.#state === 'stuck' ||
      (this.#state === 'starting' && this.#failing)
    return unavailable
      ? { status: 'unavailable', because: this.#because }
      : { status: 'available', because: '' }
  }

  /** Starts a plugin that is to run with the host. */
  startIfWanted(): void {
    if (this.accepted.onStartup && this.#state === 'idle' && !this.#barred) this.#start()
  }

  ask(questions: readonly Question[]): void {
    for (const question of questions) this.#questions.add(question)
    // On their way before this returns: the plugin works while the host goes on.
    if (this.#state === 'running' && !this.#barred) this.#send(this.#process!)
    else this.#pumpSoon()
  }

  cancel(ids: readonly number[]): void {
    this.#cancelled.push(...this.#questions.cancel(ids))
    this.#pumpSoon()
  }

  released(was: Released & { provider: string }): void {
    this.#fences.forget(was.adapter.id, was.fence)
    // A process that is not there does not believe that it holds anything.
    if (this.#state !== 'running') return
    this.#released.push(was)
    this.#pumpSoon()
  }

  configure(configured: readonly ConfiguredConnection[]): void {
    if (JSON.stringify(configured) === JSON.stringify(this.#configured)) return
    this.#configured = configured
    if (this.#state === 'running') this.#process?.configure(configured)
  }

  get disabled(): boolean {
    return this.#barred?.state === 'disabled'
  }

  /** The operator's word. What follows from it is done by {@link act}, when the core knows. */
  setDisabled(disabled: boolean): void {
    this.#barred = disabled ? { state: 'disabled', why: 'disabled by the operator' } : null
    if (disabled && !this.#process) this.#become('disabled', this.#barred!.why)
    else if (this.#state === 'disabled') this.#become('idle', notNeeded)
  }

  act(): void {
    if (this.#barred) void this.#bar()
    else this.startIfWanted()
  }

  /** Ends it for good: the plugin was removed or changed, or the host stops. Resolves when nothing is left. */
  async retire(why: string): Promise<void> {
    this.#barred = { state: 'stopping', why }
    await this.#bar()
    this.#log.close()
  }

  async #bar(): Promise<void> {
    const { state, why } = this.#barred!
    if (this.#retry) clearTimeout(this.#retry)
    this.#retry = null
    const process = this.#process
    this.#become(process ? 'stopping' : state, why)
    this.#questions.failAll(why)
    await process?.stop()
  }

  #pumpSoon(): void {
    if (this.#pumping) return
    this.#pumping = true
    // What is asked in one turn travels in one list.
    queueMicrotask(() => {
      this.#pumping = false
      this.#pump()
    })
  }

  #pump(): void {
    if (this.#barred) this.#questions.failAll(this.#barred.why)
    else if (this.#state === 'backing-off' || this.#state === 'stuck') this.#questions.failAll(this.#because)
    else if (this.#state === 'idle' && this.#questions.anyWaiting) this.#start()
    else if (this.#state === 'running') this.#send(this.#process!)
  }

  #send(process: PluginProcess): void {
    const [released, cancelled] = [this.#released, this.#cancelled]
    this.#released = []
    this.#cancelled = []
    if (released.length > 0) process.released(released)
    if (cancelled.length > 0) process.cancel(cancelled)
    for (let list = this.#questions.take(); list.length > 0; list = this.#questions.take()) {
      process.call(list.map((question) => this.#call(question)))
    }
  }

  #call({ id, kind, provider, adapter, connection, evidence, fence }: Question): Call {
    const localId = provider.slice(this.accepted.name.length + 1)
    const call = { id, provider: localId, adapter, connection, fence }
    return kind === 'offer' ? { ...call, method: 'claimConnection' } : { ...call, method: 'verify', evidence }
  }

  #start(): void {
    this.#become('starting', 'it is being activated')
    this.#cancelled = []
    const process = new PluginProcess(this.accepted, this.#deadlines, this.#log, {
      acknowledged: (ids) => this.#questions.acknowledged(ids),
      results: (results) => this.#results(results),
      report: (report) => this.#report(report),
      stuck: (why) => this.#failed(process, 'stuck', why),
      broken: (why) => this.#failed(process, 'backing-off', why),
      ended: (how) => this.#ended(process, how),
    })
    this.#process = process
    const configured = this.#configured
    process.activate(configured).then(
      () => this.#activated(process, configured),
      (error: Error) => this.#failed(process, 'backing-off', `activation failed: ${cut(error.message)}`),
    )
  }

  #activated(process: PluginProcess, configured: readonly ConfiguredConnection[]): void {
    if (this.#state !== 'starting') return
    const ms = Math.round(performance.now() - process.startedAt)
    this.#become('running', `activated in ${ms} ms`)
    const back = this.#failing
    this.#failing = false
    this.#events.note('plugin-started', `${this.#title} ${this.#because}`, { pid: process.pid, ms })
    if (configured !== this.#configured) process.configure(this.#configured)
    if (back) this.#events.availability(`${this.accepted.name} is active after all`)
    this.#pump()
  }

  #results(results: readonly CallResult[]): void {
    const unasked = results.filter((result) => !this.#questions.result(result)).length
    if (unasked > 0) this.#log.write(`ignored ${unasked} answers that nobody asked for`, 'channel')
    this.#pump()
  }

  #report({ connection, fence, state, reason }: ReportParams): void {
    // A fence that is not of this plugin's claims is for the core to refuse, whichever provider it is put to.
    const provider = this.#fences.providerOf(fence) ?? this.accepted.providers[0]?.id
    if (provider === undefined) return
    this.#events.event({ type: 'report', provider, connection, fence, state, reason: cut(reason) })
  }

  /** It does not work any more: its questions are answered and its process is ended. */
  #failed(process: PluginProcess, state: 'stuck' | 'backing-off', why: string): void {
    process.kill()
    if (this.#process !== process || (this.#state !== 'starting' && this.#state !== 'running')) return
    this.#restarts++
    this.#failing = this.#state === 'starting'
    this.#become(state, why)
    const type = state === 'stuck' ? 'plugin-stuck' : 'plugin-ended'
    this.#events.note(type, `${this.#title}: ${why}`, { restarts: this.#restarts })
    this.#events.availability(`${this.accepted.name}: ${why}`)
    this.#questions.failAll(why)
  }

  #ended(process: PluginProcess, how: string): void {
    if (this.#state === 'stopping') {
      this.#process = null
      this.#become(this.#barred?.state ?? 'idle', this.#barred?.why ?? notNeeded)
      this.#events.note('plugin-ended', `${this.#title}: ${this.#because}`)
      this.startIfWanted()
      this.#pump()
      return
    }
    this.#failed(process, 'backing-off', how)
    this.#process = null
    const why = this.#because
    const ms = this.#backoff.next(performance.now() - process.startedAt)
    this.#become('backing-off', `${why}; it may start again after ${Math.round(ms / 100) / 10} s`)
    this.#retry = setTimeout(() => this.#comeBack(why), ms)
  }

  #comeBack(why: string): void {
    this.#retry = null
    if (this.#failing) {
      // That it may be tried again is no news for adapters: only that it works would be.
      this.#start()
      return
    }
    this.#become('idle', `it may start again; the last time: ${why}`)
    this.#events.availability(`${this.accepted.name} may be asked again`)
    this.startIfWanted()
  }

  #become(state: PluginState, because: string): void {
    this.#state = state
    this.#because = because
  }

  get #title(): string {
    return `${this.accepted.name} ${this.accepted.version}`
  }
}
