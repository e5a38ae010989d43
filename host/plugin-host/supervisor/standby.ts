import { askCurrent } from './current.js'
import { fallbackVersion } from './lineage.js'
import { activate, end, spawn, takeBack } from './processes.js'
import type { Process } from './state.js'
import { alive, refusalOf, type Step } from './step.js'

/**
 * The process of the version to go back to, while the current one is watched. It answers where that one is doubted.
 */

/** @returns the process that stood by before, which is the caller's now */
export function replaceStandby({ state }: Step, process: Process | null): Process | null {
  const before = state.standby
  state.standby = process
  return before
}

/** Ends it, also while it is started; what it was still to answer the current version is asked. */
export function dropStandby(step: Step, why: string): void {
  dropStandbyStart(step, why)
  const standby = replaceStandby(step, null)
  if (!standby) return
  const open = takeBack(step, standby, { unsent: false })
  end(step, standby, why)
  step.consequences.push({ type: 'doubts-go-on' })
  askCurrent(step, open)
}

/** Ends it when the version before may not run any more. */
export function reconsiderStandby(step: Step): void {
  const fallback = fallbackVersion(step.state.lineage)
  if (fallback === null) return
  const refusal = refusalOf(step, fallback)
  if (refusal) dropStandby(step, refusal.why)
}

/** The process, active; `starting` while it becomes so, which `doubts-go-on` tells; `null` when it cannot run. */
export function callStandby(step: Step): Process | 'starting' | null {
  const { state } = step
  if (state.standby?.phase === 'active') return state.standby
  if (state.standby?.phase === 'activating' || state.standbyStart) return 'starting'
  const version = fallbackVersion(state.lineage)
  if (version === null || alive(state.current) === null || refusalOf(step, version) !== null) return null
  state.standbyStart = spawn(step, version)
  activate(step, state.standbyStart, version)
  return 'starting'
}

/** The process that was started to stand by is active. */
export function standbyActive(step: Step, process: Process): void {
  const { state } = step
  state.standbyStart = null
  const isStillWanted = fallbackVersion(state.lineage)?.build === process.version.build && !state.standby
  if (isStillWanted) state.standby = process
  else end(step, process, 'it is not needed')
  step.consequences.push({ type: 'doubts-go-on' })
}

/** The process that stands by, or was started to, does not work any more. */
export function standbyFailed(step: Step, process: Process): void {
  const { state } = step
  if (state.standbyStart === process) state.standbyStart = null
  if (state.standby === process) {
    state.standby = null
    // Harmless: the current version may be asked as well.
    askCurrent(step, takeBack(step, process, { unsent: false }))
  }
  step.consequences.push({ type: 'doubts-go-on' })
}

/** Ends what is started to stand by, when the supervisor halts. */
export function dropStandbyStart(step: Step, why: string): void {
  const process = step.state.standbyStart
  if (!process) return
  step.state.standbyStart = null
  end(step, process, why)
  step.consequences.push({ type: 'doubts-go-on' })
}
