import { closeSync } from 'node:fs'
import type { LinkEvent, LinkSource } from '../../core/adapters/link.js'
import { claimdError } from '../../core/errors.js'
import { Udev, type UdevOptions } from '../udev/udev.js'
import { whereWeAre } from '../where.js'
import * as c from './constants.js'
import { deviceFacts, oncePerKind } from './device-facts.js'
import { Dumper } from './dump.js'
import { LinkTable } from './link-table.js'
import { NetlinkSocket } from './netlink-socket.js'
import { forEachNotice } from './route-message.js'
import { type SystemCalls, systemCalls } from './system-calls.js'
import { Waiter } from './waiter.js'

const defaultReceiveBuffer = 32 * 1024 * 1024
/** A storm of events must not keep the loop for more than some ten milliseconds. */
const datagramsATurn = 2048
/** More than a full receive buffer holds. */
const datagramsAResync = 1 << 18
/** How often a dump is made anew because events were lost while it was made, before it is taken as it is. */
const loadsAResync = 3
const resyncDelayMs = 50

/** The links of this process's network namespace, as the kernel tells them. Needs no privilege. */
export class NetlinkSource implements LinkSource {
  readonly kind = 'netlink'
  readonly because = null
  readonly where = whereWeAre()
  readonly #wantedReceiveBuffer: number
  readonly #udevOptions: UdevOptions
  readonly #closers: (() => void)[] = []
  #closed = false
  #events!: NetlinkSocket
  #dumper!: Dumper
  #table!: LinkTable
  #deliver!: (events: LinkEvent[]) => void
  #again: NodeJS.Timeout | undefined
  #telling: NodeJS.Immediate | undefined
  #resyncs = 0
  #malformed = 0
  #receiveBuffer = 0

  /** @param options.receiveBuffer bytes of events that the kernel keeps while the loop is busy; default 32 MiB */
  constructor(options: { receiveBuffer?: number; udev?: UdevOptions } = {}) {
    this.#wantedReceiveBuffer = options.receiveBuffer ?? defaultReceiveBuffer
    this.#udevOptions = options.udev ?? {}
  }

  get resyncs(): number {
    return this.#resyncs
  }

  /** How many messages could not be read and were skipped. */
  get malformed(): number {
    return this.#malformed
  }

  /**
   * The size of the receive buffer in bytes as the kernel has it: twice what was asked for, or less when the
   * process is not privileged. 0 before `start`.
   */
  get receiveBuffer(): number {
    return this.#receiveBuffer
  }

  /** @throws LINKS_UNAVAILABLE when the kernel's links cannot be watched */
  async start(deliver: (events: LinkEvent[]) => void): Promise<void> {
    this.#deliver = deliver
    let snapshot: LinkEvent[]
    try {
      this.#open(systemCalls())
      snapshot = this.#readEverything('start')
    } catch (error) {
      this.close()
      throw unavailable(error)
    }
    deliver(snapshot)
  }

  async catchUp(): Promise<void> {
    // The kernel queues what a change leads to before it acknowledges the change.
    if (!this.#closed) this.#turn(datagramsAResync)
  }

  close(): void {
    this.#closed = true
    clearTimeout(this.#again)
    clearImmediate(this.#telling)
    for (const close of this.#closers.splice(0).reverse()) close()
  }

  #open(system: SystemCalls): void {
    this.#events = new NetlinkSocket(system, c.RTMGRP_LINK | c.RTMGRP_IPV4_IFADDR | c.RTMGRP_IPV6_IFADDR)
    this.#closers.push(() => this.#events.close())
    this.#receiveBuffer = this.#events.setReceiveBuffer(this.#wantedReceiveBuffer)
    this.#dumper = new Dumper(system)
    this.#closers.push(() => this.#dumper.close())
    const device = system.socket(c.AF_INET, c.SOCK_DGRAM | c.SOCK_CLOEXEC, 0)
    this.#closers.push(() => closeSync(device))
    const udev = new Udev(this.#udevOptions, (index) => this.#udevSays(index))
    this.#closers.push(() => udev.close())
    this.#table = new LinkTable(
      oncePerKind((link) => deviceFacts(system, device, link)),
      udev,
    )
    const waiter = new Waiter(system, this.#events.descriptor, () => this.#turn())
    this.#closers.push(() => waiter.close())
  }

  #turn(limit = datagramsATurn): void {
    if (this.#read(limit, isOfInterest)) this.#tell()
    else this.#resync()
  }

  #tell(): void {
    const events = this.#table.takeEvents()
    if (events.length > 0) this.#deliver(events)
  }

  /** udev finishes with many links at a time: what it says in one turn of the loop is one delivery. */
  #udevSays(index: number): void {
    this.#table.refresh(index)
    this.#telling ??= setImmediate(() => {
      this.#telling = undefined
      this.#tell()
    })
  }

  /** Reads everything anew after events were lost, or a dump was interrupted. */
  #resync(): void {
    clearTimeout(this.#again)
    let snapshot: LinkEvent[]
    try {
      snapshot = this.#readEverything('overflow')
    } catch (error) {
      process.emitWarning(unavailable(error))
      this.#resyncSoon()
      return
    }
    this.#resyncs++
    this.#deliver(snapshot)
  }

  #resyncSoon(): void {
    if (!this.#closed) this.#again = setTimeout(() => this.#resync(), resyncDelayMs)
  }

  /**
   * Dumps, and applies what happened meanwhile: the socket has listened since before the dump, so nothing is
   * missed, and a change that the dump shows already changes nothing when it is applied again.
   */
  #readEverything(reason: 'start' | 'overflow'): LinkEvent[] {
    let complete = this.#load()
    for (let attempt = 1; !this.#read(datagramsATurn, isOfInterest); attempt++) {
      complete = this.#load()
      if (attempt < loadsAResync) continue
      // The dump alone, as it was at its moment: better than one with holes in what came after it.
      complete = false
      break
    }
    if (!complete) this.#resyncSoon()
    return this.#table.takeSnapshot(reason)
  }

  /**
   * Replaces everything by what is dumped.
   * @returns whether nothing is missing
   */
  #load(): boolean {
    // What is queued, and what was lost, is older than the dump to come. Only that links went must not be forgotten:
    // the dump may show another link with the same index.
    this.#read(datagramsAResync, isRemoval)
    const dump = this.#dumper.dump()
    this.#malformed += dump.malformed
    this.#table.load(dump.links, dump.addresses)
    return !dump.interrupted
  }

  /**
   * Applies the events that wait, as far as they are wanted.
   * @returns whether none was lost
   */
  #read(limit: number, wanted: (type: number) => boolean): boolean {
    let complete = true
    for (let count = 0; count < limit; count++) {
      const datagram = this.#events.receive()
      if (datagram === 'nothing') break
      if (datagram === 'foreign') continue
      if (datagram === 'lost') {
        complete = false
        continue
      }
      this.#malformed += forEachNotice(datagram, wanted, (notice) => this.#table.apply(notice))
    }
    return complete
  }
}

function isOfInterest(): boolean {
  return true
}

function isRemoval(type: number): boolean {
  return type === c.RTM_DELLINK
}

function unavailable(error: unknown): Error {
  const found = error instanceof Error ? error.message : String(error)
  return claimdError(
    'LINKS_UNAVAILABLE',
    {
      message: `the kernel's links cannot be watched: ${found}`,
      found,
      expected: 'a Linux kernel that lets this process open route netlink sockets',
      remedy: 'look whether a sandbox forbids AF_NETLINK; `claimd run --simulate FILE` works without',
    },
    { cause: error },
  )
}
