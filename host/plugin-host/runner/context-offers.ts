import type { OffersService } from '@claimd/sdk'
import { checkArguments } from '@claimd/sdk/wire'
import type { HostRequests } from './host-requests.js'

export function offersService(requests: HostRequests): OffersService {
  return Object.freeze({
    async request(adapter: string) {
      checkArguments('context.offers.request', [adapter])
      return (await requests.request('offersRequest', { adapter })).offers
    },
  })
}
