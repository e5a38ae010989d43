import { closeSync, writeSync } from 'node:fs'
import { constants } from 'node:os'
import { getSystemErrorName } from 'node:util'
import * as c from './constants.js'
import type { SystemCalls } from './system-calls.js'

const { EAGAIN, EINTR, ENOBUFS } = constants.errno
const addressSize = 12
/**
 * A message is some 1.5 KiB long, and a dump comes in parts of 32 KiB; but the alternative names of one link
 * can take 64 KiB, and so can anything else that is nested.
 */
const datagramLimit = 256 * 1024

/** A socket to the kernel's route family. */
export class NetlinkSocket {
  readonly descriptor: number
  readonly #system: SystemCalls
  readonly #datagram = Buffer.alloc(datagramLimit)
  readonly #sender = Buffer.alloc(addressSize)

  /**
   * @param groups the multicast groups to hear
   * @param blocking whether reading waits until there is something
   */
  constructor(system: SystemCalls, groups: number, blocking = groups === 0) {
    this.#system = system
    const type = c.SOCK_RAW | c.SOCK_CLOEXEC | (blocking ? 0 : c.SOCK_NONBLOCK)
    this.descriptor = system.socket(c.AF_NETLINK, type, c.NETLINK_ROUTE)
    try {
      const address = Buffer.alloc(addressSize)
      address.writeUInt16LE(c.AF_NETLINK, 0)
      address.writeUInt32LE(groups, 8)
      system.bind(this.descriptor, address)
    } catch (error) {
      this.close()
      throw error
    }
  }

  setNumber(level: number, name: number, value: number): void {
    const bytes = Buffer.alloc(4)
    bytes.writeUInt32LE(value)
    this.#system.setOption(this.descriptor, level, name, bytes)
  }

  /** Reading gives up after so long. */
  setReceiveTimeout(seconds: number): void {
    const time = Buffer.alloc(16)
    time.writeBigUInt64LE(BigInt(seconds))
    this.#system.setOption(this.descriptor, c.SOL_SOCKET, c.SO_RCVTIMEO, time)
  }

  /**
   * Asks for a receive buffer of so many bytes. Without CAP_NET_ADMIN the system's limit holds, silently.
   * @returns the real size: what was asked for is doubled by the kernel, for its own bookkeeping
   */
  setReceiveBuffer(bytes: number): number {
    try {
      this.setNumber(c.SOL_SOCKET, c.SO_RCVBUFFORCE, bytes)
    } catch {
      this.setNumber(c.SOL_SOCKET, c.SO_RCVBUF, bytes)
    }
    return Number(this.#system.getNumberOption(this.descriptor, c.SOL_SOCKET, c.SO_RCVBUF, 4))
  }

  send(request: Buffer): void {
    writeSync(this.descriptor, request)
  }

  /**
   * Reads a datagram of the kernel; it is valid until the next call.
   * @returns `nothing` when there is none (or the time is over), `lost` when one or more could not be kept,
   *   `foreign` when it is of another process: whoever is privileged can send to us as well
   */
  receive(): Buffer | 'nothing' | 'lost' | 'foreign' {
    for (;;) {
      const length = this.#system.receive(this.descriptor, this.#datagram, this.#sender)
      if (length === -EINTR) continue
      if (length === -EAGAIN) return 'nothing'
      if (length === -ENOBUFS) return 'lost'
      if (length < 0)
        throw Object.assign(new Error(`recvfrom: ${getSystemErrorName(length)}`), { errno: length })
      // Only the kernel has port 0.
      if (this.#sender.readUInt32LE(4) !== 0) return 'foreign'
      return length > this.#datagram.length ? 'lost' : this.#datagram.subarray(0, length)
    }
  }

  close(): void {
    closeSync(this.descriptor)
  }
}
