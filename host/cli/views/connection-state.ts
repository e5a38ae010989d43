import type { ConnectionRow, ConnectionState } from '@claimd/sdk'
import type { Colors, Formatter } from 'picocolors/types.js'

/** Whether a connection is up, on its way, or neither. */
export type Standing = 'up' | 'trying' | 'down' | 'unavailable' | 'disabled'

const standings: Record<ConnectionState, Standing> = {
  connected: 'up',
  suspended: 'up',
  connecting: 'trying',
  'connecting-associating': 'trying',
  'connecting-authenticating': 'trying',
  'connecting-waiting-for-ip': 'trying',
  disconnecting: 'down',
  disconnected: 'down',
  'disconnected-unavailable': 'unavailable',
  'disconnected-disabled': 'disabled',
}

/** @param state as it came from a daemon, perhaps a newer one */
export function standingOf(state: ConnectionState): Standing {
  return Object.hasOwn(standings, state) ? standings[state] : 'down'
}

export function paintConnectionState(
  colours: Colors,
  row: Pick<ConnectionRow, 'state' | 'retryAt'>,
): Formatter {
  switch (standingOf(row.state)) {
    case 'up':
      return row.state === 'suspended' ? colours.yellow : colours.green
    case 'trying':
      return colours.cyan
    case 'disabled':
      return colours.dim
    case 'unavailable':
      return colours.yellow
    default:
      return row.retryAt === null ? String : colours.red
  }
}
