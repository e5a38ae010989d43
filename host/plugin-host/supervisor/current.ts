import type { AnyQuestion } from '../../core/kernel/provider-port.js'
import { refuseWaitingActs, sendActs } from './acts.js'
import { currentVersion } from './lineage.js'
import { activate, ask, spawn } from './processes.js'
import { notNeeded, type Process } from './state.js'
import { alive, become, refusalOf, type Step, setTimer, tellAvailability } from './step.js'

/** Starts the current version. */
export function start(step: Step): void {
  const { state } = step
  become(step, 'starting', 'it is being activated')
  const version = currentVersion(state.lineage)
  state.current = spawn(step, version)
  activate(step, state.current, version)
}

/** Starts a plugin that is to run with the host. */
export function startIfWanted(step: Step): void {
  const { state } = step
  if (currentVersion(state.lineage).onStartup && state.standing === 'idle') start(step)
}

/** The process of the current version, which is started if it does not run; `null` when it may not. */
export function ensureRunning(step: Step): Process | null {
  const { state } = step
  if (state.current === null && state.standing === 'idle') start(step)
  return alive(state.current)
}

/** Asks the current version. */
export function askCurrent(step: Step, questions: readonly AnyQuestion[]): void {
  if (questions.length === 0) return
  const process = ensureRunning(step)
  if (process) ask(step, process, questions)
  // What was decided in this turn may let it run.
  else {
    if (step.state.later.length === 0) step.effects.push({ do: 'ask-later' })
    step.state.later.push(...questions)
  }
}

/** What it does while nothing runs. */
export function rest(step: Step): void {
  const { state } = step
  state.failing = false
  const refusal = refusalOf(step, currentVersion(state.lineage))
  if (state.retired !== null) become(step, 'stopping', state.retired)
  else if (state.disabled !== null) become(step, 'disabled', state.disabled)
  else if (refusal) become(step, refusal.state, refusal.why)
  else become(step, 'idle', notNeeded)
}

/** Another version is current. @param process that runs it; `null`: it is started when it is needed */
export function seat(step: Step, process: Process | null, because: string): void {
  const { state } = step
  setTimer(step, 'retry', null)
  state.current = process
  state.failing = false
  step.consequences.push({ type: 'doubts-go-on' })
  renew(step)
  if (process === null) rest(step)
  else if (process.phase === 'activating') become(step, 'starting', 'it is being activated')
  else become(step, 'running', because)
  state.wantsInspect = process !== null
  sendActs(step)
}

/** At the end of a step: what waits to be carried out has a process that will take it, or is refused. */
export function settleWaitingActs(step: Step): void {
  const { state } = step
  if (state.waitingActs.length === 0 || ensureRunning(step)) return
  refuseWaitingActs(step, { startsAgain: state.standing === 'backing-off' || state.standing === 'stuck' })
}

/** Another version begins with a clean sheet. */
export function renew({ state }: Step): void {
  state.failures = 0
  state.crashes = []
  state.prolonged = 0
}

/** Other providers can be asked now. */
export function changed(step: Step, why: string): void {
  tellAvailability(step, `${step.state.name} ${why}`)
  startIfWanted(step)
}

/** Once those that end have let go of the port. */
export function inspectIfFree({ state, effects }: Step): void {
  const { current, options } = state
  if (!state.wantsInspect || options.inspect === null || current?.phase !== 'active') return
  if ([...state.processes.values()].some(({ phase }) => phase === 'over')) return
  state.wantsInspect = false
  effects.push({ do: 'inspect', process: current.id, port: options.inspect })
}
