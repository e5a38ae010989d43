import type { ConnectionState, EventDocument } from '@claimd/sdk'

const steps: Partial<Record<ConnectionState, string>> = {
  connecting: 'connecting',
  'connecting-associating': 'associating',
  'connecting-authenticating': 'authenticating',
  'connecting-waiting-for-ip': 'waiting for an address',
  disconnecting: 'being taken down',
}

/** How far a connection has come, in words; `null` where an event says nothing about it. */
export function progressOf(event: EventDocument, name: string): string | null {
  if (event.about?.connection !== name) return null
  if (event.type === 'connect-progress') return event.text
  if (event.type !== 'connection-state') return null
  const step = steps[event.state] ?? event.state
  return event.because ? `${step}: ${event.because}` : step
}
