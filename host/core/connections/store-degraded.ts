import type { ClaimdError } from '@claimd/sdk'
import { claimdError } from '../errors.js'
import type { ConnectionsContext } from './context.js'

export function storeDegraded(context: ConnectionsContext): ClaimdError {
  return claimdError('STORE_DEGRADED', {
    message: `the decision cannot be kept: ${context.degraded}`,
    found: `${context.degraded}`,
    expected: 'a state folder that can be written',
    remedy: context.adapters.storeRemedy,
  })
}

export function refuseWhileDegraded(context: ConnectionsContext): void {
  if (context.degraded !== null) throw storeDegraded(context)
}
