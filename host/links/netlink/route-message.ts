import { type AddressMessage, decodeAddress } from './address-message.js'
import { forEachMessage, type Message } from './codec.js'
import { RTM_DELADDR, RTM_DELLINK, RTM_NEWADDR, RTM_NEWLINK } from './constants.js'
import { decodeLink, type LinkMessage } from './link-message.js'

/** One thing that the kernel tells about links. */
export type Notice =
  | { type: 'link'; link: LinkMessage }
  | { type: 'link-gone'; link: LinkMessage }
  | { type: 'address'; address: AddressMessage }
  | { type: 'address-gone'; address: AddressMessage }

/**
 * Calls back with each thing that a datagram tells.
 * @param wanted which types of message to look at
 * @returns how many messages could not be read and were skipped
 */
export function forEachNotice(
  datagram: Buffer,
  wanted: (type: number) => boolean,
  visit: (notice: Notice) => void,
): number {
  let malformed = 0
  const sound = forEachMessage(datagram, (message) => {
    const notice = wanted(message.type) ? decodeNotice(message) : 'irrelevant'
    if (notice === 'malformed') malformed++
    else if (notice !== 'irrelevant') visit(notice)
  })
  return sound ? malformed : malformed + 1
}

/** Reads a message of the route family. */
export function decodeNotice(message: Message): Notice | 'irrelevant' | 'malformed' {
  switch (message.type) {
    case RTM_NEWLINK:
    case RTM_DELLINK: {
      const link = decodeLink(message.body)
      if (typeof link === 'string') return link
      return { type: message.type === RTM_NEWLINK ? 'link' : 'link-gone', link }
    }
    case RTM_NEWADDR:
    case RTM_DELADDR: {
      const address = decodeAddress(message.body)
      if (typeof address === 'string') return address
      return { type: message.type === RTM_NEWADDR ? 'address' : 'address-gone', address }
    }
    default:
      return 'irrelevant'
  }
}
