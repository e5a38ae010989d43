import { write } from 'node:fs'
import type { Draft } from './change-requests.js'
import { encodeRequest, forEachMessage, type Message } from './codec.js'
import * as c from './constants.js'
import { KernelRefusal, refusalOf } from './kernel-refusal.js'
import { NetlinkSocket } from './netlink-socket.js'
import type { SystemCalls } from './system-calls.js'

/**
 * Puts requests to the kernel, one after the other, on a socket of its own.
 *
 * The kernel carries out a request within the call that sends it, and so long as somebody else changes links that
 * call waits: so it is made on a thread of Node's pool. When it returns, the answer is there to be read.
 */
export class Requester {
  readonly #socket: NetlinkSocket
  #sequence = 0
  #last: Promise<unknown> = Promise.resolve()
  #closed = false

  constructor(system: SystemCalls) {
    this.#socket = new NetlinkSocket(system, 0, false)
    try {
      for (const option of [c.NETLINK_CAP_ACK, c.NETLINK_EXT_ACK, c.NETLINK_GET_STRICT_CHK])
        this.#socket.setNumber(c.SOL_NETLINK, option, 1)
    } catch (error) {
      this.#socket.close()
      throw error
    }
  }

  /** @returns what the kernel answered. @throws KernelRefusal */
  ask(draft: Draft): Promise<Message[]> {
    const answer = this.#last.then(() => this.#ask(draft))
    this.#last = answer.catch(() => {})
    return answer
  }

  /** What was asked before is still done. */
  close(): void {
    if (this.#closed) return
    this.#closed = true
    void this.#last.then(() => this.#socket.close())
  }

  async #ask({ type, flags, parts }: Draft): Promise<Message[]> {
    if (this.#closed) throw new KernelRefusal('ECANCELED', 'claimd is stopping')
    const sequence = ++this.#sequence
    // A dump ends by itself; everything else is acknowledged.
    const ending = (flags & c.NLM_F_DUMP) === c.NLM_F_DUMP ? 0 : c.NLM_F_ACK
    await send(this.#socket.descriptor, encodeRequest(type, flags | ending, sequence, ...parts))
    return this.#read(sequence)
  }

  #read(sequence: number): Message[] {
    const messages: Message[] = []
    for (;;) {
      const datagram = this.#socket.receive()
      // Whoever may send to us is not the kernel.
      if (datagram === 'foreign') continue
      if (typeof datagram === 'string') throw new KernelRefusal('EIO', `the kernel's answer: ${datagram}`)
      let end: Message | null = null
      // The buffer is used again for what comes next.
      forEachMessage(Buffer.from(datagram), (message) => {
        // An earlier answer of which the rest was not read.
        if (message.sequence !== sequence) return
        if (message.type === c.NLMSG_ERROR || message.type === c.NLMSG_DONE) end ??= message
        else messages.push(message)
      })
      if (end === null) continue
      const refusal = refusalOf(end)
      if (refusal) throw refusal
      return messages
    }
  }
}

function send(descriptor: number, request: Buffer): Promise<void> {
  return new Promise((done, fail) => {
    write(descriptor, request, 0, request.length, null, (error) => (error ? fail(error) : done()))
  })
}
