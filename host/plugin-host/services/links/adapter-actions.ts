import type { Difference } from '../../../core/adapters/changes.js'
import type { LinkRoute, LinkState, Loss } from '../../../core/adapters/link-changer.js'
import { claimdError } from '../../../core/errors.js'
import { type Change, describeRoute, isSameRoute, leastForIPv6 } from '../../../core/ledger/undo-entry.js'
import type { LinkParts, Wish } from './wish.js'

/*
 * What a holder can do to its adapter. What is there already is left as it is and belongs to whoever made it; what
 * is to be removed must have been made through the host.
 */

export async function setUp({ changer }: LinkParts, wish: Wish, up: boolean): Promise<void> {
  const { adapter } = wish.admit()
  const link = there(await changer.look(adapter.index), adapter.name)
  if (link.up === up) return wish.takeOver({ type: 'up', before: up, from: up, after: up })
  const told: Difference[] = up
    ? [{ kind: 'up' }]
    : [{ kind: 'down' }, ...adapter.addresses.filter(isIPv6).map(removed)]
  const losses = up ? [] : await changer.losses(adapter.index, 'down')
  const change: Change = { type: 'up', before: link.up, from: link.up, after: up, ...withLosses(losses) }
  await wish.make(change, told, () => changer.setUp(adapter.index, up))
}

export async function setMtu({ changer }: LinkParts, wish: Wish, mtu: number): Promise<void> {
  const { adapter } = wish.admit()
  const link = there(await changer.look(adapter.index), adapter.name)
  if (link.mtu === mtu) return wish.takeOver({ type: 'mtu', before: mtu, from: mtu, after: mtu })
  const isTooLow = mtu < leastForIPv6 && link.mtu >= leastForIPv6
  const losses = isTooLow ? await changer.losses(adapter.index, 'low-mtu') : []
  const change: Change = { type: 'mtu', before: link.mtu, from: link.mtu, after: mtu, ...withLosses(losses) }
  const told = isTooLow ? adapter.addresses.filter(isIPv6).map(removed) : []
  await wish.make(change, told, () => changer.setMtu(adapter.index, mtu))
}

export async function addAddress(parts: LinkParts, wish: Wish, address: string): Promise<void> {
  const { changer } = parts
  const { index } = wish.admit().adapter
  const change: Change = { type: 'address', address }
  const found = (await changer.addresses(index)).find((one) => one.address === address)
  if (!found) {
    const added: Difference = { kind: 'address-added', address }
    return wish.make(change, [added], () => changer.addAddress(index, address))
  }
  wish.takeOver(change, found.ours)
}

export async function removeAddress(parts: LinkParts, wish: Wish, address: string): Promise<void> {
  const { changer, ledger } = parts
  const { index, id } = wish.admit().adapter
  const entry = ledger.find(id, { type: 'address', address })
  const found = (await changer.addresses(index)).find((one) => one.address === address)
  if (!found) {
    if (entry) ledger.strike(entry)
    return
  }
  if (!entry || found.ours === false) throw wish.refuse('it was not added through the host')
  await wish.takeBack(entry, [removed(address)], () => changer.removeAddress(index, address))
}

/** @param check refuses the route, given the addresses of the link with their prefix lengths */
export async function addRoute(
  parts: LinkParts,
  wish: Wish,
  route: LinkRoute,
  check: (addresses: readonly string[]) => void,
): Promise<void> {
  const { changer } = parts
  const { index } = wish.admit().adapter
  check((await changer.addresses(index)).map(({ address }) => address))
  const change: Change = { type: 'route', route }
  const found = (await changer.routes(index)).find((one) => isSameRoute(one, route))
  if (!found) return wish.make(change, [], () => changer.addRoute(index, route))
  wish.takeOver(change, found.ours)
}

export async function removeRoute(parts: LinkParts, wish: Wish, route: LinkRoute): Promise<void> {
  const { changer, ledger } = parts
  const { index, id } = wish.admit().adapter
  const entry = ledger.find(id, { type: 'route', route })
  const found = (await changer.routes(index)).find((one) => isSameRoute(one, route))
  if (!found) {
    if (entry) ledger.strike(entry)
    return
  }
  if (!entry || found.ours === false)
    throw wish.refuse(`the ${describeRoute(route)} was not added through the host`)
  await wish.takeBack(entry, [], () => changer.removeRoute(index, route))
}

function withLosses(losses: readonly Loss[]) {
  return losses.length === 0 ? {} : { losses }
}

function removed(address: string): Difference {
  return { kind: 'address-removed', address }
}

function isIPv6(address: string): boolean {
  return address.includes(':')
}

function there(link: LinkState | null, name: string): LinkState {
  if (link) return link
  throw claimdError('LINK_NOT_CHANGED', {
    message: `the link ${name} is gone`,
    found: 'no such link',
    expected: 'a link that is there',
    remedy: 'wait for `released`',
  })
}
