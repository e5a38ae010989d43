import type { Records } from '../../core/engine/store-port.js'
import { dbusHandlers } from './dbus/dbus-service.js'
import { execHandlers } from './exec/exec-service.js'
import { readHandlers } from './read/read-service.js'
import type { Handlers } from './services.js'
import { secretHandlers, storageHandlers } from './storage/storage-service.js'

/** What the plugin host itself serves. `close` ends what belongs to no plugin. */
export function ownHandlers(records: Records): { handlers: Handlers; close(): Promise<void> } {
  const { close, ...dbus } = dbusHandlers()
  const handlers = {
    ...execHandlers(),
    ...readHandlers(),
    ...storageHandlers(records),
    ...secretHandlers(records),
    ...dbus,
  }
  return { handlers, close }
}
