import type { Adapter, LinkChange } from '@claimd/sdk'
import type { LinksAction } from '@claimd/sdk/wire'
import { changesToAdd, changeToRoute } from '../../../core/permissions/link-change.js'
import type { Caller } from '../caller.js'
import { neverAllowed } from '../refusals.js'
import type { Handlers } from '../services.js'
import { addAddress, addRoute, removeAddress, removeRoute, setMtu, setUp } from './adapter-actions.js'
import { checkAddress, checkMtu, checkNewLink, checkRoute } from './link-arguments.js'
import { checkChanges } from './link-permissions.js'
import { adopt, create, remove } from './made-links.js'
import { type LinkParts, Wish } from './wish.js'

/** It changes nothing, and waits for nothing that is being changed. */
type Look = Extract<LinksAction, { action: 'look' }>

type Adopt = Extract<LinksAction, { action: 'adopt' }>

/** `context.links`. */
export function linkHandlers(parts: LinkParts): Handlers {
  return {
    links: async (params, caller) => {
      if (params.action === 'look') return { adapter: look(parts, params, caller) }
      if (params.action === 'adopt') {
        mustBeCurrent(caller, 'adopt links')
        return { adapter: await adopt(parts, caller, params.name, params.fence) }
      }
      await parts.ledger.inTurn(() => take(parts, params, caller))
      return {}
    },
  }
}

function look(parts: LinkParts, { adapter, fence }: Look, caller: Caller): Adapter {
  mustBeCurrent(caller, 'look at links')
  return new Wish(parts, { plugin: caller.plugin, adapter, fence, what: 'look at it' }).admit().adapter
}

function mustBeCurrent(caller: Caller, what: string): void {
  if (caller.isCurrent()) return
  throw neverAllowed(caller, what, 'this version of it does not answer: it is tried, stands by or ends')
}

async function take(
  parts: LinkParts,
  params: Exclude<LinksAction, Look | Adopt>,
  caller: Caller,
): Promise<void> {
  // What a process wanted that is gone meanwhile, nobody wants any more.
  caller.signal.throwIfAborted()
  mustBeCurrent(caller, 'change links')
  const { plugin } = caller
  if (params.action === 'remove') return remove(parts, caller, params.name)
  if (params.action === 'create') {
    const what = `make the ${params.link.kind} link ${params.link.name} on it`
    const link = checkNewLink(params.link)
    return create(parts, caller, link, (parent) => new Wish(parts, { plugin, ...parent, what }))
  }
  const { adapter, fence } = params
  const may = (...changes: LinkChange[]) => checkChanges(caller, changes)
  const wish = (what: string) => new Wish(parts, { plugin, adapter, fence, what })
  switch (params.action) {
    case 'up':
      may('up')
      return setUp(parts, wish('set it up'), true)
    case 'down':
      may('up')
      return setUp(parts, wish('set it down'), false)
    case 'setMtu': {
      may('mtu')
      const mtu = checkMtu(params.mtu)
      return setMtu(parts, wish(`set its MTU to ${mtu}`), mtu)
    }
    case 'addAddress': {
      const address = checkAddress(params.address)
      may(...changesToAdd(address))
      return addAddress(parts, wish(`add address ${address}`), address)
    }
    case 'removeAddress': {
      const address = checkAddress(params.address)
      may('address')
      return removeAddress(parts, wish(`remove address ${address}`), address)
    }
    case 'addRoute': {
      const route = checkRoute(params.route)
      may('route')
      const routeWish = wish(`add the route to ${route.destination}`)
      return addRoute(parts, routeWish, route, (addresses) =>
        may(changeToRoute(route.destination, addresses)),
      )
    }
    case 'removeRoute': {
      const route = checkRoute(params.route)
      may('route')
      return removeRoute(parts, wish(`remove the route to ${route.destination}`), route)
    }
  }
}
