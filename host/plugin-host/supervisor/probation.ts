import type { AnyQuestion } from '../../core/kernel/provider-port.js'
import { hasOpenActs } from './acts.js'
import { askCurrent, changed, seat } from './current.js'
import { endTrial } from './end-trial.js'
import { currentVersion, fallbackVersion, goBackTo, isProven, prove } from './lineage.js'
import { end, takeBack } from './processes.js'
import { prepareSpare } from './spare.js'
import { dropStandby, replaceStandby } from './standby.js'
import { alive, changeOf, note, quarantine, refusalOf, type Step, setTimer, titleOf } from './step.js'

/**
 * A version that has taken over is watched. Until it has proved good, the one before runs on beside it, and takes over
 * again at the first failure.
 */

/** How often the probation is prolonged for an act of the version before. */
const maxProlonged = 6

/** Whether there is a version to go back to. */
export function isWatched({ state }: Step): boolean {
  return fallbackVersion(state.lineage) !== null
}

/** The current version is active: it is watched, unless it has proved good before. */
export function watch(step: Step): void {
  const { options, lineage } = step.state
  if (options.spareWaits) prepareSpare(step)
  setTimer(step, 'probation', isProven(lineage) ? null : options.probationMs)
}

export function unwatch(step: Step): void {
  setTimer(step, 'probation', null)
}

/** The current version failed while it was watched: the one before answers again, also what is open. */
export function goBack(step: Step, why: string, also: readonly AnyQuestion[] = []): void {
  const { state } = step
  const { current } = state
  const open = [...also, ...(current ? takeBack(step, current, { unsent: false }) : [])]
  const failed = goBackTo(state.lineage)
  quarantine(step, failed.build, why)
  // What may not run is no way back.
  while (isWatched(step) && refusalOf(step, currentVersion(state.lineage)) !== null) goBackTo(state.lineage)
  const version = currentVersion(state.lineage)
  unwatch(step)
  if (current) end(step, current, why)
  let standby = replaceStandby(step, null)
  if (standby && (standby.version.build !== version.build || refusalOf(step, version) !== null)) {
    open.push(...takeBack(step, standby, { unsent: false }))
    end(step, standby, why)
    standby = null
  }
  state.objection = `${titleOf(failed)} is not taken: ${why}`
  state.unconfirmed = new Set()
  seat(step, standby, `it is back: ${titleOf(failed)} failed`)
  if (state.trial?.version.build === version.build) endTrial(step, 'it is the version that answers again')
  note(step, 'plugin-rolled-back', { ...changeOf(failed, version), reason: why })
  changed(step, 'went back to the version before')
  if (standby?.phase === 'active') watch(step)
  askCurrent(step, open)
}

/** The probation is over. */
export function passProbation(step: Step): void {
  const { state, facts } = step
  // It has not shown yet that it recognises what it holds, or it is doubted just now.
  const isUnsure = facts.held().some(({ fence }) => state.unconfirmed.has(fence)) || state.doubts.size > 0
  // An act of the version before is not cut off either, unless it takes too long.
  const isBusy = hasOpenActs(alive(state.standby)) && state.prolonged++ < maxProlonged
  if (isUnsure || isBusy) {
    watch(step)
    return
  }
  state.prolonged = 0
  const wasWatched = isWatched(step)
  prove(state.lineage)
  const version = currentVersion(state.lineage)
  step.effects.push({ do: 'remember-good', build: version.build })
  dropStandby(step, `${titleOf(version)} counts as good`)
  if (wasWatched) note(step, 'plugin-probation-over', { to: version.build, toVersion: version.version })
}

/** The current version has recognised a claim. */
export function confirmed({ state }: Step, fence: number): void {
  state.unconfirmed.delete(fence)
}
