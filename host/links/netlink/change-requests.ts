import { ipBytes } from '../../core/adapters/ip-bytes.js'
import type { LinkRecipe, LinkRoute } from '../../core/adapters/link-changer.js'
import { linkLayerBytes } from './address-text.js'
import { encodeAttribute, encodeNumber } from './codec.js'
import * as c from './constants.js'

/** A request to the kernel before it has a sequence number. */
export interface Draft {
  type: number
  flags: number
  parts: Buffer[]
}

const linkHeaderSize = 16
const addressHeaderSize = 8
const routeHeaderSize = 12
const make = c.NLM_F_CREATE | c.NLM_F_EXCL
/** Of shorter networks, every address is of a host. */
const longestWithBroadcast = 30

export function getLink(index: number): Draft {
  const mask = encodeNumber(c.IFLA_EXT_MASK, c.RTEXT_FILTER_SKIP_STATS)
  return { type: c.RTM_GETLINK, flags: 0, parts: [linkHeader(index), mask] }
}

export function getLinkNamed(name: string): Draft {
  const mask = encodeNumber(c.IFLA_EXT_MASK, c.RTEXT_FILTER_SKIP_STATS)
  return { type: c.RTM_GETLINK, flags: 0, parts: [linkHeader(0), text(c.IFLA_IFNAME, name), mask] }
}

export function dumpLinks(): Draft {
  const mask = encodeNumber(c.IFLA_EXT_MASK, c.RTEXT_FILTER_SKIP_STATS)
  return { type: c.RTM_GETLINK, flags: c.NLM_F_DUMP, parts: [linkHeader(0), mask] }
}

/** The kernel filters it by the index, since it is asked to be strict. @param index 0: of all links */
export function dumpAddresses(index: number, family: number): Draft {
  return { type: c.RTM_GETADDR, flags: c.NLM_F_DUMP, parts: [addressHeader(family, 0, 0, index)] }
}

/** @param index 0: through all links @param protocol 0: whoever made them */
export function dumpRoutes(index: number, family: number, protocol: number): Draft {
  const header = routeHeader(family, 0, protocol, 0, 0)
  const through = index === 0 ? [] : [encodeNumber(c.RTA_OIF, index)]
  return { type: c.RTM_GETROUTE, flags: c.NLM_F_DUMP, parts: [header, ...through] }
}

export function setUp(index: number, up: boolean): Draft {
  const header = linkHeader(index)
  header.writeUInt32LE(up ? c.IFF_UP : 0, 8)
  header.writeUInt32LE(c.IFF_UP, 12)
  return { type: c.RTM_NEWLINK, flags: 0, parts: [header] }
}

export function setMtu(index: number, mtu: number): Draft {
  return { type: c.RTM_NEWLINK, flags: 0, parts: [linkHeader(index), encodeNumber(c.IFLA_MTU, mtu)] }
}

export function addAddress(index: number, address: string): Draft {
  const { family, bytes, length } = parsed(address)
  const parts = [addressHeader(family, length, c.RT_SCOPE_UNIVERSE, index)]
  parts.push(encodeAttribute(c.IFA_LOCAL, bytes), encodeAttribute(c.IFA_ADDRESS, bytes))
  if (family === c.AF_INET && length <= longestWithBroadcast) {
    const broadcast = Buffer.alloc(4)
    broadcast.writeUInt32BE((bytes.readUInt32BE() | (0xffffffff >>> length)) >>> 0)
    parts.push(encodeAttribute(c.IFA_BROADCAST, broadcast))
  }
  parts.push(encodeAttribute(c.IFA_PROTO, Buffer.from([c.IFAPROT_CLAIMD])))
  return { type: c.RTM_NEWADDR, flags: make, parts }
}

export function removeAddress(index: number, address: string): Draft {
  const { family, bytes, length } = parsed(address)
  const parts = [addressHeader(family, length, 0, index)]
  parts.push(encodeAttribute(c.IFA_LOCAL, bytes), encodeAttribute(c.IFA_ADDRESS, bytes))
  return { type: c.RTM_DELADDR, flags: 0, parts }
}

export function addRoute(index: number, route: LinkRoute): Draft {
  const scope = route.gateway === null ? c.RT_SCOPE_LINK : c.RT_SCOPE_UNIVERSE
  const parts = routeParts(index, route, { scope, type: c.RTN_UNICAST, protocol: c.RTPROT_CLAIMD })
  return { type: c.RTM_NEWROUTE, flags: make, parts }
}

/** @param whose `own`: it fits only a route that carries claimd's mark */
export function removeRoute(index: number, route: LinkRoute, whose: 'own' | 'any'): Draft {
  const protocol = whose === 'own' ? c.RTPROT_CLAIMD : c.RTPROT_UNSPEC
  const parts = routeParts(index, route, { scope: c.RT_SCOPE_NOWHERE, type: 0, protocol })
  return { type: c.RTM_DELROUTE, flags: 0, parts }
}

export function createLink(recipe: LinkRecipe): Draft {
  const parts = [linkHeader(0), text(c.IFLA_IFNAME, recipe.name)]
  if ('address' in recipe) parts.push(encodeAttribute(c.IFLA_ADDRESS, linkLayerBytes(recipe.address)))
  if ('parent' in recipe) parts.push(encodeNumber(c.IFLA_LINK, recipe.parent))
  const info = [text(c.IFLA_INFO_KIND, recipe.kind), ...infoData(recipe)]
  parts.push(encodeAttribute(c.IFLA_LINKINFO, Buffer.concat(info)))
  return { type: c.RTM_NEWLINK, flags: make, parts }
}

export function removeLink(index: number): Draft {
  return { type: c.RTM_DELLINK, flags: 0, parts: [linkHeader(index)] }
}

function infoData(recipe: LinkRecipe): Buffer[] {
  switch (recipe.kind) {
    case 'veth': {
      const peer = Buffer.concat([linkHeader(0), text(c.IFLA_IFNAME, recipe.peer)])
      return [encodeAttribute(c.IFLA_INFO_DATA, encodeAttribute(c.VETH_INFO_PEER, peer))]
    }
    case 'vlan': {
      const id = Buffer.alloc(2)
      id.writeUInt16LE(recipe.id)
      return [encodeAttribute(c.IFLA_INFO_DATA, encodeAttribute(c.IFLA_VLAN_ID, id))]
    }
    case 'macvlan':
      return [encodeAttribute(c.IFLA_INFO_DATA, encodeNumber(c.IFLA_MACVLAN_MODE, c.MACVLAN_MODE_BRIDGE))]
    default:
      return []
  }
}

function routeParts(
  index: number,
  { destination, gateway, metric }: LinkRoute,
  { scope, type, protocol }: { scope: number; type: number; protocol: number },
) {
  const { family, bytes, length } = parsed(destination)
  const parts = [routeHeader(family, length, protocol, scope, type)]
  if (length > 0) parts.push(encodeAttribute(c.RTA_DST, bytes))
  if (gateway !== null) parts.push(encodeAttribute(c.RTA_GATEWAY, Buffer.from(ipBytes(gateway))))
  parts.push(encodeNumber(c.RTA_OIF, index), encodeNumber(c.RTA_PRIORITY, metric))
  return parts
}

function linkHeader(index: number): Buffer {
  const header = Buffer.alloc(linkHeaderSize)
  header.writeInt32LE(index, 4)
  return header
}

function addressHeader(family: number, length: number, scope: number, index: number): Buffer {
  const header = Buffer.alloc(addressHeaderSize)
  header.writeUInt8(family, 0)
  header.writeUInt8(length, 1)
  header.writeUInt8(scope, 3)
  header.writeInt32LE(index, 4)
  return header
}

function routeHeader(family: number, length: number, protocol: number, scope: number, type: number): Buffer {
  const header = Buffer.alloc(routeHeaderSize)
  header.writeUInt8(family, 0)
  header.writeUInt8(length, 1)
  header.writeUInt8(c.RT_TABLE_MAIN, 4)
  header.writeUInt8(protocol, 5)
  header.writeUInt8(scope, 6)
  header.writeUInt8(type, 7)
  return header
}

function text(type: number, value: string): Buffer {
  return encodeAttribute(type, Buffer.from(`${value}\0`))
}

function parsed(network: string): { family: number; bytes: Buffer; length: number } {
  const [address = '', length] = network.split('/')
  const bytes = Buffer.from(ipBytes(address))
  return { family: bytes.length === 4 ? c.AF_INET : c.AF_INET6, bytes, length: Number(length) }
}
