/**
 * SEAM. The machine of connections is not in the engine yet. When it is, this file goes: `connections.ts` and `status.ts` then
 * import the three views from `core/connections/views.ts`, and `CoreEngine` takes the requests by itself.
 */
import type { ConnectionDocument, ConnectionRequest, ConnectionRow } from '@claimd/sdk'
import { connectionRows as claimedRows } from '../../core/claims/views.js'
import type { CoreProtocol } from '../../core/connections/connections.js'
import type { ConnectionSettings } from '../../core/connections/settings.js'
import type { CoreEngine } from '../../core/core-engine.js'
import type { Engine } from '../../core/kernel/engine.js'
import { durableState } from './engine-state.js'

/** All that is shown of a connection but what needs the vault and the plugins. */
export type ConnectionDetail = Omit<ConnectionDocument, 'revision' | 'configuration'> & {
  settings: ConnectionSettings | null
}

export function connectionRows(engine: CoreEngine): ConnectionRow[] {
  return claimedRows(durableState(engine))
}

export function connectionDetail(engine: CoreEngine, name: string): ConnectionDetail | null {
  const row = connectionRows(engine).find((one) => one.name === name)
  if (!row) return null
  const nothing = { change: null, deferred: false, sharesWith: null, failure: null, settings: null }
  return { ...row, ...nothing, source: null, holdRows: [], requests: [], resources: [] }
}

export function findRequest(_engine: CoreEngine, _id: number): ConnectionRequest | null {
  return null
}

/** The engine as what it will be. */
export function whole(engine: CoreEngine): Pick<Engine<CoreProtocol>, 'ask'> {
  return engine as unknown as Pick<Engine<CoreProtocol>, 'ask'>
}
