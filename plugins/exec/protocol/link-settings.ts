import type { Route } from '@claimd/sdk'
import { isObject, shown } from './shown.js'

/** What a script wants set on the link that it connects. */
export interface LinkSettings {
  mtu: number | null
  addresses: readonly string[]
  /** In the order in which they can be made. */
  routes: readonly Route[]
}

/** The keys of the answer to `connect` that are about the link. */
export const linkKeys = ['addresses', 'gateway', 'routes', 'metric', 'mtu'] as const

/** Of so many addresses, or routes. */
const limit = 64
/** Of routes that name none, as for wired connections. */
const usualMetric = 100

/**
 * What a script has printed about its link; `null` when that is nothing. What an address or a network may be is checked by the
 * host, which refuses what cannot be set.
 * @throws an Error with what was found and what was expected
 */
export function readLinkSettings(printed: Readonly<Record<string, unknown>>): LinkSettings | null {
  if (linkKeys.every((key) => printed[key] === undefined)) return null
  const { addresses = [], gateway = [], routes = [], metric = usualMetric, mtu = null } = printed
  if (!isList(addresses) || !addresses.every(isText))
    throw expected('addresses', addresses, `a list of at most ${limit} texts, such as ["192.0.2.7/24"]`)
  if (addresses.length === 0)
    throw expected('addresses', addresses, 'at least one, where a link is to be set up')
  const gateways = isText(gateway) ? [gateway] : gateway
  if (!isList(gateways) || !gateways.every(isText) || gateways.length > 2)
    throw expected('gateway', gateway, 'an address, or a list with one of IPv4 and one of IPv6')
  if (!isWhole(metric)) throw expected('metric', metric, 'a whole number')
  if (mtu !== null && !isWhole(mtu)) throw expected('mtu', mtu, 'a whole number of bytes')
  if (!isList(routes)) throw expected('routes', routes, `a list of at most ${limit} routes`)
  const read = routes.map((route, at) => readRoute(route, `routes[${at}]`, metric))
  const onLink = read.filter(({ gateway }) => gateway === undefined)
  const through = read.filter(({ gateway }) => gateway !== undefined)
  const defaults = gateways.map((gateway): Route => ({ destination: 'default', gateway, metric }))
  return { mtu, addresses, routes: [...onLink, ...defaults, ...through] }
}

function readRoute(route: unknown, place: string, usual: number): Route {
  if (!isObject(route)) throw expected(place, route, 'an object, such as { "destination": "10.0.0.0/8" }')
  const { destination, gateway, metric = usual, ...others } = route
  const [other] = Object.keys(others)
  if (other !== undefined) throw expected(`${place}.${other}`, others[other], 'no such key')
  if (!isText(destination))
    throw expected(`${place}.destination`, destination, 'a network, such as "10.0.0.0/8", or "default"')
  if (gateway !== undefined && !isText(gateway)) throw expected(`${place}.gateway`, gateway, 'an address')
  if (!isWhole(metric)) throw expected(`${place}.metric`, metric, 'a whole number')
  return { destination, metric, ...(gateway !== undefined && { gateway }) }
}

function isList(value: unknown): value is unknown[] {
  return Array.isArray(value) && value.length <= limit
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== ''
}

function isWhole(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0
}

function expected(key: string, found: unknown, expected: string): Error {
  return new Error(`${key}: found ${shown(found)}, expected ${expected}`)
}
