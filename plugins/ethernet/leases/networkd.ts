import { isIPv4 } from 'node:net'
import { maskLength } from '../ip-address.js'
import { readKeyValues, wholeNumber } from './key-values.js'
import { infinite, type Lease } from './lease.js'

/**
 * Reads a lease of systemd-networkd, which is in a file called like the index of its link.
 * @param written when networkd last wrote leases, in milliseconds since 1970. The record has the duration only,
 * and the file is not touched when a renewal leaves all of it as it was.
 */
export function readNetworkd(text: string, written: number): Lease | null {
  const values = readKeyValues(text)
  const address = values.get('ADDRESS') ?? ''
  const lifetime = wholeNumber(values.get('LIFETIME'))
  if (!isIPv4(address) || Number.isNaN(lifetime)) return null
  return {
    client: 'systemd-networkd',
    address,
    length: maskLength(values.get('NETMASK') ?? ''),
    expires: lifetime >= infinite ? Number.POSITIVE_INFINITY : written + lifetime * 1000,
    name: null,
    mac: null,
  }
}
