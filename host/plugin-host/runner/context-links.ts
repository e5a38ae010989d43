import type { Adapter, LinksService, NewLink, Route } from '@claimd/sdk'
import { checkArguments, type LinksAction } from '@claimd/sdk/wire'
import type { HostRequests } from './host-requests.js'

export function linksService(requests: HostRequests): LinksService {
  const ask = async (params: LinksAction, ...args: unknown[]) => {
    checkArguments(`context.links.${params.action}`, args)
    return requests.request('links', params)
  }
  const change = async (params: LinksAction, ...args: unknown[]) => {
    await ask(params, ...args)
  }
  return Object.freeze({
    look: async (adapter: string, fence: number): Promise<Adapter> =>
      (await ask({ action: 'look', adapter, fence }, adapter, fence)).adapter!,
    up: (adapter: string, fence: number) => change({ action: 'up', adapter, fence }, adapter, fence),
    down: (adapter: string, fence: number) => change({ action: 'down', adapter, fence }, adapter, fence),
    addAddress: (adapter: string, fence: number, address: string) =>
      change({ action: 'addAddress', adapter, fence, address }, adapter, fence, address),
    removeAddress: (adapter: string, fence: number, address: string) =>
      change({ action: 'removeAddress', adapter, fence, address }, adapter, fence, address),
    addRoute: (adapter: string, fence: number, route: Route) =>
      change({ action: 'addRoute', adapter, fence, route }, adapter, fence, route),
    removeRoute: (adapter: string, fence: number, route: Route) =>
      change({ action: 'removeRoute', adapter, fence, route }, adapter, fence, route),
    setMtu: (adapter: string, fence: number, mtu: number) =>
      change({ action: 'setMtu', adapter, fence, mtu }, adapter, fence, mtu),
    create: (link: NewLink) => change({ action: 'create', link }, link),
    remove: (name: string) => change({ action: 'remove', name }, name),
    adopt: async (name: string, fence: number): Promise<Adapter> =>
      (await ask({ action: 'adopt', name, fence }, name, fence)).adapter!,
  })
}
