import { ipv4Text, ipv6Text } from './address-text.js'
import { forEachAttribute } from './codec.js'
import * as c from './constants.js'

/** What an address message says. */
export interface AddressMessage {
  /** Index of the link that has the address. */
  index: number
  version: 4 | 6
  /** What makes it the same address of this link in a later message. */
  key: string
  /** `ADDRESS/LENGTH` */
  text: string
  flags: number
  /** How far it is valid: 0 everywhere, 253 on the link, 254 on the host; wider is lower. */
  scope: number
  /** Who made it, as a number; 0 when nobody said. */
  protocol: number
}

const headerLength = 8

/** Reads the body of RTM_NEWADDR and RTM_DELADDR. */
export function decodeAddress(body: Buffer): AddressMessage | 'irrelevant' | 'malformed' {
  if (body.length < headerLength) return 'malformed'
  const family = body.readUInt8(0)
  if (family !== c.AF_INET && family !== c.AF_INET6) return 'irrelevant'
  const version = family === c.AF_INET ? 4 : 6
  const size = version === 4 ? 4 : 16
  const prefix = body.readUInt8(1)
  const index = body.readInt32LE(4)
  let flags = body.readUInt8(2)
  let protocol = 0
  let local: Buffer | null = null
  let address: Buffer | null = null
  let sound = true

  const bytes = (from: number, to: number) => {
    if (to - from === size) return body.subarray(from, to)
    sound = false
    return null
  }

  const wellFormed = forEachAttribute(body, headerLength, body.length, (type, from, to) => {
    if (type === c.IFA_LOCAL) local = bytes(from, to)
    else if (type === c.IFA_ADDRESS) address = bytes(from, to)
    else if (type === c.IFA_PROTO && to > from) protocol = body.readUInt8(from)
    else if (type === c.IFA_FLAGS) {
      // The header has room for the eight oldest flags only.
      if (to - from >= 4) flags = body.readUInt32LE(from)
      else sound = false
    }
  })
  // On a point-to-point link the other one of the two is the far end.
  const own = local ?? address
  if (!wellFormed || !sound || own === null || index <= 0 || prefix > size * 8) return 'malformed'
  const write = version === 4 ? ipv4Text : ipv6Text
  const text = `${write(own)}/${prefix}`
  return {
    index,
    version,
    // IPv4 may have one address several times, with other lengths or far ends; IPv6 has it once.
    key: version === 4 ? `${text} ${address === null ? '' : write(address)}` : write(own),
    text,
    flags,
    scope: body.readUInt8(3),
    protocol,
  }
}
