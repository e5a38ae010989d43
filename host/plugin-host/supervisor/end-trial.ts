import { sendActs } from './acts.js'
import { end } from './processes.js'
import { type Step, setTimer } from './step.js'

/** Ends the trial of a version, if there is one, and its process. */
export function endTrial(step: Step, why: string): void {
  const { state } = step
  const { trial } = state
  setTimer(step, 'trial', null)
  if (!trial) return
  state.trial = null
  setTimer(step, 'acts', null)
  end(step, trial.process, why)
  sendActs(step)
}
