import type { LinksService, NewLink, Route } from '@claimd/sdk'
import { checkArguments, type LinksAction } from '@claimd/sdk/wire'
import type { HostRequests } from './host-requests.js'

export function linksService(requests: HostRequests): LinksService {
  const act = async (params: LinksAction, ...args: unknown[]) => {
    checkArguments(`context.links.${params.action}`, args)
    await requests.request('links', params)
  }
  return Object.freeze({
    up: (adapter: string, fence: number) => act({ action: 'up', adapter, fence }, adapter, fence),
    down: (adapter: string, fence: number) => act({ action: 'down', adapter, fence }, adapter, fence),
    addAddress: (adapter: string, fence: number, address: string) =>
      act({ action: 'addAddress', adapter, fence, address }, adapter, fence, address),
    removeAddress: (adapter: string, fence: number, address: string) =>
      act({ action: 'removeAddress', adapter, fence, address }, adapter, fence, address),
    addRoute: (adapter: string, fence: number, route: Route) =>
      act({ action: 'addRoute', adapter, fence, route }, adapter, fence, route),
    removeRoute: (adapter: string, fence: number, route: Route) =>
      act({ action: 'removeRoute', adapter, fence, route }, adapter, fence, route),
    setMtu: (adapter: string, fence: number, mtu: number) =>
      act({ action: 'setMtu', adapter, fence, mtu }, adapter, fence, mtu),
    create: (link: NewLink) => act({ action: 'create', link }, link),
    remove: (name: string) => act({ action: 'remove', name }, name),
  })
}
