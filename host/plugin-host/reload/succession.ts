import type { Answer, PluginVersionRow } from '@claimd/sdk'
import type { Question } from '../../core/kernel/provider-port.js'
import type { AcceptedPlugin } from '../discovery/found-plugin.js'
import { againMs } from '../limits.js'
import { unexpected } from '../process/wire-checks.js'
import type { Instance } from './instance.js'
import { Lineage } from './lineage.js'
import { OwnQuestions } from './own-questions.js'
import { Spare } from './spare.js'
import { Standby } from './standby.js'
import { type HeldClaim, isNo, type Recognised, tryVersion } from './trial.js'

/** How often a version is asked for a second opinion whose process ends meanwhile. */
const opinionTries = 3

/** The plugin whose versions succeed each other. */
export interface Seat {
  /** The process of the current version; `null` while none runs. */
  readonly instance: Instance | null
  readonly isDisabled: boolean
  readonly isRetired: boolean
  readonly isRunning: boolean
  readonly isStopping: boolean
  /** The process of the current version, which is started if it does not run; `null` when it may not. */
  running(): Instance | null
  make(version: AcceptedPlugin): Instance
  load(instance: Instance, version: AcceptedPlugin): Promise<void>
  /** Another version is current. @param instance its process; `null`: it is started when it is needed */
  seat(instance: Instance | null, because: string): void
  /** What the current version may has changed, or what was decided about it. */
  reconsider(): void
  ask(questions: readonly Question[]): void
  /** Ends a process that nobody needs any more. */
  end(instance: Instance): void
}

export interface SuccessionNeeds {
  probationMs: number
  /** Whether the version before may run on beside the current one. */
  keepsStandby: boolean
  /** Whether a process waits for the next version all the time. */
  spareWaits: boolean
  held(): readonly HeldClaim[]
  refusal(version: AcceptedPlugin): { why: string } | null
  quarantine(build: string, reason: string): void
  good(build: string): void
  note(type: string, message: string, details: Record<string, unknown>): void
  /** Other providers can be asked now. */
  changed(why: string): void
}

interface Trial {
  version: AcceptedPlugin
  instance: Instance
}

/**
 * How one version of a plugin follows another: as a transaction. The new one is started beside the one that
 * runs, has to recognise what the plugin holds, takes over in one step, and is then watched. Until it has
 * proved good, the one before runs on beside it: it has a say where the new one gives a claim up, and takes
 * over again at the first failure. A build that failed is known by its hash, and not tried again.
 */
export class Succession {
  readonly #seat: Seat
  readonly #needs: SuccessionNeeds
  readonly #lineage: Lineage
  readonly #own = new OwnQuestions()
  readonly #spare: Spare
  readonly #standby: Standby
  #trial: Trial | null = null
  /** What lies in the folder. */
  #wanted: AcceptedPlugin
  /** What lies there now is no plugin. */
  #isRejected = false
  /** Why what lies in the folder is not the current version, or `null`. */
  objection: string | null = null
  #touchedAt: number | null = null
  #probation: NodeJS.Timeout | null = null
  /** A trial that could not be made is made again then. */
  #again: NodeJS.Timeout | null = null
  /** Of the claims that were taken over, those of which the current version could not tell yet: their fences. */
  #unconfirmed: ReadonlySet<number> = new Set()

  /**
   * @param lastGood the version to begin with, if that is not the one that was found
   * @param isGood the one that was found has passed its probation before
   */
  constructor(
    found: AcceptedPlugin,
    lastGood: AcceptedPlugin | null,
    isGood: boolean,
    seat: Seat,
    needs: SuccessionNeeds,
  ) {
    this.#seat = seat
    this.#needs = needs
    this.#lineage = new Lineage(lastGood ?? found, lastGood !== null || isGood)
    this.#wanted = found
    this.#spare = new Spare((instance) => seat.end(instance), needs.spareWaits)
    this.#standby = new Standby({
      fallback: () => (seat.isRetired ? null : this.#lineage.fallback),
      isRefused: (version) => needs.refusal(version) !== null,
      make: (version) => seat.make(version),
      load: (instance, version) => seat.load(instance, version),
      end: (instance) => seat.end(instance),
    })
  }

  get current(): AcceptedPlugin {
    return this.#lineage.current
  }

  /** Whether there is a version to go back to. */
  get isWatched(): boolean {
    return this.#lineage.fallback !== null
  }

  /** The process of the version to go back to; `null` when none runs. */
  get standby(): Instance | null {
    return this.#standby.instance
  }

  /** The process of the version that is tried; `null` when none is. */
  get candidate(): Instance | null {
    return this.#trial?.instance ?? null
  }

  /** The builds whose copies are needed. */
  get builds(): string[] {
    return [...this.#lineage.builds, ...(this.#trial ? [this.#trial.version.build] : [])]
  }

  /** For operators: what runs, what is tried beside it, and where to go back to. */
  get versions() {
    const { isProven, fallback } = this.#lineage
    return {
      active: rowOf(this.current, this.#seat.instance),
      candidate: rowOf(this.#trial?.version ?? null, this.#trial?.instance ?? null),
      lastGood: isProven ? rowOf(this.current, this.#seat.instance) : rowOf(fallback, this.#standby.instance),
    }
  }

  /** Something in the folder was touched. */
  touched(): void {
    if (!this.#trial && this.#seat.isRunning) this.#prepare()
  }

  #prepare(): void {
    this.#spare.prepare(this.current, () => this.#seat.make(this.current))
  }

  /** This lies in the folder now. @param touchedAt monotonic milliseconds, when that began to be written */
  take(version: AcceptedPlugin, touchedAt: number | null): void {
    const isKnown = version.build === this.#wanted.build && version.bundled === this.#wanted.bundled
    if (isKnown && !this.#isRejected) return
    this.#touchedAt = touchedAt
    this.#wanted = version
    this.#isRejected = false
    this.consider()
  }

  /** What lies in the folder is no plugin at the moment; what runs goes on. */
  reject(why: string): void {
    this.#endTrial()
    this.#isRejected = true
    this.objection = `what lies in its folder now is rejected: ${why}`
  }

  /** Looks again whether what lies in the folder may run, or what runs still may. */
  consider(): void {
    if (this.#seat.isRetired) return
    if (this.#wanted.build === this.current.build && !this.#isRejected) this.#lineage.refresh(this.#wanted)
    this.#seat.reconsider()
    this.#reconsiderStandby()
    if (this.#isRejected) return
    const version = this.#wanted
    if (this.#trial?.version.build !== version.build) this.#endTrial()
    if (version.build === this.current.build) {
      this.objection = null
      this.#spare.drop()
      return
    }
    const refusal = this.#needs.refusal(version)
    if (refusal) {
      this.#endTrial()
      this.#object(version, refusal.why)
    } else if (this.#trial === null) this.#change(version)
  }

  /**
   * Takes an answer that is not for the core as it is: to a question of its own, or one by which a version that is
   * watched gives a claim up.
   * @param deliver gives an answer to the core after all
   */
  takes(instance: Instance, question: Question, answer: Answer, deliver: (answer: Answer) => void): boolean {
    if (this.#own.take(question.id, answer)) return true
    if (instance !== this.#seat.instance || !this.isWatched || question.kind !== 'verify') return false
    if (answer.result === 'SUCCESS') this.#confirmed(question.fence)
    if (confirms(answer, question)) return false
    void this.#doubt(question, answer, deliver)
    return true
  }

  /**
   * Whether a report that a claim is lost has to be doubted: then the version before is asked.
   * @param deliver gives the report to the core after all
   */
  doubtsReport(fence: number, connection: string, reason: string, deliver: () => void): boolean {
    if (!this.isWatched) return false
    const claim = this.#needs.held().find((one) => one.fence === fence && one.connection === connection)
    if (!claim) return false
    void this.#doubtReport(claim, reason, deliver)
    return true
  }

  /** The process of a version that is not the current one does not work any more. */
  lost(instance: Instance): void {
    this.#standby.lost(instance)
  }

  /** The current version is active: it is watched, unless it has proved good before. */
  watch(): void {
    this.unwatch()
    if (this.#needs.spareWaits) this.#prepare()
    if (this.#lineage.isProven) return
    this.#probation = setTimeout(() => this.#prove(), this.#needs.probationMs)
  }

  unwatch(): void {
    for (const timer of [this.#probation, this.#again]) if (timer) clearTimeout(timer)
    this.#probation = null
    this.#again = null
  }

  /** The current version failed while it was watched: the one before answers again, also what is open. */
  goBack(why: string, also: readonly Question[] = []): void {
    const { instance } = this.#seat
    const open = [...also, ...(instance?.surrender() ?? [])]
    this.#reconsiderStandby()
    const failed = this.#lineage.goBack()
    this.unwatch()
    if (instance) this.#seat.end(instance)
    const standby = this.#standby.replace(null)
    this.#needs.quarantine(failed.build, why)
    this.objection = `${titleOf(failed)} is not taken: ${why}`
    this.#seat.seat(standby, `it is back: ${titleOf(failed)} failed`)
    this.#needs.note('plugin-rolled-back', `${titleOf(this.current)} is back: ${titleOf(failed)}: ${why}`, {
      from: failed.build,
      to: this.current.build,
      reason: why,
    })
    this.#needs.changed('went back to the version before')
    if (standby) this.watch()
    if (open.length > 0) this.#seat.ask(open)
  }

  /** Ends everything beside the current version. @returns the process that stood by, which is the caller's to end */
  halt(): Instance | null {
    this.unwatch()
    this.#endTrial()
    this.#spare.drop()
    return this.#standby.replace(null)
  }

  /** Makes another version the current one: at once where nothing depends on it, or by a trial. */
  #change(version: AcceptedPlugin): void {
    const { instance, isDisabled, isStopping } = this.#seat
    const runs = instance !== null && !instance.isOver
    if (!isDisabled && (runs || this.#needs.held().length > 0)) void this.#try(version)
    else if (!isStopping) {
      this.unwatch()
      this.#succeed(version, null, 'nothing has needed it yet')
      this.#noteReload(version, 0, 'it was not running')
      this.#needs.changed('was changed')
    }
  }

  async #try(version: AcceptedPlugin): Promise<void> {
    const instance = this.#spare.take(version) ?? this.#seat.make(version)
    const trial = { version, instance }
    this.#trial = trial
    this.#needs.note(
      'plugin-reload-started',
      `${titleOf(version)} is tried beside ${titleOf(this.current)}`,
      {
        from: this.current.build,
        to: version.build,
      },
    )
    try {
      await this.#seat.load(instance, version)
      const recognised = await tryVersion({
        providers: new Set(version.providers.map(({ id }) => id)),
        held: this.#needs.held,
        ask: (question) => this.#own.ask(instance, question),
        askCurrent: (question) => {
          const current = this.#seat.running()
          return current && this.#own.ask(current, question)
        },
      })
      if (this.#trial === trial) this.#switch(trial, recognised)
    } catch (error) {
      if (this.#trial !== trial) return
      this.#trial = null
      this.#seat.end(instance)
      this.#touchedAt = null
      const why = (error as Error).message
      if (instance.wasStarted) this.#needs.quarantine(version.build, why)
      // That there is no process is no fault of the version.
      else this.#again = setTimeout(() => this.consider(), againMs)
      this.#object(version, why)
    }
  }

  /** The candidate takes over, in this turn; the version before stays beside it. */
  #switch({ version, instance }: Trial, { adapters, unconfirmed }: Recognised): void {
    this.#trial = null
    const before = this.#seat.instance?.isOver === false ? this.#seat.instance : null
    // At the port of a debugger there is room for one.
    const stays = this.#needs.keepsStandby ? before : null
    const last = this.#standby.replace(stays)
    this.#succeed(version, instance, 'it took over')
    if (before) instance.ask(stays ? before.surrenderWaiting() : before.surrender())
    if (before && !stays) this.#seat.end(before)
    if (last) {
      instance.ask(last.surrender())
      this.#seat.end(last)
    }
    this.#unconfirmed = unconfirmed
    const yet = unconfirmed.size === 0 ? '' : `, and cannot tell yet of ${unconfirmed.size}`
    const known = adapters - unconfirmed.size
    const recognised = `it recognised ${known} adapter${known === 1 ? '' : 's'}`
    this.#noteReload(version, adapters, recognised + yet)
    this.#needs.changed('was reloaded')
    this.watch()
  }

  #succeed(version: AcceptedPlugin, instance: Instance | null, because: string): void {
    // A version that may not run is none to go back to.
    this.#lineage.takeOver(version, { replace: this.#needs.refusal(this.current) !== null })
    this.objection = null
    this.#unconfirmed = new Set()
    this.#seat.seat(instance, because)
  }

  #noteReload(version: AcceptedPlugin, adapters: number, because: string): void {
    const ms = this.#touchedAt === null ? null : Math.round(performance.now() - this.#touchedAt)
    this.#touchedAt = null
    const from = this.#lineage.fallback?.build ?? null
    const details = { to: version.build, from, adapters, ms }
    this.#needs.note('plugin-reloaded', `${titleOf(version)} took over: ${because}`, details)
  }

  #object(version: AcceptedPlugin, why: string): void {
    this.#spare.drop()
    const objection = `${titleOf(version)} is not taken: ${why}`
    if (this.objection === objection) return
    this.objection = objection
    const details = { to: version.build, from: this.current.build, reason: why }
    this.#needs.note('plugin-reload-failed', `${objection}; ${titleOf(this.current)} stays`, details)
  }

  #prove(): void {
    this.#probation = null
    const held = this.#needs.held().filter(({ fence }) => this.#unconfirmed.has(fence))
    if (held.length > 0) {
      // It has not shown yet that it recognises them.
      this.watch()
      return
    }
    const { isWatched } = this
    this.#lineage.prove()
    this.#needs.good(this.current.build)
    const standby = this.#standby.replace(null)
    if (standby) {
      this.#seat.ask(standby.surrender())
      this.#seat.end(standby)
    }
    if (!isWatched) return
    const message = `${titleOf(this.current)} counts as good`
    this.#needs.note('plugin-probation-over', message, { to: this.current.build })
  }

  /** A version that is watched gives a claim up. That counts only if the version before says the same. */
  async #doubt(question: Question, answer: Answer, deliver: (answer: Answer) => void): Promise<void> {
    const { id, ...asked } = question
    const { instance } = this.#seat
    const reason = 'reason' in answer && answer.reason ? `: ${answer.reason}` : ''
    const why = `it no longer recognises ${question.adapter.name} (${answer.result}${reason})`
    const second = isNo(answer) ? await this.#secondOpinion(asked) : null
    if (instance !== this.#seat.instance) this.#seat.ask([question])
    else if (!isNo(answer) || second?.result === 'SUCCESS') this.goBack(why, [question])
    else if (second && isNo(second)) deliver(answer)
    // Nobody knows better for the moment: the claim stays, and is asked about again.
    else deliver(unexpected(`${why}, and the version before cannot be asked`))
  }

  /**
   * What the version before says. Its process may end while it is asked, as that version may have faults of its own:
   * then it is started again. `null` when it does not run.
   */
  async #secondOpinion(asked: Omit<Question, 'id'>): Promise<Answer | null> {
    for (let tries = 0; tries < opinionTries; tries++) {
      const before = await this.#standby.call()
      const second = before && (await this.#own.ask(before, asked))
      if (second && (second.result === 'SUCCESS' || isNo(second) || !before.isOver)) return second
    }
    return null
  }

  async #doubtReport(claim: HeldClaim, reason: string, deliver: () => void): Promise<void> {
    const { instance } = this.#seat
    const second = await this.#secondOpinion({ kind: 'verify', ...claim })
    if (instance !== this.#seat.instance) return
    if (second?.result !== 'SUCCESS') deliver()
    else
      this.goBack(`it reported ${claim.adapter.name} as lost, which the version before recognises: ${reason}`)
  }

  #confirmed(fence: number): void {
    if (this.#unconfirmed.has(fence))
      this.#unconfirmed = new Set([...this.#unconfirmed].filter((one) => one !== fence))
  }

  /** What it may not any more, the version before does not run with either. */
  #reconsiderStandby(): void {
    const { fallback } = this.#lineage
    if (fallback === null || !this.#needs.refusal(fallback)) return
    const standby = this.#standby.replace(null)
    if (!standby) return
    this.#seat.ask(standby.surrender())
    this.#seat.end(standby)
  }

  #endTrial(): void {
    const trial = this.#trial
    this.#trial = null
    if (!trial) return
    trial.instance.failAll('what lies in the folder has changed again')
    this.#seat.end(trial.instance)
  }
}

export function titleOf({ name, version, build }: AcceptedPlugin): string {
  return `${name} ${version} (${build.slice(0, 8)})`
}

function confirms(answer: Answer, question: Question): boolean {
  return (
    answer.result === 'PENDING' || (answer.result === 'SUCCESS' && answer.connection === question.connection)
  )
}

function rowOf(version: AcceptedPlugin | null, instance: Instance | null): PluginVersionRow | null {
  if (version === null) return null
  const { version: number, build, staged } = version
  return { version: number, build, staged, pid: instance?.pid ?? null }
}
