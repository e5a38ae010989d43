import type { ClaimStands, ConfiguredConnection, Released } from '@claimd/sdk'
import type { ProgressParams, ReportParams } from '@claimd/sdk/wire'
import type { ProviderInfo } from '../../core/claims/provider-info.js'
import type { AnyQuestion, DialAct, DialAnswer } from '../../core/kernel/provider-port.js'
import type { AcceptedPlugin } from '../discovery/found-plugin.js'
import type { NoteDetails, PluginNoteType } from '../plugin-note.js'
import { cut } from '../process/wire-checks.js'
import type { Effect, TimerName } from './effects.js'
import type { Facts } from './facts.js'
import { Instance, type InstanceEvents } from './instance.js'
import { currentVersion } from './lineage.js'
import { begin, type SupervisorEvent, supervise } from './machine.js'
import { NamedTimers } from './named-timers.js'
import type { SupervisorListener, SupervisorNeeds } from './needs.js'
import { type FirstVersions, newState, type State } from './state.js'
import { availabilityOf, neededBuilds, standingOf, versionsOf } from './views.js'

/**
 * A plugin by its name, whichever of its versions runs: tells the machine (`machine.ts`) what happens, and carries out
 * what that wants done, with real processes and timers.
 */
export class Supervisor {
  readonly name: string
  readonly #needs: SupervisorNeeds
  readonly #listener: SupervisorListener
  readonly #state: State
  readonly #facts: Facts
  readonly #instances = new Map<number, Instance>()
  readonly #timers = new NamedTimers<TimerName>((timer) => this.#happens({ type: 'timer', timer }))
  /** What waits until every process is gone. */
  readonly #whenGone: (() => void)[] = []
  readonly #events: SupervisorEvent[] = []
  #isBusy = false
  #configured: readonly ConfiguredConnection[] = []

  constructor(first: FirstVersions, needs: SupervisorNeeds, listener: SupervisorListener) {
    this.name = first.found.name
    this.#needs = needs
    this.#listener = listener
    this.#facts = {
      now: () => performance.now(),
      random: Math.random,
      held: () => needs.held(),
      refusal: (version) => needs.refusal(version),
    }
    const options = { ...needs.options, probationMs: needs.deadlines.probationMs }
    this.#state = begin(newState(options, first), this.#facts)
  }

  /** The version whose providers are asked. */
  get current(): AcceptedPlugin {
    return currentVersion(this.#state.lineage)
  }

  get versions() {
    return versionsOf(this.#state, this.#pidOf)
  }

  /** The builds whose copies are needed. */
  get builds(): string[] {
    return neededBuilds(this.#state)
  }

  /** Why what lies in the folder now is not the current version, or `null`. */
  get objection(): string | null {
    return this.#state.objection
  }

  get row() {
    return standingOf(this.#state, this.#pidOf)
  }

  get availability(): Pick<ProviderInfo, 'status' | 'because'> {
    return availabilityOf(this.#state)
  }

  get isDisabled(): boolean {
    return this.#state.disabled !== null
  }

  /** Starts a plugin that is to run with the host. */
  startIfWanted(): void {
    this.#happens({ type: 'start-if-wanted' })
  }

  /** Something in its folder was touched. */
  touched(): void {
    this.#happens({ type: 'touched' })
  }

  /** This lies in its folder now. @param touchedAt monotonic milliseconds, when that began to be written */
  found(version: AcceptedPlugin, touchedAt: number | null): void {
    this.#happens({ type: 'found', version, touchedAt })
  }

  /** What lies in its folder is no plugin at the moment; what runs goes on. */
  reject(why: string): void {
    this.#happens({ type: 'rejected', why })
  }

  /** Something was decided about it. */
  consider(): void {
    this.#happens({ type: 'consider' })
  }

  /** The operator's word, or `null`. */
  setDisabled(why: string | null): void {
    this.#happens({ type: 'disabled', why })
  }

  ask(questions: readonly AnyQuestion[]): void {
    this.#happens({ type: 'ask', questions })
  }

  cancel(ids: readonly number[]): void {
    this.#happens({ type: 'cancel', ids })
  }

  act(act: DialAct): void {
    this.#happens({ type: 'act', act })
  }

  /** The result of an act is not wanted any more. */
  cancelAct({ fence, kind }: Pick<DialAct, 'fence' | 'kind'>): void {
    this.#happens({ type: 'cancel-act', act: { fence, kind } })
  }

  /** Only the version that answers is told; another one verifies what it takes over. */
  claimed(now: ClaimStands & { provider: string }): void {
    const { current } = this.#state
    if (current) this.#instances.get(current.id)?.claimed(now)
  }

  released(was: Released & { provider: string }): void {
    this.#happens({ type: 'released', adapter: was.adapter.id, fence: was.fence })
    for (const instance of this.#instances.values()) instance.released(was)
  }

  configure(configured: readonly ConfiguredConnection[]): void {
    if (JSON.stringify(configured) === JSON.stringify(this.#configured)) return
    this.#configured = configured
    for (const instance of this.#instances.values()) instance.configure(configured)
  }

  /** Ends it for good: the plugin was removed, or the host stops. Resolves when nothing is left. */
  async retire(why: string): Promise<void> {
    this.#happens({ type: 'retired', why })
    // Processes that failed included: the caller may remove what the plugin stored.
    if (this.#instances.size > 0) await new Promise<void>((resolve) => this.#whenGone.push(resolve))
    this.#timers.clear()
    this.#needs.log.close()
  }

  /** One event after the other: what is done may lead to more. */
  #happens(event: SupervisorEvent): void {
    this.#events.push(event)
    if (this.#isBusy) return
    this.#isBusy = true
    const errors: unknown[] = []
    for (let next = this.#events.shift(); next; next = this.#events.shift()) {
      try {
        this.#doAll(supervise(this.#state, next, this.#facts), errors)
      } catch (error) {
        errors.push(error)
      }
    }
    this.#isBusy = false
    if (errors.length > 0) throw errors[0]
  }

  /** One effect that throws keeps none of the others from being carried out: the machine believes that they are. */
  #doAll(effects: readonly Effect[], errors: unknown[]): void {
    for (const effect of effects) {
      try {
        this.#do(effect)
      } catch (error) {
        errors.push(error)
      }
    }
  }

  #do(effect: Effect): void {
    const listener = this.#listener
    switch (effect.do) {
      case 'spawn':
        this.#spawn(effect.process, effect.version)
        break
      case 'activate':
        this.#activate(effect.process, effect.version)
        break
      case 'ask':
        this.#instances.get(effect.process)?.ask(effect.questions)
        break
      case 'take-back':
        this.#instances.get(effect.process)?.takeBack(effect.ids)
        break
      case 'cancel':
        this.#instances.get(effect.process)?.cancel(effect.ids)
        break
      case 'act':
        this.#act(effect.process, effect.act)
        break
      case 'cancel-act':
        this.#cancelAct(effect.process, effect.act)
        break
      case 'inspect':
        this.#inspect(effect.process, effect.port)
        break
      case 'stop':
        void this.#instances.get(effect.process)?.stop()
        break
      case 'kill':
        this.#instances.get(effect.process)?.kill()
        break
      case 'timer':
        this.#timers.set(effect.timer, effect.ms)
        break
      case 'ask-later':
        queueMicrotask(() => this.#happens({ type: 'ask-again' }))
        break
      case 'tell':
        listener.event(effect.event)
        break
      case 'tell-act-result':
        listener.event({ type: 'act-ended', act: effect.act, result: effect.result })
        break
      case 'tell-availability':
        listener.availability(effect.why)
        break
      case 'note':
        listener.note(effect.type, effect.details as NoteDetails<PluginNoteType>)
        break
      case 'quarantine':
        this.#needs.quarantine(effect.build, effect.reason)
        break
      case 'remember-good':
        this.#needs.rememberGood(effect.build)
        break
    }
  }

  #spawn(process: number, version: AcceptedPlugin): void {
    const { deadlines, log, configOf } = this.#needs
    const isCurrent = () => this.#state.current?.id === process
    const launch = () => this.#needs.launch(version)
    const events: InstanceEvents = {
      activated: () => this.#happens({ type: 'activated', process, pid: instance.pid }),
      sent: (questions) => this.#happens({ type: 'sent', process, ids: questions.map(({ id }) => id) }),
      answer: (question, answer, ms) => this.#happens({ type: 'answered', process, question, answer, ms }),
      report: (report) => this.#reported(process, report),
      progress: (progress) => this.#progressed(process, progress),
      request: (method, params) => this.#needs.serve(instance, isCurrent, method, params),
      failed: (why, how) => {
        this.#happens({ type: 'failed', process, why, how, wasStarted: instance.wasStarted })
      },
      ended: (how) => {
        this.#instances.delete(process)
        this.#happens({ type: 'ended', process, how })
        if (this.#instances.size === 0) for (const resolve of this.#whenGone.splice(0)) resolve()
      },
    }
    const instance: Instance = new Instance(launch, deadlines, log, events, configOf)
    this.#instances.set(process, instance)
  }

  #activate(process: number, version: AcceptedPlugin): void {
    // What comes of it is told as an event.
    void this.#instances.get(process)?.activate(version, this.#configured, this.#needs.data())
  }

  #act(process: number, act: DialAct): void {
    const ended = (answer: DialAnswer) => this.#happens({ type: 'act-answered', process, act, answer })
    this.#instances.get(process)?.act(act).then(ended)
  }

  #cancelAct(process: number, act: Pick<DialAct, 'fence' | 'kind'>): void {
    const overdue = (ms: number) => this.#happens({ type: 'act-overdue', process, ms, ...act })
    this.#instances.get(process)?.cancelAct(act, overdue)
  }

  /** Not at once: Node may be about to free the port. */
  #inspect(process: number, port: number): void {
    setImmediate(() => {
      const instance = this.#instances.get(process)
      if (instance?.isActive) instance.inspect(port)
    })
  }

  #reported(process: number, { connection, fence, state, reason }: ReportParams): void {
    this.#happens({ type: 'reported', process, connection, fence, state, reason: cut(reason) })
  }

  #progressed(process: number, { provider, fence, state, text }: ProgressParams): void {
    const progress = { ...(state && { state }), ...(text !== undefined && { text: cut(text) }) }
    this.#happens({ type: 'progressed', process, provider, fence, progress })
  }

  readonly #pidOf = (process: number): number | null => this.#instances.get(process)?.pid ?? null
}
