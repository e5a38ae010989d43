import type { AcceptedPlugin } from '../discovery/found-plugin.js'
import { currentVersion } from './lineage.js'
import { end, spawn } from './processes.js'
import type { Process } from './state.js'
import { type Step, setTimer } from './step.js'

/** How long a process that was started at the first sign of a change waits for its code, in milliseconds. */
const spareMs = 3000

/**
 * A process without code, started at the first sign of a change: while the folder settles and is copied, Node
 * starts. It is not needed for long: then it is ended. Where an author saves again and again, one waits always.
 */
export function prepareSpare(step: Step): void {
  const { state } = step
  if (state.spare) return
  state.spare = spawn(step, currentVersion(state.lineage))
  if (!state.options.spareWaits) setTimer(step, 'spare', spareMs)
}

/** The spare process, where it has the permissions that the version needs; else `null`. */
export function takeSpare(step: Step, version: AcceptedPlugin): Process | null {
  const { spare } = step.state
  if (!spare || mayNetwork(spare.version) !== mayNetwork(version)) {
    dropSpare(step)
    return null
  }
  forgetSpare(step)
  return spare
}

export function dropSpare(step: Step): void {
  const { spare } = step.state
  if (!spare) return
  forgetSpare(step)
  end(step, spare, 'it is not needed')
}

/** It failed, or has become another process. */
export function forgetSpare(step: Step): void {
  step.state.spare = null
  setTimer(step, 'spare', null)
}

function mayNetwork({ permissions }: AcceptedPlugin): boolean {
  return permissions.network ?? false
}
