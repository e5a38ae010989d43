import type { ConnectionState } from '@claimd/sdk'
import type { ConnectionsContext } from './context.js'
import { stateOf } from './views.js'

/** How many connections are down since their last attempt failed, by their state; tried again later, or not. */
export function failedByState(context: ConnectionsContext): Partial<Record<ConnectionState, number>> {
  const counts: Partial<Record<ConnectionState, number>> = {}
  for (const record of context.records.values()) {
    const { attempt, failure, settings } = record
    if (attempt !== null || failure === null || failure.cause === 'cancelled' || !settings?.enabled) continue
    const state = stateOf(context, record)?.state
    if (state?.startsWith('disconnected')) counts[state] = (counts[state] ?? 0) + 1
  }
  return counts
}
