import type { PluginState, PluginVersionRow } from '@claimd/sdk'
import type { ProviderInfo } from '../../core/claims/provider-info.js'
import type { AcceptedPlugin } from '../discovery/found-plugin.js'
import { currentVersion, fallbackVersion, isProven } from './lineage.js'
import type { Process, State } from './state.js'

/** What is shown of a plugin. */

/** The process id of a process by its number; `null` when it does not run. */
export type PidOf = (process: number) => number | null

/** How it stands, and why. */
export function standingOf({ standing, because, objection, restarts, current }: State, pidOf: PidOf) {
  return {
    state: standing,
    because: objection === null ? because : `${because}; ${objection}`,
    restarts,
    pid: current && pidOf(current.id),
  }
}

/** Whether its providers can be asked. */
export function availabilityOf({
  disabled,
  standing,
  because,
  failing,
}: State): Pick<ProviderInfo, 'status' | 'because'> {
  if (disabled !== null) return { status: 'disabled', because: disabled }
  const isUnavailable = unavailable.includes(standing) || (standing === 'starting' && failing)
  return isUnavailable ? { status: 'unavailable', because } : { status: 'available', because: '' }
}

/** What runs, what is tried beside it, and where to go back to. */
export function versionsOf({ lineage, current, trial, standby }: State, pidOf: PidOf) {
  const row = (version: AcceptedPlugin | null, process: Process | null): PluginVersionRow | null =>
    version && {
      version: version.version,
      build: version.build,
      staged: version.staged,
      pid: process && pidOf(process.id),
    }
  const active = row(currentVersion(lineage), current)
  return {
    active,
    candidate: row(trial?.version ?? null, trial?.process ?? null),
    lastGood: isProven(lineage) ? active : row(fallbackVersion(lineage), standby),
  }
}

/** The builds whose copies are needed. */
export function neededBuilds({ lineage, trial }: State): string[] {
  return [...lineage.versions, ...(trial ? [trial.version] : [])].map(({ build }) => build)
}

const unavailable: PluginState[] = ['backing-off', 'stuck', 'quarantined', 'untrusted', 'stopping']
