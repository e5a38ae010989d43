import type { ConnectionState } from '@claimd/sdk'

type Group = 'down' | 'connecting' | 'up' | 'ending'

const groups: Record<ConnectionState, Group> = {
  disconnected: 'down',
  'disconnected-unavailable': 'down',
  'disconnected-disabled': 'down',
  connecting: 'connecting',
  'connecting-associating': 'connecting',
  'connecting-authenticating': 'connecting',
  'connecting-waiting-for-ip': 'connecting',
  connected: 'up',
  suspended: 'up',
  disconnecting: 'ending',
}

/**
 * From where to where a connection goes. What is up is never down without having been taken down; only a release of its
 * adapter ends it at once.
 */
const edges: Record<Group, readonly Group[]> = {
  down: ['down', 'connecting'],
  connecting: ['connecting', 'up', 'ending', 'down'],
  up: ['up', 'ending'],
  ending: ['down', 'connecting', 'up'],
}

/** @param isReleased its adapter was released since it was in the first state */
export function isEdge(from: ConnectionState, to: ConnectionState, isReleased = false): boolean {
  return isReleased || edges[groups[from]].includes(groups[to])
}

export function isUpState(state: ConnectionState): boolean {
  return groups[state] === 'up'
}

export function isDownState(state: ConnectionState): boolean {
  return groups[state] === 'down'
}
