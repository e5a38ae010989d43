import type { Records } from '../../core/kernel/store-port.js'
import { dbusHandlers } from './dbus/dbus-service.js'
import { execHandlers } from './exec/exec-service.js'
import { readHandlers } from './read/read-service.js'
import type { Handlers } from './services.js'
import { secretHandlers, storageHandlers } from './storage/storage-service.js'

/** What the plugin host itself serves. */
export interface OwnHandlers {
  handlers: Handlers
  /** The records of the plugin are gone. */
  forget(plugin: string): void
  /** Ends what belongs to no plugin. */
  close(): Promise<void>
}

export function ownHandlers(records: Records): OwnHandlers {
  const { close, ...dbus } = dbusHandlers()
  const kept = [storageHandlers(records), secretHandlers(records)]
  const handlers = {
    ...execHandlers(),
    ...readHandlers(),
    ...kept[0]!.handlers,
    ...kept[1]!.handlers,
    ...dbus,
  }
  const forget = (plugin: string) => {
    for (const one of kept) one.forget(plugin)
  }
  return { handlers, forget, close }
}
