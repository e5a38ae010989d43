import type { Draft } from './change-requests.js'
import { encodeAttribute, encodeNumber, forEachAttribute } from './codec.js'
import * as c from './constants.js'

/*
 * When an IPv4 address goes, the kernel by default removes all later ones of its network with it, and the routes
 * that need them, whoever made these. With the link's setting `promote_secondaries` they stay.
 */

const linkHeaderSize = 16
const settingSize = 4

/** Whether the link has the setting, by a message about it; `null` when it does not tell. */
export function readsPromotion(link: Buffer): boolean | null {
  let promotes: boolean | null = null
  forEachAttribute(link, linkHeaderSize, link.length, (type, from, to) => {
    if (type !== c.IFLA_AF_SPEC) return
    forEachAttribute(link, from, to, (family, start, end) => {
      if (family !== c.AF_INET) return
      forEachAttribute(link, start, end, (what, first, last) => {
        const at = first + (c.IPV4_DEVCONF_PROMOTE_SECONDARIES - 1) * settingSize
        if (what === c.IFLA_INET_CONF && at + settingSize <= last) promotes = link.readUInt32LE(at) !== 0
      })
    })
  })
  return promotes
}

export function setPromotion(index: number, promotes: boolean): Draft {
  const setting = encodeNumber(c.IPV4_DEVCONF_PROMOTE_SECONDARIES, Number(promotes))
  const family = encodeAttribute(c.AF_INET, encodeAttribute(c.IFLA_INET_CONF, setting))
  const header = Buffer.alloc(linkHeaderSize)
  header.writeInt32LE(index, 4)
  return { type: c.RTM_NEWLINK, flags: 0, parts: [header, encodeAttribute(c.IFLA_AF_SPEC, family)] }
}
