import type { EventDocument } from '@claimd/sdk'
import { configsInUse } from '../core/connections/configs-in-use.js'
import type { CoreEngine } from '../core/core-engine.js'
import type { ConfigVault } from './config-vault.js'

/** Removes a config, which may hold secrets, as soon as nothing needs it any more. */
export function forgetConfigs(engine: CoreEngine, vault: Pick<ConfigVault, 'forgetOthers'>): void {
  engine.onEvents((events) => {
    if (events.some(leavesConfig)) vault.forgetOthers(configsInUse(engine.connections.context))
  })
}

/** A connection is configured in another way, or not any more, or what was up with an earlier config is down. */
function leavesConfig(event: EventDocument): boolean {
  if (event.type === 'connection-deleted' || event.type === 'connection-edited') return true
  return event.type === 'connection-state' && event.state.startsWith('disconnected')
}
