import type { ChildProcess } from 'node:child_process'
import type { Answer, ClaimStands, ConfiguredConnection, PluginState, Released } from '@claimd/sdk'
import type { ReportParams, RequestMethod } from '@claimd/sdk/wire'
import type { ProviderInfo } from '../core/claims/provider-info.js'
import type { ProviderEvent } from '../core/claims/report-event.js'
import type { Question } from '../core/kernel/provider-port.js'
import { ClaimFences } from './claim-fences.js'
import type { AcceptedPlugin } from './discovery/found-plugin.js'
import type { Deadlines } from './limits.js'
import type { LogLines } from './logs/log-lines.js'
import { cut, unexpected } from './process/wire-checks.js'
import { Instance } from './reload/instance.js'
import { type Seat, Succession, titleOf } from './reload/succession.js'
import type { HeldClaim } from './reload/trial.js'
import { Backoff } from './supervision/backoff.js'
import { CrashBudget } from './supervision/crash-budget.js'

/** What a plugin tells the host. */
export interface PluginEvents {
  event(event: ProviderEvent): void
  /** Its providers are others now, or can be asked again, or cannot for the moment. */
  availability(why: string): void
  note(type: string, message: string, details?: Record<string, unknown>): void
}

/** What a plugin needs of the host. */
export interface PluginNeeds {
  deadlines: Deadlines
  /** The port of this machine at which debuggers may attach to it; 0: any; `null`: none. */
  inspect: number | null
  /** Whether a process waits for the next version all the time. */
  spareWaits: boolean
  log: LogLines
  launch(version: AcceptedPlugin): ChildProcess
  /** The path of the data folder, links followed. */
  data(): string
  /** One of its processes asks the host for something. */
  serve(instance: Instance, isCurrent: () => boolean, method: RequestMethod, params: object): Promise<object>
  /** The claims that the plugin holds now. */
  held(): readonly HeldClaim[]
  /** Why a version may not run, or `null`. */
  refusal(version: AcceptedPlugin): Refusal | null
  /** The build failed, and is not to be run again. */
  quarantine(build: string, reason: string): void
  /** The build has passed its probation. */
  good(build: string): void
}

export interface Refusal {
  state: 'untrusted' | 'quarantined'
  why: string
  /** Whether it may run as soon as somebody trusts it. */
  awaitsTrust: boolean
}

const notNeeded = 'nothing has needed it yet'

/**
 * A plugin by its name, whichever of its versions runs: starts its process when there is a question, and again
 * after it failed. How another version takes over is {@link Succession}.
 */
export class Plugin {
  readonly name: string
  readonly #needs: PluginNeeds
  readonly #events: PluginEvents
  readonly #succession: Succession
  readonly #fences = new ClaimFences()
  #backoff = new Backoff()
  #budget = new CrashBudget()
  #state: PluginState = 'idle'
  #because = notNeeded
  #restarts = 0
  /** The last start failed: until one succeeds its providers are not back. */
  #failing = false
  /** Of the current version. */
  #instance: Instance | null = null
  #retry: NodeJS.Timeout | null = null
  #disabled: string | null = null
  #retired: string | null = null
  #configured: readonly ConfiguredConnection[] = []
  readonly #ending = new Set<Promise<void>>()

  /**
   * @param lastGood the version to begin with, if it is not the one that was found
   * @param isGood the one that was found has passed its probation before
   */
  constructor(
    found: AcceptedPlugin,
    lastGood: AcceptedPlugin | null,
    isGood: boolean,
    needs: PluginNeeds,
    events: PluginEvents,
  ) {
    this.name = found.name
    this.#needs = needs
    this.#events = events
    this.#succession = new Succession(found, lastGood, isGood, this.#seat(), {
      probationMs: needs.deadlines.probationMs,
      keepsStandby: needs.inspect === null,
      spareWaits: needs.spareWaits,
      held: needs.held,
      refusal: needs.refusal,
      quarantine: needs.quarantine,
      good: needs.good,
      note: (type, message, details) => events.note(type, message, details),
      changed: (why) => {
        events.availability(`${this.name} ${why}`)
        this.startIfWanted()
      },
    })
    this.#rest()
  }

  /** The version whose providers are asked. */
  get current(): AcceptedPlugin {
    return this.#succession.current
  }

  get versions() {
    return this.#succession.versions
  }

  get builds(): string[] {
    return this.#succession.builds
  }

  /** Why what lies in the folder now is not the current version, or `null`. */
  get objection(): string | null {
    return this.#succession.objection
  }

  get row() {
    const { objection } = this.#succession
    return {
      state: this.#state,
      because: objection === null ? this.#because : `${this.#because}; ${objection}`,
      restarts: this.#restarts,
      pid: this.#instance?.pid ?? null,
    }
  }

  get availability(): Pick<ProviderInfo, 'status' | 'because'> {
    if (this.#disabled !== null) return { status: 'disabled', because: this.#disabled }
    const unavailable =
      ['backing-off', 'stuck', 'quarantined', 'untrusted', 'stopping'].includes(this.#state) ||
      (this.#state === 'starting' && this.#failing)
    return unavailable
      ? { status: 'unavailable', because: this.#because }
      : { status: 'available', because: '' }
  }

  get isDisabled(): boolean {
    return this.#disabled !== null
  }

  /** Starts a plugin that is to run with the host. */
  startIfWanted(): void {
    if (this.current.onStartup && this.#state === 'idle') this.#start()
  }

  /** Something in its folder was touched. */
  touched(): void {
    this.#succession.touched()
  }

  /** This lies in its folder now. @param touchedAt monotonic milliseconds, when that began to be written */
  take(version: AcceptedPlugin, touchedAt: number | null): void {
    this.#succession.take(version, touchedAt)
  }

  /** What lies in its folder is no plugin at the moment; what runs goes on. */
  reject(why: string): void {
    this.#succession.reject(why)
  }

  /** Something was decided about it, or the core knows it by now. */
  consider(): void {
    this.#succession.consider()
  }

  ask(questions: readonly Question[]): void {
    if (this.#put(questions)) return
    // What was decided in this turn may let it run; and nothing is told within this call.
    queueMicrotask(() => {
      if (!this.#put(questions)) this.#failAll(questions, this.#because)
    })
  }

  cancel(ids: readonly number[]): void {
    for (const instance of this.#loaded()) instance.cancel(ids)
  }

  /** Only the version that answers is told; another one verifies what it takes over. */
  claimed(now: ClaimStands & { provider: string }): void {
    this.#instance?.claimed(now)
  }

  released(was: Released & { provider: string }): void {
    this.#fences.forget(was.adapter.id, was.fence)
    for (const instance of this.#loaded()) instance.released(was)
  }

  configure(configured: readonly ConfiguredConnection[]): void {
    if (JSON.stringify(configured) === JSON.stringify(this.#configured)) return
    this.#configured = configured
    for (const instance of this.#loaded()) instance.configure(configured)
  }

  /** The operator's word, or `null`. What follows from it is done by {@link act}, when the core knows. */
  setDisabled(why: string | null): void {
    this.#disabled = why
    if (this.#instance === null && this.#state !== 'stopping') this.#rest()
  }

  act(): void {
    if (this.#disabled !== null) void this.#halt(this.#disabled)
    else {
      this.consider()
      this.startIfWanted()
    }
  }

  /** Ends it for good: the plugin was removed, or the host stops. Resolves when nothing is left. */
  async retire(why: string): Promise<void> {
    this.#retired = why
    await this.#halt(why)
    this.#needs.log.close()
  }

  #seat(): Seat {
    const plugin = this
    return {
      get instance() {
        return plugin.#instance
      },
      get isDisabled() {
        return plugin.#disabled !== null
      },
      get isRetired() {
        return plugin.#retired !== null
      },
      get isRunning() {
        return plugin.#state === 'running'
      },
      get isStopping() {
        return plugin.#state === 'stopping'
      },
      running: () => {
        if (this.#instance === null && this.#state === 'idle') this.#start()
        return this.#instance?.isOver ? null : this.#instance
      },
      make: (version) => this.#make(version),
      load: (instance, version) => instance.activate(version, this.#configured, this.#needs.data()),
      seat: (instance, because) => this.#take(instance, because),
      reconsider: () => this.#reconsider(),
      ask: (questions) => {
        if (questions.length > 0) this.ask(questions)
      },
      end: (instance) => void this.#end(instance),
    }
  }

  /** Another version is current, with that process. */
  #take(instance: Instance | null, because: string): void {
    this.#cancelRetry()
    this.#instance = instance
    this.#failing = false
    this.#renew()
    if (instance) this.#become('running', because)
    if (instance) this.#inspect(instance)
    else this.#rest()
  }

  /** What it does while nothing runs. */
  #rest(): void {
    const refusal = this.#needs.refusal(this.current)
    if (this.#retired !== null) this.#become('stopping', this.#retired)
    else if (this.#disabled !== null) this.#become('disabled', this.#disabled)
    else if (refusal) this.#become(refusal.state, refusal.why)
    else this.#become('idle', notNeeded)
  }

  /** Something was decided about the current version. */
  #reconsider(): void {
    const before = this.#state
    // When everything has ended, it is looked at again.
    if (before === 'stopping') return
    const refusal = this.#needs.refusal(this.current)
    if (refusal && this.#instance !== null) void this.#halt(refusal.why)
    else if (this.#instance === null && before !== 'backing-off') {
      this.#rest()
      if (before === 'quarantined' && this.#state === 'idle') this.#renew()
    } else return
    if (before !== this.#state) this.#events.availability(`${this.name}: ${this.#because}`)
    this.startIfWanted()
  }

  /** Ends every process, and rests. */
  async #halt(why: string): Promise<void> {
    this.#cancelRetry()
    const instances = [this.#instance, this.#succession.halt()].filter((instance) => instance !== null)
    this.#instance = null
    if (instances.length === 0) this.#rest()
    else {
      this.#become('stopping', why)
      for (const instance of instances) instance.failAll(why)
      await Promise.all(instances.map((instance) => this.#end(instance)))
      if (this.#state === 'stopping') {
        this.#rest()
        this.#events.note('plugin-ended', `${titleOf(this.current)}: ${this.#because}`)
        if (this.#retired === null) {
          this.#events.availability(`${this.name}: ${this.#because}`)
          this.act()
        }
      }
    }
    await Promise.all(this.#ending)
  }

  /** Returns false when there is nobody to answer. */
  #put(questions: readonly Question[]): boolean {
    if (this.#instance === null && this.#state === 'idle') this.#start()
    if (this.#instance === null || this.#instance.isOver) return false
    this.#instance.ask(questions)
    return true
  }

  #start(): void {
    this.#become('starting', 'it is being activated')
    const version = this.current
    const instance = this.#make(version)
    this.#instance = instance
    instance.activate(version, this.#configured, this.#needs.data()).then(
      () => this.#activated(instance),
      // That it failed was told.
      () => {},
    )
  }

  #activated(instance: Instance): void {
    if (this.#instance !== instance || this.#state !== 'starting') return
    const ms = Math.round(performance.now() - instance.startedAt)
    this.#become('running', `activated in ${ms} ms`)
    const back = this.#failing
    this.#failing = false
    const details = { pid: instance.pid, ms }
    this.#events.note('plugin-started', `${titleOf(this.current)} ${this.#because}`, details)
    if (back) this.#events.availability(`${this.name} is active after all`)
    this.#succession.watch()
    this.#inspect(instance)
  }

  /** Once those that end have let go of the port. */
  #inspect(instance: Instance): void {
    const { inspect } = this.#needs
    if (inspect === null) return
    setImmediate(async () => {
      await Promise.all(this.#ending)
      if (instance === this.#instance && instance.isActive) instance.inspect(inspect)
    })
  }

  #make(version: AcceptedPlugin): Instance {
    const { deadlines, log } = this.#needs
    const isCurrent = () => instance === this.#instance
    const instance: Instance = new Instance(() => this.#needs.launch(version), deadlines, log, {
      answer: (question, answer, ms) => this.#answer(instance, question, answer, ms),
      report: (report) => this.#report(instance, report),
      request: (method, params) => this.#needs.serve(instance, isCurrent, method, params),
      failed: (why, how) => this.#failed(instance, why, how),
      ended: () => this.#ended(instance),
    })
    return instance
  }

  /** Ends an instance that nobody needs any more. */
  #end(instance: Instance): Promise<void> {
    const ending = instance.stop().finally(() => this.#ending.delete(ending))
    this.#ending.add(ending)
    return ending
  }

  #answer(instance: Instance, question: Question, answer: Answer, ms: number): void {
    const deliver = (answer: Answer) => {
      if (answer.result === 'SUCCESS') this.#fences.note(question)
      this.#events.event({ type: 'answer', question, answer, ms })
    }
    if (!this.#succession.takes(instance, question, answer, deliver)) deliver(answer)
  }

  #report(instance: Instance, { connection, fence, state, reason }: ReportParams): void {
    // A version that is only tried, or only stands by, speaks for nobody.
    if (instance !== this.#instance) return
    const deliver = () => {
      // A fence that is not of this plugin's claims is for the core to refuse, whichever provider it is put to.
      const provider = this.#fences.providerOf(fence) ?? this.current.providers[0]?.id
      if (provider === undefined) return
      this.#events.event({ type: 'report', provider, connection, fence, state, reason: cut(reason) })
    }
    if (!this.#succession.doubtsReport(fence, connection, cut(reason), deliver)) deliver()
  }

  #failed(instance: Instance, why: string, how: 'stuck' | 'ended'): void {
    if (instance !== this.#instance) {
      this.#succession.lost(instance)
      instance.failAll(why)
      return
    }
    this.#restarts++
    if (this.#succession.isWatched && instance.wasStarted) {
      this.#succession.goBack(why)
      return
    }
    this.#succession.unwatch()
    this.#failing = this.#state === 'starting'
    // That there is no process is no fault of the version.
    const spent = instance.wasStarted && this.#budget.spend(performance.now())
    if (spent) this.#needs.quarantine(this.current.build, why)
    if (spent) this.#become('quarantined', this.#needs.refusal(this.current)?.why ?? why)
    else this.#become(how === 'stuck' ? 'stuck' : 'backing-off', why)
    const type = how === 'stuck' ? 'plugin-stuck' : 'plugin-ended'
    this.#events.note(type, `${titleOf(this.current)}: ${why}`, { restarts: this.#restarts })
    if (spent) this.#events.note('plugin-quarantined', `${titleOf(this.current)}: ${this.#because}`)
    this.#events.availability(`${this.name}: ${why}`)
    instance.failAll(why)
  }

  #ended(instance: Instance): void {
    if (instance !== this.#instance) return
    this.#instance = null
    if (this.#state === 'quarantined') {
      // Somebody may have lifted it meanwhile.
      this.#reconsider()
      return
    }
    const why = this.#because
    const ms = this.#backoff.next(performance.now() - instance.startedAt)
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
    this.#events.availability(`${this.name} may be asked again`)
    this.startIfWanted()
  }

  /** Another version begins with a clean sheet. */
  #renew(): void {
    this.#backoff = new Backoff()
    this.#budget = new CrashBudget()
  }

  #cancelRetry(): void {
    if (this.#retry) clearTimeout(this.#retry)
    this.#retry = null
  }

  /** What is loaded and may be told something. */
  #loaded(): Instance[] {
    const { standby, candidate } = this.#succession
    return [this.#instance, standby, candidate].filter((instance) => instance !== null)
  }

  #failAll(questions: readonly Question[], why: string): void {
    for (const question of questions)
      this.#events.event({ type: 'answer', question, answer: unexpected(why), ms: 0 })
  }

  #become(state: PluginState, because: string): void {
    this.#state = state
    this.#because = because
  }
}
