import type { Place } from '../../../../host/core/adapters/place.js'
import { Claims, type ClaimsEvent } from '../../../../host/core/claims/claims.js'
import type { Settings } from '../../../../host/core/claims/context.js'
import type { Outbox } from '../../../../host/core/claims/outbox.js'
import type { Moment } from '../../../../host/core/claims/records.js'
import type { StoredState } from '../../../../host/core/engine/store-port.js'
import { Reference } from './reference.js'

/** The claims machine, with the reference beside it: after each event both must agree. */
export class WatchedClaims extends Claims {
  readonly reference: Reference

  constructor(where: Place, stored: StoredState, settings: Settings) {
    super(where, stored, settings)
    this.reference = new Reference(where, structuredClone(stored), settings)
  }

  override handle(event: ClaimsEvent, moment: Moment): void {
    super.handle(event, moment)
    this.reference.saw(event, moment.now, this.context)
  }

  override takeOutbox(): Outbox {
    const out = super.takeOutbox()
    this.reference.turnEnded(out)
    return out
  }
}
