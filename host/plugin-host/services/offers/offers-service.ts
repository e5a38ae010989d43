import type { RequestedOffer } from '@claimd/sdk'
import { neverAllowed } from '../refusals.js'
import type { Handlers } from '../services.js'
import { Pace } from '../storage/pace.js'

/** How often one plugin may ask for adapters to be offered again; more often, and it has to wait. */
const offerRequests = { burst: 4, perSecond: 1 }

/**
 * `context.offers`.
 * @param request has the core decide: which adapters are offered again for this plugin, and why others are not
 */
export function offerHandlers(
  request: (plugin: string, adapter: string) => Promise<readonly RequestedOffer[]>,
): Handlers {
  const pace = new Pace(offerRequests)
  return {
    offersRequest: async ({ adapter }, caller) => {
      await pace.turn(caller.plugin, caller.signal)
      if (!caller.isCurrent()) {
        throw neverAllowed(
          caller,
          'ask for offers',
          'this version of it does not answer: it is tried, stands by or ends',
        )
      }
      return { offers: [...(await request(caller.plugin, adapter))] }
    },
  }
}
