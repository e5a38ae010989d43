import { setImmediate } from 'node:timers/promises'
import type { ConnectionExplainDocument } from '@claimd/sdk'
import type { Store } from '../../core/kernel/store-port.js'
import { connectionsOf } from '../../core/views/events/connections-of.js'
import { eventDocument } from '../../core/views/events/event-document.js'

/** So many events are told, the last ones. */
const mostEvents = 100

/** So many are read at once: other calls are answered between. */
const pageSize = 500

/**
 * What happened to a connection, oldest first.
 * @param revision the journal's last one: what comes later is not told
 */
export async function connectionEvents(
  store: Pick<Store, 'events' | 'oldestRevision'>,
  connection: string,
  revision: number,
): Promise<ConnectionExplainDocument['events']> {
  const found: ConnectionExplainDocument['events'] = []
  for (let after = store.oldestRevision() - 1; after < revision; ) {
    const page = store.events(after, pageSize)
    for (const stored of page) {
      if (stored.revision > revision) return found
      const event = eventDocument(stored)
      if (!connectionsOf(event).includes(connection)) continue
      found.push({ revision: event.revision, at: event.at, type: event.type, message: event.message })
      if (found.length > mostEvents) found.shift()
    }
    if (page.length < pageSize) break
    after = page.at(-1)!.revision
    await setImmediate()
  }
  return found
}
