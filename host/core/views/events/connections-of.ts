import type { EventDocument } from '@claimd/sdk'

/** The connections that an event is about: also the one that an adapter was held for until then. */
export function connectionsOf(event: EventDocument): string[] {
  const before =
    event.type === 'handed-over'
      ? event.fromConnection
      : event.type === 'connection-renamed'
        ? event.from
        : null
  return [event.about.connection, before].filter((name) => typeof name === 'string')
}
