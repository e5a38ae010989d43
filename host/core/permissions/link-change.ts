import type { LinkChange } from '@claimd/sdk'
import { isWithin, prefixLength } from '../adapters/ip-bytes.js'

/** Wider networks than these belong to no single organisation: to add one is to redirect traffic at large. */
const widestNetwork = { IPv4: 8, IPv6: 32 }

/** Whether a kind of change is among those that were granted. */
export function changeIsGranted(granted: readonly LinkChange[], change: LinkChange): boolean {
  return granted.includes(change) || (change === 'route' && granted.includes('any-route'))
}

/**
 * Which permissions it takes to add an address: the kernel makes a route to its whole network.
 * @param address with its prefix length
 */
export function changesToAdd(address: string): LinkChange[] {
  const widest = address.includes(':') ? widestNetwork.IPv6 : widestNetwork.IPv4
  return prefixLength(address) < widest ? ['address', 'any-route'] : ['address']
}

/**
 * Which permission it takes to add a route.
 * @param addresses those of the link, with their prefix lengths
 */
export function changeToRoute(destination: string, addresses: readonly string[]): LinkChange {
  return addresses.some((address) => isWithin(destination, address)) ? 'route' : 'any-route'
}
