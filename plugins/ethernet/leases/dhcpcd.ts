import { maskLength } from '../ip-address.js'
import { infinite, type Lease } from './lease.js'

/** Where the fields of a DHCP message are (RFC 2131 §2), and the numbers of options (RFC 2132). */
const hardwareLength = 2
const yourAddress = 16
const hardwareAddress = 28
const magicCookie = 236
const options = 240
const padOption = 0
const endOption = 255
const subnetMaskOption = 1
const leaseTimeOption = 51

/**
 * Reads a lease of dhcpcd, which is the server's message as it came.
 * @param written when dhcpcd wrote it, which it does at every renewal, in milliseconds since 1970
 */
export function readDhcpcd(message: Buffer, written: number): Lease | null {
  if (message.length < options || message.readUInt32BE(magicCookie) !== 0x63825363) return null
  let length: number | null = null
  let seconds: number | null = null
  for (let at = options; at + 1 < message.length && message[at] !== endOption; ) {
    if (message[at] === padOption) {
      at++
      continue
    }
    const value = message.subarray(at + 2, at + 2 + message[at + 1]!)
    if (value.length === 4 && message[at] === subnetMaskOption) length = maskLength(value.join('.'))
    if (value.length === 4 && message[at] === leaseTimeOption) seconds = value.readUInt32BE()
    at += 2 + message[at + 1]!
  }
  if (seconds === null || message[hardwareLength] !== 6) return null
  return {
    client: 'dhcpcd',
    address: message.subarray(yourAddress, yourAddress + 4).join('.'),
    length,
    expires: seconds === infinite ? Number.POSITIVE_INFINITY : written + seconds * 1000,
    name: null,
    mac: message.toString('hex', hardwareAddress, hardwareAddress + 6).replace(/..(?!$)/g, '$&:'),
  }
}
