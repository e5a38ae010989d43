import { isIPv4 } from 'node:net'
import { maskLength } from '../ip-address.js'
import { readKeyValues, wholeNumber } from './key-values.js'
import { infinite, type Lease } from './lease.js'

/**
 * Reads the lease in NetworkManager's state of a device, which is in a file called like the index of its link.
 * It is written at every renewal, whichever client NetworkManager uses; the lease files of its internal client
 * do not say until when they hold.
 */
export function readNetworkManager(text: string): Lease | null {
  const values = readKeyValues(text)
  const value = (key: string) => values.get(`dhcp4.dhcp4.${key}`)
  const address = value('ip_address') ?? ''
  const isInfinite = wholeNumber(value('dhcp_lease_time')) >= infinite
  const expires = isInfinite ? Number.POSITIVE_INFINITY : wholeNumber(value('expiry')) * 1000
  if (!isIPv4(address) || Number.isNaN(expires)) return null
  const length = maskLength(value('subnet_mask') ?? '')
  return { client: 'NetworkManager', address, length, expires, name: null, mac: null }
}
