import type { AddressMessage } from './address-message.js'
import { encodeNumber, encodeRequest, forEachMessage, type Message } from './codec.js'
import * as c from './constants.js'
import { refusalOf } from './kernel-refusal.js'
import type { LinkMessage } from './link-message.js'
import { NetlinkSocket } from './netlink-socket.js'
import { decodeNotice } from './route-message.js'
import type { SystemCalls } from './system-calls.js'

/** Everything the kernel has, as it was at one time. */
export interface Dump {
  links: LinkMessage[]
  addresses: AddressMessage[]
  malformed: number
  /** Things changed faster than they could be dumped: something may be missing. */
  interrupted: boolean
}

const attemptLimit = 8
const answerTimeoutSeconds = 2
const linkHeaderSize = 16
const addressHeaderSize = 8

/**
 * Asks the kernel for all links and addresses, on a socket of its own so that answers and events do not
 * mix. It blocks: the kernel makes the answer while it is being read, so nothing is ever waited for.
 */
export class Dumper {
  readonly #socket: NetlinkSocket
  #sequence = 0

  constructor(system: SystemCalls) {
    this.#socket = new NetlinkSocket(system, 0)
    try {
      this.#socket.setReceiveTimeout(answerTimeoutSeconds)
      for (const option of [c.NETLINK_CAP_ACK, c.NETLINK_EXT_ACK, c.NETLINK_GET_STRICT_CHK])
        this.#socket.setNumber(c.SOL_NETLINK, option, 1)
    } catch (error) {
      this.close()
      throw error
    }
  }

  dump(): Dump {
    const result: Dump = { links: [], addresses: [], malformed: 0, interrupted: false }
    const mask = encodeNumber(c.IFLA_EXT_MASK, c.RTEXT_FILTER_SKIP_STATS)
    this.#repeat(result, c.RTM_GETLINK, Buffer.alloc(linkHeaderSize), mask)
    for (const family of [c.AF_INET, c.AF_INET6]) {
      const header = Buffer.alloc(addressHeaderSize)
      header.writeUInt8(family)
      this.#repeat(result, c.RTM_GETADDR, header)
    }
    return result
  }

  close(): void {
    this.#socket.close()
  }

  /** Dumps one kind of thing, again if it changed while it was being dumped. */
  #repeat(result: Dump, type: number, ...parts: Buffer[]): void {
    let part: { messages: Message[]; interrupted: boolean }
    let attempts = 0
    do part = this.#once(type, parts)
    while (part.interrupted && ++attempts < attemptLimit)
    result.interrupted ||= part.interrupted
    for (const message of part.messages) {
      const notice = decodeNotice(message)
      if (notice === 'malformed') result.malformed++
      else if (notice !== 'irrelevant' && notice.type === 'link') result.links.push(notice.link)
      else if (notice !== 'irrelevant' && notice.type === 'address') result.addresses.push(notice.address)
    }
  }

  #once(type: number, parts: Buffer[]): { messages: Message[]; interrupted: boolean } {
    const sequence = ++this.#sequence
    this.#socket.send(encodeRequest(type, c.NLM_F_DUMP, sequence, ...parts))
    const messages: Message[] = []
    let interrupted = false
    let done = false
    while (!done) {
      const datagram = this.#socket.receive()
      if (datagram === 'foreign') continue
      if (typeof datagram === 'string') throw new Error(`the kernel's answer to a dump: ${datagram}`)
      const sound = forEachMessage(Buffer.from(datagram), (message) => {
        if (message.sequence !== sequence) return
        if ((message.flags & c.NLM_F_DUMP_INTR) !== 0) interrupted = true
        if (message.type === c.NLMSG_ERROR || message.type === c.NLMSG_DONE) {
          done = true
          const refusal = refusalOf(message)
          if (refusal) throw new Error(`the kernel refused a dump: ${refusal.message}`)
        } else messages.push(message)
      })
      if (!sound) throw new Error("the kernel's answer to a dump is malformed")
    }
    return { messages, interrupted }
  }
}
