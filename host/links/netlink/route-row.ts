import type { LinkRoute } from '../../core/adapters/link-changer.js'
import { ipv4Text, ipv6Text } from './address-text.js'
import { forEachAttribute } from './codec.js'
import * as c from './constants.js'

/** A route as the kernel tells it. */
export interface RouteRow extends LinkRoute {
  /** The index of the link that it leads through. */
  index: number
  table: number
  /** Who made it, as a number. */
  protocol: number
}

const headerLength = 12

/**
 * Reads the body of RTM_NEWROUTE. `irrelevant`: not a plain route to one next hop, or one with a next hop of
 * another family; claimd makes none of these.
 */
export function decodeRoute(body: Buffer): RouteRow | 'irrelevant' | 'malformed' {
  if (body.length < headerLength) return 'malformed'
  const family = body.readUInt8(0)
  if (family !== c.AF_INET && family !== c.AF_INET6) return 'irrelevant'
  const size = family === c.AF_INET ? 4 : 16
  const write = family === c.AF_INET ? ipv4Text : ipv6Text
  let table = body.readUInt8(4)
  let index = 0
  let metric = 0
  let destination = Buffer.alloc(size)
  let gateway: Buffer | null = null
  let sound = body.readUInt8(1) <= size * 8

  const number = (from: number, to: number) => {
    if (to - from === 4) return body.readUInt32LE(from)
    sound = false
    return 0
  }
  const bytes = (from: number, to: number) => {
    if (to - from !== size) sound = false
    return Buffer.from(body.subarray(from, to))
  }

  const wellFormed = forEachAttribute(body, headerLength, body.length, (type, from, to) => {
    if (type === c.RTA_DST) destination = bytes(from, to)
    else if (type === c.RTA_GATEWAY) gateway = bytes(from, to)
    else if (type === c.RTA_OIF) index = number(from, to)
    else if (type === c.RTA_PRIORITY) metric = number(from, to)
    else if (type === c.RTA_TABLE) table = number(from, to)
  })
  if (!wellFormed || !sound) return 'malformed'
  if (index === 0 || body.readUInt8(7) !== c.RTN_UNICAST) return 'irrelevant'
  return {
    index,
    table,
    protocol: body.readUInt8(5),
    destination: `${write(destination)}/${body.readUInt8(1)}`,
    gateway: gateway === null ? null : write(gateway),
    metric,
  }
}
