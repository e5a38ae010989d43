import type { Progress } from '@claimd/sdk'
import type { AnyQuestion, DialAct, DialAnswer } from '../../core/kernel/provider-port.js'
import { unexpected } from '../answers.js'
import type { AcceptedPlugin } from '../discovery/found-plugin.js'
import type { AnyAnswer } from '../process/answer-checks.js'
import { actAnswered, beginAct, cancelAct, keyOf, sendActs } from './acts.js'
import {
  askCurrent,
  ensureRunning,
  inspectIfFree,
  rest,
  settleWaitingActs,
  startIfWanted,
} from './current.js'
import { consider, disabled, found, rejected, retired, touched } from './decisions.js'
import { goOn, type Report } from './doubts.js'
import type { Effect, TimerName } from './effects.js'
import type { Facts } from './facts.js'
import { ended, type Failure, failed, retry } from './failures.js'
import { answered, ownAnswered, progressed, reported } from './hearing.js'
import { currentVersion } from './lineage.js'
import { passProbation, watch } from './probation.js'
import { ask } from './processes.js'
import { dropSpare } from './spare.js'
import { standbyActive } from './standby.js'
import type { Process, State } from './state.js'
import { become, type Consequence, deliver, note, type Step, tellAvailability, versionOf } from './step.js'
import { candidateActive, resumeTrial } from './trial.js'

/** What happens to a plugin. Processes are known by number. */
export type SupervisorEvent =
  /** Something in its folder was touched. */
  | { type: 'touched' }
  /** @see found */
  | { type: 'found'; version: AcceptedPlugin; touchedAt: number | null }
  /** What lies in its folder is no plugin at the moment. */
  | { type: 'rejected'; why: string }
  /** What it may do was decided anew. */
  | { type: 'consider' }
  /** It is to run if it runs with the host. */
  | { type: 'start-if-wanted' }
  /** The operator's word. `null`: it is enabled. */
  | { type: 'disabled'; why: string | null }
  /** It ends for good: it was removed, or the host stops. */
  | { type: 'retired'; why: string }
  | { type: 'ask'; questions: readonly AnyQuestion[] }
  /** The moment of the effect `ask-later` has come. */
  | { type: 'ask-again' }
  | { type: 'cancel'; ids: readonly number[] }
  | { type: 'act'; act: DialAct }
  | { type: 'cancel-act'; act: Pick<DialAct, 'fence' | 'kind'> }
  /** A claim of the plugin is over. */
  | { type: 'released'; adapter: string; fence: number }
  /** The questions are on their way to the plugin. */
  | { type: 'sent'; process: number; ids: readonly number[] }
  | { type: 'activated'; process: number; pid: number | null }
  | { type: 'answered'; process: number; question: AnyQuestion; answer: AnyAnswer; ms: number }
  | { type: 'act-answered'; process: number; act: DialAct; answer: DialAnswer }
  /** The act was cancelled so long ago. */
  | ({ type: 'act-overdue'; process: number; ms: number } & Pick<DialAct, 'fence' | 'kind'>)
  /** It tells how far a connect has come. @param provider the full id */
  | { type: 'progressed'; process: number; provider: string; fence: number; progress: Progress }
  /** It reports on a connection. */
  | ({ type: 'reported'; process: number } & Report)
  | ({ type: 'failed'; process: number } & Failure)
  /** The process is gone. */
  | { type: 'ended'; process: number; how: string }
  | { type: 'timer'; timer: TimerName }

/**
 * Supervises a plugin: starts its process when there is a question, and again after it failed; lets another version take
 * over, watches it, and goes back to the one before. It is pure: it changes nothing but the state, and all else that is
 * to be done it returns, in order.
 */
export function supervise(state: State, event: SupervisorEvent, facts: Facts): Effect[] {
  const step = newStep(state, facts)
  handle(step, event)
  for (let next = step.consequences.shift(); next; next = step.consequences.shift()) follow(step, next)
  settleWaitingActs(step)
  if (state.wantsInspect) inspectIfFree(step)
  return step.effects
}

function newStep(state: State, facts: Facts): Step {
  return { state, facts, effects: [], consequences: [], failed: null }
}

/** A supervisor that begins: see {@link newState}. */
export function begin(state: State, facts: Facts): State {
  rest(newStep(state, facts))
  return state
}

function handle(step: Step, event: SupervisorEvent): void {
  switch (event.type) {
    case 'touched':
      touched(step)
      break
    case 'found':
      found(step, event.version, event.touchedAt)
      break
    case 'rejected':
      rejected(step, event.why)
      break
    case 'consider':
      consider(step)
      break
    case 'start-if-wanted':
      startIfWanted(step)
      break
    case 'disabled':
      disabled(step, event.why)
      break
    case 'retired':
      retired(step, event.why)
      break
    case 'ask':
      askCurrent(step, event.questions)
      break
    case 'ask-again':
      askOrFail(step, step.state.later.splice(0))
      break
    case 'cancel':
      cancel(step, event.ids)
      break
    case 'act':
      beginAct(step, event.act)
      break
    case 'cancel-act':
      cancelAct(step, event.act)
      break
    case 'released':
      released(step.state, event.adapter, event.fence)
      break
    case 'timer':
      due(step, event.timer)
      break
    default: {
      const process = step.state.processes.get(event.process)
      // Of one that is gone, nothing counts any more.
      if (process) ofProcess(step, process, event)
    }
  }
}

type ProcessEvent = Extract<SupervisorEvent, { process: number }>

function ofProcess(step: Step, process: Process, event: ProcessEvent): void {
  switch (event.type) {
    case 'sent':
      sent(step, process, event.ids)
      break
    case 'activated':
      activated(step, process, event.pid)
      break
    case 'answered':
      answered(step, process, event.question, event.answer, event.ms)
      break
    case 'act-answered':
      actAnswered(step, process, event.act, event.answer)
      break
    case 'act-overdue':
      actOverdue(step, process, event, event.ms)
      break
    case 'progressed':
      progressed(step, process, event)
      break
    case 'reported':
      reported(step, process, event)
      break
    case 'failed':
      failed(step, process, event)
      break
    case 'ended':
      ended(step, process, event.how)
      break
  }
}

function follow(step: Step, what: Consequence): void {
  if (what.type === 'doubts-go-on') goOn(step)
  else if (what.type === 'acts-changed') resumeTrial(step, { waited: false })
  else ownAnswered(step, what.id, what.answer)
}

function due(step: Step, timer: TimerName): void {
  switch (timer) {
    case 'retry':
      retry(step)
      break
    case 'probation':
      passProbation(step)
      break
    case 'trial':
      consider(step)
      break
    case 'spare':
      dropSpare(step)
      break
    case 'acts':
      resumeTrial(step, { waited: true })
      break
  }
}

function askOrFail(step: Step, questions: readonly AnyQuestion[]): void {
  const process = ensureRunning(step)
  if (process) ask(step, process, questions)
  else for (const question of questions) deliver(step, question, unexpected(step.state.because), 0)
}

function cancel({ state, effects }: Step, ids: readonly number[]): void {
  for (const process of state.processes.values()) {
    const known = ids.filter((id) => process.open.delete(id))
    if (known.length > 0) effects.push({ do: 'cancel', process: process.id, ids: known })
  }
  state.later = state.later.filter(({ id }) => !ids.includes(id))
  for (const { id, from } of state.doubts.values())
    if (from.kind === 'answer' && ids.includes(from.question.id)) state.doubts.delete(id)
}

function released({ claims }: State, adapter: string, fence: number): void {
  // A later claim of the same adapter stays.
  if (claims.get(adapter)?.fence === fence) claims.delete(adapter)
}

function sent({ facts }: Step, process: Process, ids: readonly number[]): void {
  const now = facts.now()
  for (const id of ids) {
    const question = process.open.get(id)
    if (!question) continue
    question.isSent = true
    question.at = now
  }
}

function activated(step: Step, process: Process, pid: number | null): void {
  const { state } = step
  if (process.phase !== 'activating') return
  process.phase = 'active'
  if (state.trial?.process === process) candidateActive(step, state.trial)
  else if (state.standbyStart === process) standbyActive(step, process)
  else if (state.standby === process) step.consequences.push({ type: 'doubts-go-on' })
  else if (state.current === process && state.standing === 'starting') currentActive(step, process, pid)
}

function currentActive(step: Step, process: Process, pid: number | null): void {
  const { state, facts } = step
  const ms = Math.round(facts.now() - process.startedAt)
  become(step, 'running', `activated in ${ms} ms`)
  const wasFailing = state.failing
  state.failing = false
  note(step, 'plugin-started', { ...versionOf(currentVersion(state.lineage)), pid, ms })
  if (wasFailing) tellAvailability(step, `${state.name} is active after all`)
  watch(step)
  state.wantsInspect = true
  sendActs(step)
}

/** A process that goes on with an act that was cancelled long ago has to end. */
function actOverdue(step: Step, process: Process, act: Pick<DialAct, 'fence' | 'kind'>, ms: number): void {
  if (!process.acts.has(keyOf(act))) return
  const why = `it did not end ${act.kind} within ${ms / 1000} s of its cancel`
  step.effects.push({ do: 'kill', process: process.id })
  failed(step, process, { why, how: 'ended', wasStarted: true })
}
