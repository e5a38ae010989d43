import { execHandlers } from './exec/exec-service.js'
import { readHandlers } from './read/read-service.js'
import type { Handlers } from './services.js'

/** What the plugin host itself serves. */
export function ownHandlers(): Handlers {
  return { ...execHandlers(), ...readHandlers() }
}
