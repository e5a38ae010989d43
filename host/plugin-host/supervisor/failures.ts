import { backoffMs, backoffTimes } from './backoff.js'
import { spendCrash } from './crash-budget.js'
import { start, startIfWanted } from './current.js'
import { halted, reconsider } from './decisions.js'
import { becauseFailed } from './facts.js'
import { currentVersion } from './lineage.js'
import { goBack, isWatched, unwatch } from './probation.js'
import { failOpen } from './processes.js'
import { forgetSpare } from './spare.js'
import { standbyFailed } from './standby.js'
import type { Process } from './state.js'
import { become, note, quarantine, type Step, setTimer, tellAvailability, versionOf } from './step.js'
import { failTrial } from './trial.js'

/** A process that fails, and when the plugin is started again. */

export interface Failure {
  why: string
  /** `stuck`: its loop does not turn. */
  how: 'stuck' | 'ended'
  /** Whether there ever was a process: where not, the machine is to blame, not the version. */
  wasStarted: boolean
}

/** The process does not work any more. */
export function failed(step: Step, process: Process, failure: Failure): void {
  const { state } = step
  if (process.phase === 'over') return
  process.phase = 'over'
  if (state.spare === process) forgetSpare(step)
  else if (state.trial?.process === process) failTrial(step, failure.why, failure.wasStarted)
  else if (state.standby === process || state.standbyStart === process) standbyFailed(step, process)
  else if (state.current === process) currentFailed(step, failure)
  failOpen(step, process, failure.why)
}

/** The process is gone. */
export function ended(step: Step, process: Process, how: string): void {
  const { state, facts } = step
  failOpen(step, process, how)
  state.processes.delete(process.id)
  if (state.standing === 'stopping' && state.processes.size === 0) halted(step)
  if (process !== state.current) return
  state.current = null
  if (state.standing === 'quarantined') {
    // An operator may have lifted it meanwhile.
    reconsider(step)
    return
  }
  if (facts.now() - process.startedAt >= backoffTimes.stableMs) state.failures = 0
  const ms = backoffMs(state.failures++, facts.random())
  setTimer(step, 'retry', ms)
  const why = state.because
  become(step, 'backing-off', `${why}; it may start again after ${Math.round(ms / 100) / 10} s`)
  state.lastFailure = why
}

/** It has waited long enough. */
export function retry(step: Step): void {
  const { state } = step
  if (state.standing !== 'backing-off') return
  if (state.failing) {
    // That it may be tried again is no news for adapters: only that it works would be.
    start(step)
    return
  }
  become(step, 'idle', `it may start again; the last time: ${state.lastFailure}`)
  tellAvailability(step, `${state.name} may be asked again`)
  startIfWanted(step)
}

function currentFailed(step: Step, { why, how, wasStarted }: Failure): void {
  const { state, facts } = step
  state.restarts++
  if (isWatched(step) && wasStarted) {
    goBack(step, why)
    return
  }
  unwatch(step)
  state.failing = state.standing === 'starting'
  let isSpent = false
  if (wasStarted) ({ times: state.crashes, isSpent } = spendCrash(state.crashes, facts.now()))
  const version = currentVersion(state.lineage)
  if (isSpent) quarantine(step, version.build, why)
  if (isSpent) become(step, 'quarantined', becauseFailed(why))
  else become(step, how === 'stuck' ? 'stuck' : 'backing-off', why)
  const type = how === 'stuck' ? 'plugin-stuck' : 'plugin-ended'
  const failed = { ...versionOf(version), because: why }
  note(step, type, { ...failed, restarts: state.restarts })
  if (isSpent) note(step, 'plugin-quarantined', failed)
  tellAvailability(step, `${state.name}: ${why}`)
}
