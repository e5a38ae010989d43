import { isDeepStrictEqual } from 'node:util'
import type { LinkEvent, LinkSource } from '../../core/adapters/link.js'
import { claimdError } from '../../core/errors.js'
import { LinkTable } from '../netlink/link-table.js'
import { systemCalls } from '../netlink/system-calls.js'
import { Udev, type UdevOptions } from '../udev/udev.js'
import { whereWeAre } from '../where.js'
import { LinkScan, type Sighting } from './link-scan.js'

/** So long from the end of one look to the next, in milliseconds. */
const defaultInterval = 1_000

/**
 * The links of this process's network namespace, looked at again and again: for systems on which netlink
 * cannot be opened. What comes and goes between two looks is not seen; alternative names are not known, nor
 * peers in other namespaces, nor which IPv6 address of one scope is the newest.
 */
export class PollingSource implements LinkSource {
  readonly kind = 'polling'
  readonly where = whereWeAre()
  readonly resyncs = 0
  readonly malformed = 0
  readonly #interval: number
  readonly #udevOptions: UdevOptions
  readonly #closers: (() => void)[] = []
  #closed = false
  #scan: LinkScan | undefined
  #table!: LinkTable
  #deliver!: (events: LinkEvent[]) => void
  #seen: ReadonlyMap<number, Sighting> = new Map()
  #next: NodeJS.Timeout | undefined
  /** The last look, done or under way. */
  #looks = Promise.resolve()
  #telling: NodeJS.Immediate | undefined
  #complained = false

  /** @param options.interval milliseconds between looks; default 1,000 */
  constructor(options: { interval?: number; udev?: UdevOptions } = {}) {
    this.#interval = options.interval ?? defaultInterval
    this.#udevOptions = options.udev ?? {}
  }

  get because(): string | null {
    return this.#scan?.shortcoming ?? null
  }

  /** @throws LINKS_UNAVAILABLE when links cannot be looked at either */
  async start(deliver: (events: LinkEvent[]) => void): Promise<void> {
    this.#deliver = deliver
    try {
      this.#open()
      const found = await this.#scan?.look(this.#seen)
      if (!found || this.#closed) return
      this.#seen = found
    } catch (error) {
      this.close()
      throw unavailable(error)
    }
    const sightings = [...this.#seen.values()]
    this.#table.load(
      sightings.map(({ message }) => message),
      sightings.flatMap(({ addresses }) => addresses),
    )
    deliver(this.#table.takeSnapshot('start'))
    this.#lookLater()
  }

  catchUp(): Promise<void> {
    clearTimeout(this.#next)
    // One that is under way may have looked before the call.
    this.#looks = this.#looks.then(() => this.#look())
    return this.#looks
  }

  close(): void {
    this.#closed = true
    clearTimeout(this.#next)
    clearImmediate(this.#telling)
    for (const close of this.#closers.splice(0).reverse()) close()
  }

  #open(): void {
    const scan = new LinkScan(systemCalls())
    this.#scan = scan
    this.#closers.push(() => scan.close())
    const udev = new Udev(this.#udevOptions, (index) => this.#udevSays(index))
    this.#closers.push(() => udev.close())
    this.#table = new LinkTable(({ index }) => this.#seen.get(index)!.traits.facts, udev)
  }

  #lookLater(): void {
    clearTimeout(this.#next)
    if (!this.#closed) this.#next = setTimeout(() => void this.catchUp(), this.#interval).unref()
  }

  async #look(): Promise<void> {
    if (this.#closed) return
    try {
      const before = this.#seen
      const found = await this.#scan?.look(before)
      if (!found) return
      this.#seen = found
      for (const [index, sighting] of before) {
        if (found.get(index)?.traits !== sighting.traits)
          this.#table.apply({ type: 'link-gone', link: sighting.message })
      }
      for (const sighting of found.values()) this.#take(sighting, before.get(sighting.message.index))
      this.#tell()
    } catch (error) {
      this.#complain(error)
    }
    this.#lookLater()
  }

  #take(sighting: Sighting, earlier: Sighting | undefined): void {
    const { message, addresses } = sighting
    const before = earlier?.traits === sighting.traits ? earlier : undefined
    if (before !== undefined && lostCarrierBetween(before, sighting))
      this.#table.apply({ type: 'link', link: { ...message, carrier: false } })
    if (!isDeepStrictEqual(before?.message, message) || before?.carrierChanges !== sighting.carrierChanges)
      this.#table.apply({ type: 'link', link: message })
    if (!isDeepStrictEqual(before?.addresses, addresses)) this.#table.readdress(message.index, addresses)
  }

  #udevSays(index: number): void {
    this.#table.refresh(index)
    this.#telling ??= setImmediate(() => {
      this.#telling = undefined
      this.#tell()
    })
  }

  #tell(): void {
    const events = this.#table.takeEvents()
    if (events.length > 0) this.#deliver(events)
  }

  #complain(error: unknown): void {
    if (this.#complained) return
    this.#complained = true
    process.emitWarning(unavailable(error))
  }
}

/** A cable that was pulled and put back between two looks. */
function lostCarrierBetween(before: Sighting, after: Sighting): boolean {
  return (
    before.carrierChanges !== null &&
    after.carrierChanges !== null &&
    before.carrierChanges !== after.carrierChanges
  )
}

function unavailable(error: unknown): Error {
  const found = error instanceof Error ? error.message : String(error)
  return claimdError(
    'LINKS_UNAVAILABLE',
    {
      message: `links cannot be looked at: ${found}`,
      found,
      expected: '/proc/net/dev, and a socket of the family AF_INET',
      remedy: 'look whether a sandbox hides /proc; `claimd run --simulate FILE` works without',
    },
    { cause: error },
  )
}
