import { linkLayerText } from './address-text.js'
import { forEachAttribute, textAt } from './codec.js'
import * as c from './constants.js'

/** What a link message says, without interpretation. */
export interface LinkMessage {
  index: number
  name: string
  /**
   * All of them, in the order in which they were added: a message without any means that there are none. Of
   * changes the kernel tells at once while the link is up, and otherwise with the next message about it.
   */
  alternativeNames: string[]
  hardwareType: number
  flags: number
  address: string | null
  permanentAddress: string | null
  carrier: boolean | null
  /** The link's peer or parent, and the id of the namespace that it is in when that is another one. */
  link: number | null
  linkNamespace: number | null
  master: number | null
  /** The kernel's link kind, such as `veth`; a physical link has none. */
  infoKind: string | null
  /** The kind of master that this link is a port of. */
  slaveKind: string | null
  bus: string | null
  device: string | null
  /** In a removal: where the link went. */
  newNamespace: number | null
  newIndex: number | null
}

const headerLength = 16

/**
 * Reads the body of RTM_NEWLINK and RTM_DELLINK.
 *
 * `irrelevant`: it is not about the link itself. The bridge tells the same types with its own family when a
 * port comes or leaves, and a wireless event carries the name and nothing else of the link.
 */
export function decodeLink(body: Buffer): LinkMessage | 'irrelevant' | 'malformed' {
  if (body.length < headerLength) return 'malformed'
  if (body.readUInt8(0) !== c.AF_UNSPEC) return 'irrelevant'
  const message: LinkMessage = {
    index: body.readInt32LE(4),
    name: '',
    alternativeNames: [],
    hardwareType: body.readUInt16LE(2),
    flags: body.readUInt32LE(8),
    address: null,
    permanentAddress: null,
    carrier: null,
    link: null,
    linkNamespace: null,
    master: null,
    infoKind: null,
    slaveKind: null,
    bus: null,
    device: null,
    newNamespace: null,
    newIndex: null,
  }
  let sound = true
  let wireless = false

  const number = (from: number, to: number) => {
    if (to - from >= 4) return body.readInt32LE(from)
    sound = false
    return null
  }

  const wellFormed = forEachAttribute(body, headerLength, body.length, (type, from, to) => {
    switch (type) {
      case c.IFLA_IFNAME:
        message.name = textAt(body, from, to)
        break
      case c.IFLA_ADDRESS:
        message.address = linkLayerText(body.subarray(from, to))
        break
      case c.IFLA_PERM_ADDRESS:
        message.permanentAddress = linkLayerText(body.subarray(from, to))
        break
      case c.IFLA_CARRIER:
        if (to > from) message.carrier = body.readUInt8(from) !== 0
        else sound = false
        break
      case c.IFLA_LINK:
        message.link = number(from, to)
        break
      case c.IFLA_LINK_NETNSID:
        message.linkNamespace = number(from, to)
        break
      case c.IFLA_MASTER:
        message.master = number(from, to)
        break
      case c.IFLA_LINKINFO:
        if (!readLinkInfo(body, from, to, message)) sound = false
        break
      case c.IFLA_PROP_LIST:
        if (!readAlternativeNames(body, from, to, message)) sound = false
        break
      case c.IFLA_PARENT_DEV_NAME:
        message.device = textAt(body, from, to)
        break
      case c.IFLA_PARENT_DEV_BUS_NAME:
        message.bus = textAt(body, from, to)
        break
      case c.IFLA_NEW_NETNSID:
        message.newNamespace = number(from, to)
        break
      case c.IFLA_NEW_IFINDEX:
        message.newIndex = number(from, to)
        break
      case c.IFLA_WIRELESS:
        wireless = true
        break
    }
  })
  if (!wellFormed || !sound || message.index <= 0 || message.name === '') return 'malformed'
  return wireless ? 'irrelevant' : message
}

function readLinkInfo(body: Buffer, start: number, end: number, into: LinkMessage): boolean {
  return forEachAttribute(body, start, end, (type, from, to) => {
    if (type === c.IFLA_INFO_KIND) into.infoKind = textAt(body, from, to)
    if (type === c.IFLA_INFO_SLAVE_KIND) into.slaveKind = textAt(body, from, to)
  })
}

function readAlternativeNames(body: Buffer, start: number, end: number, into: LinkMessage): boolean {
  return forEachAttribute(body, start, end, (type, from, to) => {
    if (type === c.IFLA_ALT_IFNAME) into.alternativeNames.push(textAt(body, from, to))
  })
}
