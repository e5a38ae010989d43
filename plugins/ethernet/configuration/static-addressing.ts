import { canonicalAddress, canonicalPrefix } from '../ip-address.js'
import type { Place, TellFault } from './faults.js'

/** A route of a connection. */
export interface StaticRoute {
  /** A network with its prefix length, or `default`. */
  destination: string
  gateway: string | null
  metric: number
}

/** What the operator has written down for the adapter. */
export interface StaticAddressing {
  method: 'static'
  /** With their prefix lengths. */
  addresses: readonly string[]
  /** One for each family at most. */
  gateways: readonly string[]
  /** Without those through `gateways`. */
  routes: readonly StaticRoute[]
  /** Of the routes through `gateways`. */
  metric: number
  /** `null`: as it is. */
  mtu: number | null
}

/** What the method `static` takes, and no other. */
export const staticKeys = ['addresses', 'gateway', 'routes', 'metric', 'mtu'] as const

const addressLimit = 64
const routeLimit = 256
/** NetworkManager's one for wired connections. A default route that is there without a metric goes on to count. */
const usualMetric = 100
const longestMetric = 2 ** 32 - 1
const mtuLimits = { least: 68, most: 65_535 }

const addressForm = 'an IP address with its prefix length, such as "192.0.2.7/24"'
const gatewayForm = 'an IP address, such as "192.0.2.1"'
const metricForm = `a whole number from 0 to ${longestMetric}`

export function readStatic(
  config: Readonly<Record<string, unknown>>,
  fault: TellFault,
): Omit<StaticAddressing, 'method'> {
  const metric = readNumber(config.metric, usualMetric, [0, longestMetric], ['metric'], metricForm, fault)
  return {
    addresses: readAddresses(config.addresses, fault),
    gateways: readGateways(config.gateway, fault),
    routes: readRoutes(config.routes, metric, fault),
    metric,
    mtu: readMtu(config.mtu, fault),
  }
}

function readAddresses(addresses: unknown, fault: TellFault): string[] {
  if (!Array.isArray(addresses) || addresses.length === 0 || addresses.length > addressLimit) {
    fault(['addresses'], addresses, `a list of 1 to ${addressLimit} addresses, such as ["192.0.2.7/24"]`)
    return []
  }
  return addresses.flatMap((address: unknown, index) => {
    const canonical = typeof address === 'string' ? canonicalPrefix(address) : null
    if (canonical !== null) return canonical
    fault(['addresses', index], address, addressForm)
    return []
  })
}

function readGateways(gateway: unknown, fault: TellFault): string[] {
  if (gateway === undefined) return []
  if (!Array.isArray(gateway)) return readGateway(gateway, ['gateway'], fault)
  if (gateway.length === 1 || gateway.length === 2)
    return gateway.flatMap((one: unknown, index) => readGateway(one, ['gateway', index], fault))
  fault(['gateway'], gateway, 'an IP address, or a list of one IPv4 address and one IPv6 address')
  return []
}

function readGateway(gateway: unknown, place: Place, fault: TellFault): string[] {
  const canonical = typeof gateway === 'string' ? canonicalAddress(gateway) : null
  if (canonical !== null) return [canonical]
  fault(place, gateway, gatewayForm)
  return []
}

function readRoutes(routes: unknown, usual: number, fault: TellFault): StaticRoute[] {
  if (routes === undefined) return []
  if (!Array.isArray(routes) || routes.length > routeLimit) {
    fault(
      ['routes'],
      routes,
      `a list of at most ${routeLimit} routes, such as [{"destination": "10.0.0.0/8"}]`,
    )
    return []
  }
  return routes.flatMap((route: unknown, index) => readRoute(route, usual, ['routes', index], fault))
}

const routeKeys = ['destination', 'gateway', 'metric']

function readRoute(route: unknown, usual: number, place: Place, fault: TellFault): StaticRoute[] {
  if (typeof route !== 'object' || route === null || Array.isArray(route)) {
    fault(place, route, 'a route, such as {"destination": "10.0.0.0/8", "gateway": "192.0.2.1"}')
    return []
  }
  const fields = route as Record<string, unknown>
  for (const key of Object.keys(fields)) {
    if (!routeKeys.includes(key))
      fault([...place, key], fields[key], `no such key; there are ${routeKeys.join(', ')}`)
  }
  const { destination: text } = fields
  const destination = text === 'default' ? text : typeof text === 'string' ? canonicalPrefix(text) : null
  if (destination === null)
    fault(
      [...place, 'destination'],
      text,
      'a network with its prefix length, such as "10.0.0.0/8", or "default"',
    )
  const gateways =
    fields.gateway === undefined ? [null] : readGateway(fields.gateway, [...place, 'gateway'], fault)
  const metric = readNumber(fields.metric, usual, [0, longestMetric], [...place, 'metric'], metricForm, fault)
  return destination === null ? [] : gateways.map((gateway) => ({ destination, gateway, metric }))
}

function readMtu(mtu: unknown, fault: TellFault): number | null {
  if (mtu === undefined) return null
  const { least, most } = mtuLimits
  return readNumber(mtu, least, [least, most], ['mtu'], `a number of bytes from ${least} to ${most}`, fault)
}

function readNumber(
  value: unknown,
  usual: number,
  [least, most]: readonly [number, number],
  place: Place,
  expected: string,
  fault: TellFault,
): number {
  if (value === undefined) return usual
  if (typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most) return value
  fault(place, value, expected)
  return usual
}
