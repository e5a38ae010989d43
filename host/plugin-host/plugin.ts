import type { ChildProcess } from 'node:child_process'
import type { Answer, ConfiguredConnection, PluginState, PluginVersionRow, Released } from '@claimd/sdk'
import type { ReportParams, RequestMethod } from '@claimd/sdk/wire'
import type { ProviderEvent, Question } from '../core/claims/ports.js'
import type { ProviderInfo } from '../core/claims/provider-info.js'
import { ClaimFences } from './claim-fences.js'
import type { AcceptedPlugin } from './discovery/found-plugin.js'
import { type Deadlines, spareMs } from './limits.js'
import type { LogLines } from './log-lines.js'
import { cut, unexpected } from './process/wire-checks.js'
import { Instance } from './reload/instance.js'
import { Lineage } from './reload/lineage.js'
import { type HeldClaim, isNo, tryVersion } from './reload/trial.js'
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
}

const notNeeded = 'nothing has needed it yet'

/** Something went wrong that concerns one version, beside the others that are there. */
interface Trial {
  version: AcceptedPlugin
  instance: Instance
}

/**
 * A plugin by its name, whichever of its versions runs: starts its process when there is a question and again
 * after it failed, and lets a new version take over as a transaction. That is started beside the one that
 * runs, has to recognise what the plugin holds, and is then watched; until it has proved good, the one before
 * runs on beside it and takes over again at the first failure.
 */
export class Plugin {
  readonly name: string
  readonly #needs: PluginNeeds
  readonly #events: PluginEvents
  readonly #lineage: Lineage
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
  /** Of the version to go back to, while the current one is watched. */
  #standby: Instance | null = null
  /** A process without code, started at the first sign of a change. */
  #spare: { instance: Instance; network: boolean; timer: NodeJS.Timeout } | null = null
  #trial: Trial | null = null
  /** What lies in its folder. */
  #wanted: AcceptedPlugin
  /** What lies there now is no plugin. */
  #isRejected = false
  /** Why that is not the current version, or `null`. */
  #objection: string | null = null
  #touchedAt: number | null = null
  #probation: NodeJS.Timeout | null = null
  #retry: NodeJS.Timeout | null = null
  #disabled: string | null = null
  #retired: string | null = null
  #configured: readonly ConfiguredConnection[] = []
  /** What the host itself asked, by ids below 0. */
  readonly #own = new Map<number, (answer: Answer) => void>()
  #ownId = 0
  readonly #ending = new Set<Promise<void>>()

  /** @param lastGood the version to begin with, if it is not the one that was found */
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
    this.#lineage = new Lineage(lastGood ?? found, lastGood !== null || isGood)
    this.#wanted = lastGood ?? found
    this.#rest()
    this.take(found, null)
  }

  /** The version whose providers are asked. */
  get current(): AcceptedPlugin {
    return this.#lineage.current
  }

  /** For operators: what runs, what is tried beside it, and where to go back to. */
  get versions() {
    const row = (version: AcceptedPlugin | null, instance: Instance | null): PluginVersionRow | null =>
      version && {
        version: version.version,
        build: version.build,
        staged: version.staged,
        pid: instance?.pid ?? null,
      }
    return {
      active: row(this.current, this.#instance),
      candidate: row(this.#trial?.version ?? null, this.#trial?.instance ?? null),
      lastGood: row(
        this.#lineage.isProven ? this.current : this.#lineage.fallback,
        this.#lineage.isProven ? this.#instance : this.#standby,
      ),
    }
  }

  /** The builds whose copies are needed. */
  get builds(): string[] {
    return [...this.#lineage.builds, ...(this.#trial ? [this.#trial.version.build] : [])]
  }

  get row() {
    return {
      state: this.#state,
      because: this.#objection === null ? this.#because : `${this.#because}; ${this.#objection}`,
      restarts: this.#restarts,
      pid: this.#instance?.pid ?? null,
    }
  }

  get availability(): Pick<ProviderInfo, 'status' | 'because'> {
    if (this.#disabled !== null) return { status: 'disabled', because: this.#disabled }
    const unavailable =
      ['backing-off', 'stuck', 'quarantined', 'untrusted'].includes(this.#state) ||
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

  /** Something in its folder was touched: a process for what may come is started at once. */
  touched(): void {
    if (this.#spare || this.#trial || this.#state !== 'running') return
    const instance = this.#make(this.current)
    const drop = () => this.#dropSpare()
    const timer = setTimeout(drop, spareMs)
    this.#spare = { instance, network: this.current.permissions.network ?? false, timer }
  }

  /** This lies in its folder now. @param touchedAt monotonic milliseconds, when that began to be written */
  take(version: AcceptedPlugin, touchedAt: number | null): void {
    this.#touchedAt = touchedAt ?? this.#touchedAt
    if (version.build === this.#wanted.build && !this.#isRejected) return
    this.#wanted = version
    this.#isRejected = false
    this.consider()
  }

  /** What lies in its folder is no plugin at the moment; what runs goes on. */
  reject(why: string): void {
    this.#endTrial('what lies in the folder has changed again')
    this.#isRejected = true
    this.#objection = `what lies in its folder now is rejected: ${why}`
  }

  /** Looks again whether what lies in its folder may run, or what runs still may: something was decided about it. */
  consider(): void {
    if (this.#retired !== null) return
    const version = this.#wanted
    const isCurrent = version.build === this.current.build
    if (this.#trial?.version.build !== version.build)
      this.#endTrial('what lies in the folder has changed again')
    if (isCurrent) {
      this.#objection = null
      this.#dropSpare()
      this.#reconsiderCurrent()
      return
    }
    const refusal = this.#needs.refusal(version)
    if (refusal) this.#object(version, refusal.why)
    else if (this.#trial === null) this.#change(version)
  }

  ask(questions: readonly Question[]): void {
    if (this.#put(questions)) return
    // What was decided in this turn may let it run; and nothing is told within this call.
    queueMicrotask(() => {
      if (!this.#put(questions)) this.#failAll(questions, this.#because)
    })
  }

  /** Returns false when there is nobody to answer. */
  #put(questions: readonly Question[]): boolean {
    if (this.#instance === null && this.#state === 'idle') this.#start()
    if (this.#instance === null || this.#instance.isOver) return false
    this.#instance.ask(questions)
    return true
  }

  cancel(ids: readonly number[]): void {
    for (const instance of this.#loaded()) instance.cancel(ids)
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
    if (this.#instance === null) this.#rest()
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

  /** What it does while nothing runs. */
  #rest(): void {
    const refusal = this.#needs.refusal(this.current)
    if (this.#retired !== null) this.#become('stopping', this.#retired)
    else if (this.#disabled !== null) this.#become('disabled', this.#disabled)
    else if (refusal) this.#become(refusal.state, refusal.why)
    else this.#become('idle', notNeeded)
  }

  #reconsiderCurrent(): void {
    const before = this.#state
    const refusal = this.#needs.refusal(this.current)
    if (refusal && this.#instance !== null) void this.#halt(refusal.why)
    else if (this.#instance === null && before !== 'backing-off') {
      this.#rest()
      if (this.#state === 'idle') this.#renew()
    } else return
    if (before !== this.#state) this.#events.availability(`${this.name}: ${this.#because}`)
    this.startIfWanted()
  }

  /** Ends every process, and rests. */
  async #halt(why: string): Promise<void> {
    this.#clearTimers()
    this.#endTrial(why)
    this.#dropSpare()
    const instances = this.#loaded()
    this.#instance = null
    this.#standby = null
    if (instances.length === 0) {
      this.#rest()
    } else {
      this.#become('stopping', why)
      for (const instance of instances) instance.failAll(why)
      await Promise.all(instances.map((instance) => this.#end(instance)))
      if (this.#state === 'stopping') {
        this.#rest()
        this.#events.note('plugin-ended', `${titleOf(this.current)}: ${this.#because}`)
        if (this.#retired === null) this.act()
      }
    }
    await Promise.all(this.#ending)
  }

  /** Makes another version the current one: at once where nothing depends on it, or by a trial. */
  #change(version: AcceptedPlugin): void {
    const runs = this.#instance !== null && !this.#instance.isOver
    if (this.#disabled === null && (runs || this.#needs.held().length > 0)) void this.#try(version)
    else if (this.#state === 'stopping') return
    else {
      this.#clearTimers()
      this.#instance = null
      this.#succeed(version)
      this.#rest()
      const because = 'it was not running'
      this.#noteReload(version, 0, because)
      this.#events.availability(`${this.name} was changed`)
      this.startIfWanted()
    }
  }

  async #try(version: AcceptedPlugin): Promise<void> {
    const instance = this.#takeSpare(version) ?? this.#make(version)
    const trial = { version, instance }
    this.#trial = trial
    this.#events.note(
      'plugin-reload-started',
      `${titleOf(version)} is tried beside ${titleOf(this.current)}`,
      {
        from: this.current.build,
        to: version.build,
      },
    )
    try {
      await instance.activate(version, this.#configured, this.#needs.data())
      const adapters = await tryVersion({
        providers: new Set(version.providers.map(({ id }) => id)),
        held: this.#needs.held,
        ask: (question) => this.#askItself(instance, question),
        askCurrent: (question) =>
          this.#instance?.isActive ? this.#askItself(this.#instance, question) : null,
      })
      if (this.#trial === trial) this.#switch(trial, adapters)
    } catch (error) {
      if (this.#trial !== trial) return
      this.#trial = null
      void this.#end(instance)
      this.#fail(version, (error as Error).message)
    }
  }

  /** The candidate takes over, in this turn; the version before stays beside it. */
  #switch({ version, instance }: Trial, adapters: number): void {
    this.#trial = null
    const before = this.#instance
    const isOver = before?.isOver ?? true
    if (this.#standby) void this.#end(this.#standby)
    this.#clearTimers()
    this.#standby = isOver ? null : before
    this.#instance = instance
    this.#succeed(version)
    this.#failing = false
    if (before && !isOver) instance.ask(before.surrenderWaiting())
    this.#become('running', `took over ${adapters} adapters`)
    this.#noteReload(version, adapters, `it recognised ${adapters} adapters`)
    this.#events.availability(`${this.name} was reloaded`)
    this.#watch()
  }

  #succeed(version: AcceptedPlugin): void {
    this.#lineage.takeOver(version, { replace: this.#needs.refusal(this.current) !== null })
    this.#objection = null
    this.#renew()
  }

  #noteReload(version: AcceptedPlugin, adapters: number, because: string): void {
    const ms = this.#touchedAt === null ? null : Math.round(performance.now() - this.#touchedAt)
    this.#touchedAt = null
    this.#events.note('plugin-reloaded', `${titleOf(version)} took over: ${because}`, {
      to: version.build,
      from: this.#lineage.fallback?.build ?? null,
      adapters,
      ms,
    })
  }

  /** A version that was tried is not taken. */
  #fail(version: AcceptedPlugin, why: string): void {
    this.#touchedAt = null
    this.#quarantine(version.build, why)
    this.#object(version, why)
  }

  #object(version: AcceptedPlugin, why: string): void {
    this.#dropSpare()
    const objection = `${titleOf(version)} is not taken: ${why}`
    if (this.#objection === objection) return
    this.#objection = objection
    this.#events.note('plugin-reload-failed', `${objection}; ${titleOf(this.current)} stays`, {
      to: version.build,
      from: this.current.build,
      reason: why,
    })
  }

  /** Watches the current version; what fails meanwhile brings the one before back. */
  #watch(): void {
    if (this.#probation) clearTimeout(this.#probation)
    if (this.#lineage.isProven) return
    this.#probation = setTimeout(() => this.#prove(), this.#needs.deadlines.probationMs)
  }

  #prove(): void {
    this.#probation = null
    const had = this.#lineage.fallback !== null
    this.#lineage.prove()
    this.#needs.good(this.current.build)
    const standby = this.#standby
    this.#standby = null
    if (standby) {
      this.#instance?.ask(standby.surrender())
      void this.#end(standby)
    }
    if (had)
      this.#events.note('plugin-probation-over', `${titleOf(this.current)} counts as good`, {
        to: this.current.build,
      })
  }

  /** The current version failed while it was watched: the one before answers again, also what is open. */
  #goBack(why: string, also: readonly Question[] = []): void {
    const instance = this.#instance
    const open = [...also, ...(instance?.surrender() ?? [])]
    const failed = this.#lineage.goBack()
    this.#clearTimers()
    if (instance) void this.#end(instance)
    this.#instance = this.#standby
    this.#standby = null
    this.#quarantine(failed.build, why)
    this.#renew()
    this.#failing = false
    this.#objection = `${titleOf(failed)} is not taken: ${why}`
    if (this.#instance) this.#become('running', `it is back: ${titleOf(failed)} failed`)
    else this.#rest()
    this.#events.note('plugin-rolled-back', `${titleOf(this.current)} is back: ${titleOf(failed)}: ${why}`, {
      from: failed.build,
      to: this.current.build,
      reason: why,
    })
    this.#events.availability(`${this.name} went back to the version before`)
    if (this.#instance) this.#watch()
    if (open.length > 0) this.ask(open)
    this.startIfWanted()
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
    this.#events.note('plugin-started', `${titleOf(this.current)} ${this.#because}`, {
      pid: instance.pid,
      ms,
    })
    if (back) this.#events.availability(`${this.name} is active after all`)
    this.#watch()
  }

  #make(version: AcceptedPlugin): Instance {
    const { deadlines, log } = this.#needs
    const instance: Instance = new Instance(() => this.#needs.launch(version), deadlines, log, {
      answer: (question, answer, ms) => this.#answer(instance, question, answer, ms),
      report: (report) => this.#report(instance, report),
      request: (method, params) =>
        this.#needs.serve(instance, () => instance === this.#instance, method, params),
      failed: (why, how) => this.#failed(instance, why, how),
      ended: () => this.#ended(instance),
    })
    return instance
  }

  #takeSpare(version: AcceptedPlugin): Instance | null {
    const spare = this.#spare
    if (!spare) return null
    this.#spare = null
    clearTimeout(spare.timer)
    if (!spare.instance.isOver && spare.network === (version.permissions.network ?? false))
      return spare.instance
    void this.#end(spare.instance)
    return null
  }

  #dropSpare(): void {
    const spare = this.#spare
    this.#spare = null
    if (!spare) return
    clearTimeout(spare.timer)
    void this.#end(spare.instance)
  }

  #endTrial(why: string): void {
    const trial = this.#trial
    this.#trial = null
    if (!trial) return
    trial.instance.failAll(why)
    void this.#end(trial.instance)
  }

  /** Ends an instance that nobody needs any more. */
  #end(instance: Instance): Promise<void> {
    const ending = instance.stop().finally(() => this.#ending.delete(ending))
    this.#ending.add(ending)
    return ending
  }

  #askItself(instance: Instance, question: Omit<Question, 'id'>): Promise<Answer> {
    return new Promise((resolve) => {
      if (instance.isOver) resolve(unexpected('its process is gone'))
      else {
        const id = --this.#ownId
        this.#own.set(id, resolve)
        instance.ask([{ ...question, id }])
      }
    })
  }

  #answer(instance: Instance, question: Question, answer: Answer, ms: number): void {
    const own = this.#own.get(question.id)
    if (own) {
      this.#own.delete(question.id)
      own(answer)
      return
    }
    const isWatched = instance === this.#instance && this.#lineage.fallback !== null
    if (isWatched && question.kind === 'verify' && !confirms(answer, question)) {
      void this.#doubt(question, answer, ms)
      return
    }
    if (answer.result === 'SUCCESS') this.#fences.note(question)
    this.#events.event({ type: 'answer', question, answer, ms })
  }

  /** A version that is watched gives a claim up. That counts only if the version before says the same. */
  async #doubt(question: Question, answer: Answer, ms: number): Promise<void> {
    const { id, ...asked } = question
    const instance = this.#instance
    const second = this.#standby && isNo(answer) ? await this.#askItself(this.#standby, asked) : null
    if (instance !== this.#instance) this.ask([question])
    else if (second && isNo(second)) this.#events.event({ type: 'answer', question, answer, ms })
    else {
      const reason = 'reason' in answer && answer.reason ? `: ${answer.reason}` : ''
      this.#goBack(`it no longer recognises ${question.adapter.name} (${answer.result}${reason})`, [question])
    }
  }

  #report(instance: Instance, { connection, fence, state, reason }: ReportParams): void {
    // A version that is only tried, or only stands by, speaks for nobody.
    if (instance !== this.#instance) return
    if (this.#standby?.isActive && this.#lineage.fallback !== null) {
      const claim = this.#needs.held().find((one) => one.fence === fence && one.connection === connection)
      if (claim) {
        void this.#doubtReport(claim, reason)
        return
      }
    }
    this.#tellReport(connection, fence, state, reason)
  }

  /** A version that is watched reports a claim as lost: as with an answer, the version before has a say. */
  async #doubtReport(claim: HeldClaim, reason: string): Promise<void> {
    const instance = this.#instance
    const second = this.#standby ? await this.#askItself(this.#standby, { kind: 'verify', ...claim }) : null
    if (instance !== this.#instance) return
    if (second?.result === 'SUCCESS')
      this.#goBack(
        `it reported ${claim.adapter.name} as lost, which the version before recognises: ${reason}`,
      )
    else this.#tellReport(claim.connection, claim.fence, 'lost', reason)
  }

  #tellReport(connection: string, fence: number, state: 'lost', reason: string): void {
    // A fence that is not of this plugin's claims is for the core to refuse, whichever provider it is put to.
    const provider = this.#fences.providerOf(fence) ?? this.current.providers[0]?.id
    if (provider === undefined) return
    this.#events.event({ type: 'report', provider, connection, fence, state, reason: cut(reason) })
  }

  #failed(instance: Instance, why: string, how: 'stuck' | 'ended'): void {
    if (instance !== this.#instance) {
      if (instance === this.#standby) this.#standby = null
      instance.failAll(why)
      return
    }
    this.#restarts++
    if (this.#lineage.fallback !== null) {
      this.#goBack(why)
      return
    }
    this.#failing = this.#state === 'starting'
    const type = how === 'stuck' ? 'plugin-stuck' : 'plugin-ended'
    const spent = this.#budget.spend(performance.now())
    if (spent) this.#quarantine(this.current.build, why)
    if (spent) this.#become('quarantined', this.#needs.refusal(this.current)?.why ?? why)
    else this.#become(how === 'stuck' ? 'stuck' : 'backing-off', why)
    this.#clearTimers()
    this.#events.note(type, `${titleOf(this.current)}: ${why}`, { restarts: this.#restarts })
    if (spent) this.#events.note('plugin-quarantined', `${titleOf(this.current)}: ${this.#because}`)
    this.#events.availability(`${this.name}: ${why}`)
    instance.failAll(why)
  }

  #ended(instance: Instance): void {
    if (instance !== this.#instance) return
    this.#instance = null
    if (this.#state === 'quarantined') return
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

  #quarantine(build: string, why: string): void {
    // Recorded, but also kept in mind where it cannot be.
    this.#needs.quarantine(build, why)
  }

  /** Another version begins with a clean sheet. */
  #renew(): void {
    this.#backoff = new Backoff()
    this.#budget = new CrashBudget()
  }

  #clearTimers(): void {
    for (const timer of [this.#retry, this.#probation]) if (timer) clearTimeout(timer)
    this.#retry = null
    this.#probation = null
  }

  #loaded(): Instance[] {
    return [this.#instance, this.#standby].filter((instance) => instance !== null)
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

function confirms(answer: Answer, question: Question): boolean {
  return (
    answer.result === 'PENDING' || (answer.result === 'SUCCESS' && answer.connection === question.connection)
  )
}

function titleOf({ name, version, build }: AcceptedPlugin): string {
  return `${name} ${version} (${build.slice(0, 8)})`
}
