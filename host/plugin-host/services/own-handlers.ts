import type { Records } from '../../core/engine/store-port.js'
import { execHandlers } from './exec/exec-service.js'
import { readHandlers } from './read/read-service.js'
import type { Handlers } from './services.js'
import { secretHandlers, storageHandlers } from './storage/storage-service.js'

/** What the plugin host itself serves. */
export function ownHandlers(records: Records): Handlers {
  return { ...execHandlers(), ...readHandlers(), ...storageHandlers(records), ...secretHandlers(records) }
}
