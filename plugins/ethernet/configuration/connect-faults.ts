import type { ConfigFault } from '@claimd/sdk'
import { isHostAddress, isLocal, isNetwork, isSameFamily, isV4, isWithin } from '../ip-address.js'
import type { EthernetConnection } from './connection.js'
import { Faults, type Place, type TellFault } from './faults.js'
import { destinationOf } from './routes-of.js'
import type { StaticAddressing, StaticRoute } from './static-addressing.js'

/**
 * Why a connection whose `config` has the right form cannot be connected all the same. An adapter that was set up by somebody
 * else can still be claimed for it.
 */
export function connectFaults({ addressing }: EthernetConnection): ConfigFault[] {
  const faults = new Faults()
  if (addressing.method === 'static') checkStatic(addressing, faults.tell)
  return faults.list
}

function checkStatic(addressing: StaticAddressing, fault: TellFault): void {
  const { addresses, gateways, routes } = addressing
  checkAddresses(addresses, fault)
  for (const [index, gateway] of gateways.entries()) {
    const place = gateways.length === 1 ? ['gateway'] : ['gateway', index]
    if (gateways.findIndex((other) => isSameFamily(other, gateway)) !== index)
      fault(place, gateway, `one gateway of each family at most; ${gateways[0]} is of the same one`)
    else checkGateway(gateway, place, addressing, fault)
  }
  const taken = new Set(gateways.map((gateway) => keyOf(`default ${isV4(gateway)}`, addressing.metric)))
  for (const [index, route] of routes.entries()) {
    const place = ['routes', index]
    checkRoute(route, place, addressing, fault)
    const { destination, gateway, metric } = route
    const to = destination === 'default' && gateway !== null ? `default ${isV4(gateway)}` : destination
    if (taken.has(keyOf(to, metric)))
      fault(
        place,
        route,
        `another destination or metric: there is a route to ${destination}, metric ${metric}`,
      )
    taken.add(keyOf(to, metric))
  }
}

function keyOf(destination: string, metric: number): string {
  return `${destination}, metric ${metric}`
}

function checkAddresses(addresses: readonly string[], fault: TellFault): void {
  const known = new Set<string>()
  for (const [index, prefix] of addresses.entries()) {
    const place = ['addresses', index]
    const [address = '', length = ''] = prefix.split('/')
    if (length === '0' || !isHostAddress(address)) fault(place, prefix, 'the address of one host')
    if (known.has(address)) fault(place, prefix, `each address once; ${address} is there already`)
    known.add(address)
  }
}

function checkGateway(gateway: string, place: Place, addressing: StaticAddressing, fault: TellFault): void {
  const expected = gatewayExpected(gateway, addressing)
  if (expected !== null) fault(place, gateway, expected)
}

/** What it should be instead; `null` when it can be used. */
function gatewayExpected(gateway: string, { addresses, routes }: StaticAddressing): string | null {
  const own = addresses.map((prefix) => prefix.split('/')[0]!)
  if (!isHostAddress(gateway)) return 'the address of one host'
  if (own.includes(gateway)) return 'an address that is not among those of the connection'
  // Every link has an address of that network by itself.
  if (!isV4(gateway) && isLocal(gateway)) return null
  if (!addresses.some((address) => isSameFamily(address, gateway)))
    return `a gateway of the family of the addresses, which are ${addresses.join(', ')}`
  const onLink = routes.filter((route) => route.gateway === null && route.destination !== 'default')
  const networks = [...addresses, ...onLink.map(({ destination }) => destination)]
  if (networks.some((network) => isWithin(gateway, network))) return null
  return `an address within a network of the connection: ${networks.join(', ')}`
}

function checkRoute(route: StaticRoute, place: Place, addressing: StaticAddressing, fault: TellFault): void {
  const { destination, gateway } = route
  if (destination === 'default' && gateway === null)
    fault([...place, 'gateway'], undefined, 'a gateway, since the destination is "default"')
  else if (destination !== 'default' && !isNetwork(destination))
    fault([...place, 'destination'], destination, 'a network: no bit is set after its prefix')
  else if (gateway !== null && !isSameFamily(destinationOf(route), gateway))
    fault([...place, 'gateway'], gateway, `a gateway of the family of ${destination}`)
  else if (gateway !== null) checkGateway(gateway, [...place, 'gateway'], addressing, fault)
}
