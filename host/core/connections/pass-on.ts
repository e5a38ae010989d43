import type { ClaimsEvent, ClaimsRequest } from '../claims/claims.js'
import type { ConnectionsContext } from './context.js'

/** What the connections machine takes, and has nothing to say about: the claims machine takes it, within this turn. */
export function passOn({ claims, turn }: ConnectionsContext, event: ClaimsEvent | ClaimsRequest): void {
  turn.within('claims', () => claims.handle(event, turn))
}
