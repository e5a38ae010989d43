import type { AcceptedPlugin } from '../discovery/found-plugin.js'
import { renew, rest, startIfWanted } from './current.js'
import { endTrial } from './end-trial.js'
import { currentVersion, refreshVersion } from './lineage.js'
import { unwatch } from './probation.js'
import { end } from './processes.js'
import { dropSpare, prepareSpare } from './spare.js'
import { dropStandbyStart, reconsiderStandby, replaceStandby } from './standby.js'
import { become, note, refusalOf, type Step, setTimer, tellAvailability, versionOf } from './step.js'
import { change, object } from './trial.js'

/** What a change of the folder, of permissions, or of an operator's decision leads to. */

/** Something in the folder was touched. */
export function touched(step: Step): void {
  const { trial, standing } = step.state
  if (!trial && standing === 'running') prepareSpare(step)
}

/** This lies in the folder now. @param touchedAt monotonic milliseconds, when that began to be written */
export function found(step: Step, version: AcceptedPlugin, touchedAt: number | null): void {
  const { state } = step
  const isKnown = version.build === state.wanted.build && version.bundled === state.wanted.bundled
  if (isKnown && !state.isRejected) return
  state.touchedAt = touchedAt
  state.wanted = version
  state.isRejected = false
  consider(step)
}

/** What lies in the folder is no plugin at the moment; what runs goes on. */
export function rejected(step: Step, why: string): void {
  endTrial(step, 'what lies in the folder is no plugin any more')
  step.state.isRejected = true
  step.state.objection = `what lies in its folder now is rejected: ${why}`
}

/** Looks again whether what lies in the folder may run, or what runs still may. */
export function consider(step: Step): void {
  const { state } = step
  if (state.retired !== null) return
  const version = state.wanted
  if (version.build === currentVersion(state.lineage).build && !state.isRejected)
    refreshVersion(state.lineage, version)
  reconsider(step)
  reconsiderStandby(step)
  if (state.isRejected) return
  if (state.trial && state.trial.version.build !== version.build)
    endTrial(step, 'what lies in the folder has changed again')
  if (version.build === currentVersion(state.lineage).build) {
    state.objection = null
    dropSpare(step)
    return
  }
  const refusal = refusalOf(step, version)
  if (refusal) {
    endTrial(step, refusal.why)
    object(step, version, refusal.why)
  } else if (state.trial === null) change(step, version)
}

/** Something was decided about the current version. */
export function reconsider(step: Step): void {
  const { state } = step
  const before = state.standing
  // When everything has ended, it is looked at again.
  if (before === 'stopping') return
  const refusal = refusalOf(step, currentVersion(state.lineage))
  if (refusal && state.current !== null) {
    halt(step, refusal.why)
    return
  }
  if (state.current === null && (refusal || before !== 'backing-off')) {
    setTimer(step, 'retry', null)
    rest(step)
    if (before === 'quarantined' && state.standing === 'idle') renew(step)
  } else return
  if (before !== state.standing) tellAvailability(step, `${state.name}: ${state.because}`)
  startIfWanted(step)
}

/** The operator's word. @param why `null`: it is enabled */
export function disabled(step: Step, why: string | null): void {
  const { state } = step
  state.disabled = why
  if (state.current === null && state.standing !== 'stopping') rest(step)
  // Where processes have to end for it, `halt` tells.
  const isRunning = state.current !== null || state.standby !== null
  if (why === null || !isRunning)
    tellAvailability(step, `${state.name} was ${why === null ? 'enabled' : 'disabled'}`)
  obey(step)
}

/** Ends it for good: the plugin was removed, or the host stops. */
export function retired(step: Step, why: string): void {
  step.state.retired = why
  halt(step, why)
}

/** The last process is gone after the supervisor was halted. */
export function halted(step: Step): void {
  const { state } = step
  rest(step)
  note(step, 'plugin-ended', { ...versionOf(currentVersion(state.lineage)), because: state.because })
  if (state.retired !== null) return
  tellAvailability(step, `${state.name}: ${state.because}`)
  obey(step)
}

/** Does what the operator decided. */
function obey(step: Step): void {
  if (step.state.disabled !== null) halt(step, step.state.disabled)
  else {
    consider(step)
    startIfWanted(step)
  }
}

/** Ends every process, and rests. */
function halt(step: Step, why: string): void {
  const { state } = step
  setTimer(step, 'retry', null)
  unwatch(step)
  endTrial(step, why)
  dropSpare(step)
  const running = [state.current, replaceStandby(step, null)].filter((process) => process !== null)
  state.current = null
  step.consequences.push({ type: 'doubts-go-on' })
  state.wantsInspect = false
  if (state.processes.size === 0) rest(step)
  else become(step, 'stopping', why)
  // First: the core has to know that they cannot be asked before it hears of their last answers.
  if (running.length > 0 && state.retired === null) tellAvailability(step, `${state.name}: ${why}`)
  dropStandbyStart(step, why)
  for (const process of running) end(step, process, why)
}
