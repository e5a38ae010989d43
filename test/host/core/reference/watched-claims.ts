import type { Place } from '../../../../host/core/adapters/place.js'
import { Claims, type ClaimsEvent, type ClaimsRequest } from '../../../../host/core/claims/claims.js'
import type { Settings } from '../../../../host/core/claims/context.js'
import type { StoredState, StoreFault } from '../../../../host/core/kernel/store-port.js'
import type { Turn } from '../../../../host/core/kernel/turn.js'
import type { Seen } from './holders.js'
import { Reference } from './reference.js'

/** The claims machine, with the reference beside it: after each event both must agree. */
export class WatchedClaims extends Claims {
  readonly reference: Reference

  constructor(where: Place, stored: StoredState, settings: Settings) {
    super(where, stored.rows, settings)
    this.reference = new Reference(where, structuredClone(stored), settings)
  }

  override handle(event: ClaimsEvent | ClaimsRequest, turn: Turn<never>): void {
    super.handle(event, turn)
    this.saw(event, turn)
  }

  override wake(adapter: string, turn: Turn<never>): void {
    super.wake(adapter, turn)
    this.saw({ type: 'wake', adapter }, turn)
  }

  override storeFailed(fault: StoreFault, turn: Turn<never>): void {
    super.storeFailed(fault, turn)
    this.saw({ type: 'store-failed' }, turn)
  }

  override storeRecovered(lost: number, turn: Turn<never>): void {
    super.storeRecovered(lost, turn)
    this.saw({ type: 'store-recovered' }, turn)
  }

  private saw(event: Seen, { moment }: Turn<never>): void {
    this.reference.saw(event, moment.now, this.context)
  }
}
