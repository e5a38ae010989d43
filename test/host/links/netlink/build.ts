import {
  encodeAttribute,
  encodeMessage,
  encodeNumber,
  forEachMessage,
} from '../../../../host/links/netlink/codec.js'
import * as c from '../../../../host/links/netlink/constants.js'
import { decodeNotice, type Notice } from '../../../../host/links/netlink/route-message.js'

/** Builds datagrams as the kernel would. */

export interface LinkParts {
  index: number
  name?: string
  alternativeNames?: string[]
  family?: number
  hardwareType?: number
  up?: boolean
  loopback?: boolean
  carrier?: boolean
  address?: string
  permanentAddress?: string
  link?: number
  linkNamespace?: number
  master?: number
  kind?: string
  slaveKind?: string
  bus?: string
  device?: string
  newNamespace?: number
  newIndex?: number
  more?: Buffer[]
}

/** A flag that the kernel sets in the type of some nested attributes. */
const nested = 0x8000

export function text(value: string): Buffer {
  return Buffer.from(`${value}\0`)
}

export function linkDatagram(type: number, parts: LinkParts): Buffer {
  const header = Buffer.alloc(16)
  header.writeUInt8(parts.family ?? c.AF_UNSPEC, 0)
  header.writeUInt16LE(parts.hardwareType ?? 1, 2)
  header.writeInt32LE(parts.index, 4)
  header.writeUInt32LE((parts.up ? c.IFF_UP : 0) | (parts.loopback ? c.IFF_LOOPBACK : 0), 8)
  const attributes = [encodeAttribute(c.IFLA_IFNAME, text(parts.name ?? `eth${parts.index}`))]
  const number = (attribute: number, value: number | undefined) => {
    if (value !== undefined) attributes.push(encodeNumber(attribute, value))
  }
  const bytes = (attribute: number, value: string | undefined) => {
    if (value !== undefined)
      attributes.push(encodeAttribute(attribute, Buffer.from(value.replaceAll(':', ''), 'hex')))
  }
  const words = (attribute: number, value: string | undefined) => {
    if (value !== undefined) attributes.push(encodeAttribute(attribute, text(value)))
  }
  bytes(c.IFLA_ADDRESS, parts.address)
  bytes(c.IFLA_PERM_ADDRESS, parts.permanentAddress)
  if (parts.carrier !== undefined)
    attributes.push(encodeAttribute(c.IFLA_CARRIER, Buffer.from([parts.carrier ? 1 : 0])))
  number(c.IFLA_LINK, parts.link)
  number(c.IFLA_LINK_NETNSID, parts.linkNamespace)
  number(c.IFLA_MASTER, parts.master)
  number(c.IFLA_NEW_NETNSID, parts.newNamespace)
  number(c.IFLA_NEW_IFINDEX, parts.newIndex)
  words(c.IFLA_PARENT_DEV_BUS_NAME, parts.bus)
  words(c.IFLA_PARENT_DEV_NAME, parts.device)
  const info: Buffer[] = []
  if (parts.kind !== undefined) info.push(encodeAttribute(c.IFLA_INFO_KIND, text(parts.kind)))
  if (parts.slaveKind !== undefined) info.push(encodeAttribute(c.IFLA_INFO_SLAVE_KIND, text(parts.slaveKind)))
  if (info.length > 0) attributes.push(encodeAttribute(c.IFLA_LINKINFO, Buffer.concat(info)))
  const names = (parts.alternativeNames ?? []).map((name) => encodeAttribute(c.IFLA_ALT_IFNAME, text(name)))
  if (names.length > 0) attributes.push(encodeAttribute(nested | c.IFLA_PROP_LIST, Buffer.concat(names)))
  return encodeMessage(type, 0, 0, header, ...attributes, ...(parts.more ?? []))
}

export interface AddressParts {
  index: number
  /** `10.0.0.1/24`, or 32 hexadecimal digits for IPv6 with `/LENGTH`. */
  local: string
  /** The far end of a point-to-point link, written likewise. */
  peer?: string
  flags?: number
  scope?: number
}

export function addressDatagram(
  type: number,
  { index, local, peer, flags = 0, scope = 0 }: AddressParts,
): Buffer {
  const [address = '', length] = local.split('/')
  const v4 = address.includes('.')
  const encoded = (value: string) =>
    v4 ? Buffer.from(value.split('.').map(Number)) : Buffer.from(value, 'hex')
  const header = Buffer.alloc(8)
  header.writeUInt8(v4 ? c.AF_INET : c.AF_INET6, 0)
  header.writeUInt8(Number(length), 1)
  header.writeUInt8(flags & 0xff, 2)
  header.writeUInt8(scope, 3)
  header.writeInt32LE(index, 4)
  const attributes = [
    encodeAttribute(c.IFA_ADDRESS, encoded(peer ?? address)),
    encodeNumber(c.IFA_FLAGS, flags),
  ]
  if (v4 || peer !== undefined) attributes.push(encodeAttribute(c.IFA_LOCAL, encoded(address)))
  return encodeMessage(type, 0, 0, header, ...attributes)
}

/** What the messages of a datagram say. */
export function decoded(datagram: Buffer): (Notice | 'irrelevant' | 'malformed')[] {
  const notices: (Notice | 'irrelevant' | 'malformed')[] = []
  forEachMessage(datagram, (message) => notices.push(decodeNotice(message)))
  return notices
}

/** The one thing that a datagram says. */
export function notice(datagram: Buffer): Notice {
  const [first] = decoded(datagram)
  if (first === undefined || typeof first === 'string') throw new Error(`the datagram is ${first ?? 'empty'}`)
  return first
}
