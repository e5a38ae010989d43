import type { OffersService } from '@claimd/sdk'
import type { HostRequests } from './host-requests.js'

export function offersService(requests: HostRequests): OffersService {
  return Object.freeze({
    request: async (adapter: string) => (await requests.request('offersRequest', { adapter })).offers,
  })
}
