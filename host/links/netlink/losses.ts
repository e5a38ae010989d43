import type { Loss } from '../../core/adapters/link-changer.js'
import { decodeAddress } from './address-message.js'
import { ipv4Text, ipv6Text } from './address-text.js'
import type { Draft } from './change-requests.js'
import { encodeNumber, forEachAttribute, type Message } from './codec.js'
import * as c from './constants.js'

/*
 * What the kernel removes of a link that goes down, or that loses IPv6 by its MTU, and does not make again by itself.
 * It is put back as `ip route restore` does: by the very message by which the kernel told of it.
 */

const routeHeaderSize = 12
const neighbourHeaderSize = 12
/** In rta_cacheinfo. */
const expiresOffset = 8
const kernelsOwnRoutes = new Set([c.RTPROT_REDIRECT, c.RTPROT_KERNEL, c.RTPROT_CLAIMD])
/** By router advertisements they come again. */
const byAdvertisement = c.IFA_F_TEMPORARY | c.IFA_F_MANAGETEMPADDR

/** What is dumped of a link. */
export function dumpLosses(index: number, family: number): Draft[] {
  const dump = (type: number, size: number, attribute: number | null, at: number | null): Draft => {
    const header = Buffer.alloc(size)
    header.writeUInt8(family, 0)
    if (at !== null) header.writeInt32LE(index, at)
    const through = attribute === null ? [] : [encodeNumber(attribute, index)]
    return { type, flags: c.NLM_F_DUMP, parts: [header, ...through] }
  }
  return [
    // IPv4 addresses stay.
    ...(family === c.AF_INET6 ? [dump(c.RTM_GETADDR, 8, null, 4)] : []),
    dump(c.RTM_GETROUTE, routeHeaderSize, c.RTA_OIF, null),
    dump(c.RTM_GETNEIGH, neighbourHeaderSize, c.NDA_IFINDEX, null),
  ]
}

/**
 * @param names the links that are looked at, by their index
 * @returns `null` for what is of another link, carries claimd's mark, or comes again by itself
 */
export function lossOf(message: Message, names: ReadonlyMap<number, string>): Loss | null {
  if (message.type === c.RTM_NEWADDR) return addressLoss(message, names)
  if (message.type === c.RTM_NEWROUTE) return routeLoss(message, names)
  return message.type === c.RTM_NEWNEIGH ? neighbourLoss(message, names) : null
}

/** @throws when it is not of this changer */
export function restoreDraft(restore: string): Draft {
  const [type, body] = restore.split(':')
  return {
    type: Number(type),
    flags: c.NLM_F_CREATE | c.NLM_F_EXCL,
    parts: [Buffer.from(body ?? '', 'base64')],
  }
}

function addressLoss({ type, body }: Message, names: ReadonlyMap<number, string>): Loss | null {
  const address = decodeAddress(body)
  if (typeof address === 'string') return null
  const { index, version, text, flags, scope, protocol } = address
  const name = names.get(index)
  if (name === undefined || version === 4) return null
  // The numbers up to 3 are the kernel's own; older kernels tell none.
  if (protocol === c.IFAPROT_CLAIMD || (protocol > 0 && protocol <= c.IFAPROT_KERNEL_LL)) return null
  if ((flags & byAdvertisement) !== 0 || (protocol === 0 && scope === c.RT_SCOPE_LINK)) return null
  // Whoever gave it for a time has to say how long it is valid now.
  const isLasting = (flags & c.IFA_F_PERMANENT) !== 0
  return { what: `address ${text} on ${name}`, restore: isLasting ? written(type, body) : null }
}

function routeLoss({ type, body }: Message, names: ReadonlyMap<number, string>): Loss | null {
  const family = body.length < routeHeaderSize ? 0 : body.readUInt8(0)
  if (family !== c.AF_INET && family !== c.AF_INET6) return null
  const protocol = body.readUInt8(5)
  const flags = body.readUInt32LE(8)
  if (kernelsOwnRoutes.has(protocol) || (flags & c.RTM_F_CLONED) !== 0) return null
  const copy = Buffer.from(body)
  // That a next hop is dead, or has no carrier, is no setting.
  copy.writeUInt32LE(flags & c.RTNH_F_ONLINK, 8)
  let destination: string | null = family === c.AF_INET ? '0.0.0.0' : '::'
  let gateway: string | null = ''
  let metric = 0
  let table = body.readUInt8(4)
  let expires = false
  const through = new Set<string>()
  const hop = (index: number) => {
    const name = names.get(index)
    if (name !== undefined) through.add(name)
  }
  forEachAttribute(body, routeHeaderSize, body.length, (attribute, from, to) => {
    const number = to - from === 4 ? body.readInt32LE(from) : 0
    if (attribute === c.RTA_DST) destination = addressText(family, body.subarray(from, to))
    else if (attribute === c.RTA_GATEWAY) gateway = addressText(family, body.subarray(from, to))
    else if (attribute === c.RTA_PRIORITY) metric = number >>> 0
    else if (attribute === c.RTA_TABLE) table = number >>> 0
    else if (attribute === c.RTA_OIF) hop(number)
    else if (attribute === c.RTA_CACHEINFO)
      expires = to - from >= expiresOffset + 4 && body.readInt32LE(from + expiresOffset) !== 0
    else if (attribute === c.RTA_MULTIPATH) {
      for (const at of nextHops(body, from, to)) {
        copy.writeUInt8(copy.readUInt8(at + 2) & c.RTNH_F_ONLINK, at + 2)
        hop(body.readInt32LE(at + 4))
      }
    }
  })
  if (destination === null || gateway === null || through.size === 0) return null
  if (expires && protocol === c.RTPROT_RA) return null
  const via = gateway === '' ? '' : ` via ${gateway}`
  const inTable = table === c.RT_TABLE_MAIN ? '' : `, table ${table}`
  const network = `${destination}/${body.readUInt8(1)}`
  return {
    what: `route to ${network}${via}, metric ${metric}${inTable}, through ${[...through].join(' and ')}`,
    restore: expires ? null : written(type, copy),
  }
}

/** Where the next hops of a route with several of them begin. */
function nextHops(body: Buffer, from: number, to: number): number[] {
  const found: number[] = []
  for (let at = from; at + 8 <= to; ) {
    const length = body.readUInt16LE(at)
    if (length < 8) break
    found.push(at)
    at += (length + 3) & ~3
  }
  return found
}

/** Only what somebody has set: other neighbours are learned again. */
function neighbourLoss({ type, body }: Message, names: ReadonlyMap<number, string>): Loss | null {
  if (body.length < neighbourHeaderSize) return null
  const name = names.get(body.readInt32LE(4))
  if (name === undefined || (body.readUInt16LE(8) & c.NUD_PERMANENT) === 0) return null
  let address: string | null = null
  forEachAttribute(body, neighbourHeaderSize, body.length, (attribute, from, to) => {
    if (attribute === c.NDA_DST) address = addressText(body.readUInt8(0), body.subarray(from, to))
  })
  if (address === null) return null
  return { what: `neighbour ${address} on ${name}`, restore: written(type, body) }
}

/** @returns `null` where it has another length than its family's addresses */
function addressText(family: number, bytes: Buffer): string | null {
  if (bytes.length !== (family === c.AF_INET ? 4 : 16)) return null
  return family === c.AF_INET ? ipv4Text(bytes) : ipv6Text(bytes)
}

function written(type: number, body: Buffer): string {
  return `${type}:${body.toString('base64')}`
}
