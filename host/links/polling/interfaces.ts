import { linkLayerText } from '../netlink/address-text.js'
import type { SystemCalls } from '../netlink/system-calls.js'

/** The kernel's numbers (linux/sockios.h, ethtool.h). */
const SIOCGIFNAME = 0x8910
const SIOCGIFCONF = 0x8912
const SIOCGIFFLAGS = 0x8913
const SIOCGIFNETMASK = 0x891b
const SIOCGIFHWADDR = 0x8927
const SIOCGIFINDEX = 0x8933
const SIOCETHTOOL = 0x8946
const ETHTOOL_GPERMADDR = 0x20

const nameSize = 16
const requestSize = 40
/** So much of a link-layer address has room in a request. */
const addressRoom = 14
/** The longest link-layer address in the kernel. */
const addressLimit = 32

/** An IPv4 address; its label is the link's name, or begins with it and a colon. */
export interface Inet4Address {
  label: string
  address: string
  prefix: number
}

/**
 * The links of this process's network namespace, by requests on a plain socket: what every Unix had before
 * there was netlink.
 */
export class Interfaces {
  readonly #system: SystemCalls
  readonly #descriptor: number
  readonly #request = Buffer.alloc(requestSize)

  /** @param descriptor any socket of an IP family */
  constructor(system: SystemCalls, descriptor: number) {
    this.#system = system
    this.#descriptor = descriptor
  }

  indexOf(name: string): number | null {
    return this.#ask(SIOCGIFINDEX, name)?.readInt32LE(nameSize) ?? null
  }

  nameOf(index: number): string | null {
    this.#request.fill(0)
    this.#request.writeInt32LE(index, nameSize)
    return this.#send(SIOCGIFNAME) ? textIn(this.#request) : null
  }

  /** The flags that fit into 16 bits. */
  flagsOf(name: string): number | null {
    return this.#ask(SIOCGIFFLAGS, name)?.readUInt16LE(nameSize) ?? null
  }

  /** The hardware type, and as much of the address as there is room for. */
  hardwareOf(name: string): { type: number; address: Buffer } | null {
    const answer = this.#ask(SIOCGIFHWADDR, name)
    if (answer === null) return null
    const start = nameSize + 2
    return {
      type: answer.readUInt16LE(nameSize),
      address: Buffer.from(answer.subarray(start, start + addressRoom)),
    }
  }

  /** The address that was burnt in. */
  permanentAddressOf(name: string): string | null {
    const question = Buffer.alloc(8 + addressLimit)
    question.writeUInt32LE(ETHTOOL_GPERMADDR, 0)
    question.writeUInt32LE(addressLimit, 4)
    this.#prepare(name).writeBigUInt64LE(this.#system.addressOf(question), nameSize)
    if (!this.#send(SIOCETHTOOL)) return null
    const address = question.subarray(8, 8 + Math.min(question.readUInt32LE(4), addressLimit))
    return address.some((byte) => byte !== 0) ? linkLayerText(address) : null
  }

  /** All IPv4 addresses, those of one link in the kernel's order. */
  inet4Addresses(): Inet4Address[] {
    const list = this.#inet4List()
    const addresses: Inet4Address[] = []
    for (let offset = 0; offset + requestSize <= list.length; offset += requestSize) {
      const entry = list.subarray(offset, offset + requestSize)
      // With the address, the request is about this one of all that have the label.
      entry.copy(this.#request)
      if (!this.#send(SIOCGIFNETMASK)) continue
      addresses.push({
        label: textIn(entry),
        address: entry.subarray(nameSize + 4, nameSize + 8).join('.'),
        prefix: bitsIn(this.#request.readUInt32LE(nameSize + 4)),
      })
    }
    return addresses
  }

  #inet4List(): Buffer {
    const question = Buffer.alloc(16)
    for (let room = 64 * requestSize; ; room *= 2) {
      const list = Buffer.alloc(room)
      question.writeInt32LE(room, 0)
      question.writeBigUInt64LE(this.#system.addressOf(list), 8)
      if (!this.#system.ioctl(this.#descriptor, SIOCGIFCONF, question)) return list.subarray(0, 0)
      const length = question.readInt32LE(0)
      // A list that fills the room may have been cut.
      if (length < room) return list.subarray(0, length)
    }
  }

  #ask(request: number, name: string): Buffer | null {
    this.#prepare(name)
    return this.#send(request) ? this.#request : null
  }

  #prepare(name: string): Buffer {
    this.#request.fill(0)
    this.#request.write(name, 0, nameSize - 1)
    return this.#request
  }

  #send(request: number): boolean {
    return this.#system.ioctl(this.#descriptor, request, this.#request)
  }
}

function textIn(request: Buffer): string {
  const nul = request.indexOf(0)
  return request.toString('utf8', 0, nul === -1 || nul > nameSize ? nameSize : nul)
}

function bitsIn(mask: number): number {
  let count = 0
  for (let rest = mask; rest !== 0; rest >>>= 1) count += rest & 1
  return count
}
