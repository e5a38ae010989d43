import type { Claims, ClaimsProtocol } from './claims/claims.js'
import { Engine, type EngineParts } from './kernel/engine.js'
import { eventDocument } from './views/events/event-document.js'

/** Which machine takes what comes from outside. */
export const routes = {
  snapshot: 'claims',
  link: 'claims',
  'link-gone': 'claims',
  answer: 'claims',
  report: 'claims',
  'action-refused': 'claims',
  acts: 'claims',
  'act-failed': 'claims',
  child: 'claims',
  providers: 'claims',
  settings: 'claims',
  offer: 'claims',
  release: 'claims',
  disconnect: 'claims',
  'disconnect-all': 'claims',
  'request-offers': 'claims',
} satisfies EngineParts<ClaimsProtocol>['routes']

/** The engine with the machines that claimd is made of. */
export class CoreEngine extends Engine<ClaimsProtocol> {
  constructor(
    readonly claims: Claims,
    parts: Pick<EngineParts<ClaimsProtocol>, 'stored' | 'store' | 'providers' | 'timers' | 'recorder'>,
  ) {
    super({ machines: { claims }, routes, documentOf: eventDocument, ...parts })
  }
}
