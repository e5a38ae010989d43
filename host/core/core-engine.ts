import type { Place } from './adapters/place.js'
import { Claims } from './claims/claims.js'
import type { Settings } from './claims/context.js'
import { Connections, type CoreProtocol } from './connections/connections.js'
import { Engine, type EngineParts } from './kernel/engine.js'
import type { Row } from './kernel/rows.js'
import { eventDocument } from './views/events/event-document.js'

/** Which machine takes what comes from outside. */
export const routes = {
  snapshot: 'claims',
  link: 'claims',
  'link-gone': 'claims',
  answer: 'claims',
  report: 'connections',
  'action-refused': 'claims',
  acts: 'claims',
  'act-failed': 'claims',
  child: 'claims',
  'link-made': 'claims',
  providers: 'claims',
  settings: 'connections',
  offer: 'claims',
  release: 'claims',
  'request-offers': 'claims',
  'connection-answer': 'connections',
  'act-ended': 'connections',
  progress: 'connections',
  undone: 'connections',
  'add-connection': 'connections',
  'edit-connection': 'connections',
  'delete-connection': 'connections',
  connect: 'connections',
  'cancel-request': 'connections',
  'end-owner': 'connections',
  disconnect: 'connections',
  'type-specific': 'connections',
  'disconnect-all': 'connections',
  'wind-down': 'connections',
  'make-links': 'connections',
  'adopt-link': 'connections',
} satisfies EngineParts<CoreProtocol>['routes']

/** The machines that claimd is made of, the lowest first. */
export interface CoreMachines {
  claims: Claims
  connections: Connections
}

/** @param rows as they were stored */
export function makeMachines(where: Place, rows: readonly Row[], settings: Settings): CoreMachines {
  return standOn(new Claims(where, rows, settings), rows, settings)
}

/** The machines above a claims machine. */
export function standOn(claims: Claims, rows: readonly Row[], settings: Settings): CoreMachines {
  const connections = new Connections(claims, rows, settings)
  // What was configured through the API counts from the start.
  claims.context.apply(connections.settings)
  return { claims, connections }
}

type Outside = 'stored' | 'store' | 'providers' | 'acts' | 'undo' | 'timers' | 'recorder'

/** The engine with the machines that claimd is made of. */
export class CoreEngine extends Engine<CoreProtocol> {
  readonly claims: Claims
  readonly connections: Connections

  constructor(machines: CoreMachines, parts: Pick<EngineParts<CoreProtocol>, Outside>) {
    super({ machines: { ...machines }, routes, documentOf: eventDocument, ...parts })
    this.claims = machines.claims
    this.connections = machines.connections
  }
}
