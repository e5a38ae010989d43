import { closeSync } from 'node:fs'
import type { AddressMessage } from '../netlink/address-message.js'
import { linkLayerText } from '../netlink/address-text.js'
import { AF_INET, IFF_UP, SOCK_CLOEXEC, SOCK_DGRAM } from '../netlink/constants.js'
import { type DeviceFacts, deviceFacts } from '../netlink/device-facts.js'
import { hardwareKind } from '../netlink/link-kind.js'
import type { LinkMessage } from '../netlink/link-message.js'
import type { SystemCalls } from '../netlink/system-calls.js'
import { Interfaces } from './interfaces.js'
import { Inet6Addresses, linkNames } from './proc-net.js'
import { Sysfs, type SysfsTraits, sysfsShortcoming } from './sysfs.js'
import { virtualKind } from './virtual-kind.js'

/** A link as it was found at one look. */
export interface Sighting {
  message: LinkMessage
  /** The same object for as long as it is the same link. */
  traits: Traits
  /** How often the carrier came or went, when that was last looked at; `null` without a carrier. */
  carrierChanges: number | null
  addresses: AddressMessage[]
}

/** What cannot change about a link, and is asked once. */
export interface Traits {
  /** Never that of two links; `null` when sysfs is not there to tell. */
  identity: bigint | null
  place: SysfsTraits | null
  facts: DeviceFacts
  kind: string | null
  permanentAddress: string | null
}

const IFF_RUNNING = 0x40
/** Links that are looked at before the loop turns: about a millisecond's work. */
const linksATurn = 64
/** A request has room for so much of an address. */
const addressRoom = 14
const attempts = 3
/** In so many looks a carrier that came and went between two of them is noticed. */
const carrierTurns = 8

/** Looks at all links and addresses without netlink. */
export class LinkScan {
  readonly #system: SystemCalls
  readonly #descriptor: number
  readonly #interfaces: Interfaces
  /** `null` where there is none that shows this network namespace. */
  readonly #sysfs: Sysfs | null
  /** What cannot be known of links here, and why; `null` when all that polling can tell is told. */
  readonly shortcoming: string | null
  readonly #inet6 = new Inet6Addresses()
  #looks = 0
  #closed = false

  constructor(system: SystemCalls) {
    this.#system = system
    this.#descriptor = system.socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)
    this.#interfaces = new Interfaces(system, this.#descriptor)
    const sysfs = new Sysfs()
    this.shortcoming = sysfsShortcoming(sysfs, () => this.#indexes())
    this.#sysfs = this.shortcoming === null ? sysfs : null
  }

  close(): void {
    this.#closed = true
    closeSync(this.#descriptor)
  }

  /**
   * All links, by index; `null` when it was closed meanwhile.
   * @param before what was found last time: a link that is there and could not be looked at is as it was
   */
  async look(before: ReadonlyMap<number, Sighting>): Promise<Map<number, Sighting> | null> {
    this.#looks++
    const found = new Map<number, Sighting>()
    const missing = new Set(before.keys())
    let count = 0
    for (const name of this.#namesOf(missing)) {
      if (++count % linksATurn === 0) await new Promise((resolve) => setImmediate(resolve))
      if (this.#closed) return null
      const index = this.#sight(name, before, found)
      if (index !== null) missing.delete(index)
    }
    for (const index of missing) {
      const { message, ...rest } = before.get(index)!
      if (this.#interfaces.nameOf(index) !== null)
        found.set(index, { ...rest, message: { ...message }, addresses: [] })
    }
    this.#addAddresses(found, before)
    for (const sighting of found.values()) sighting.message.link = this.#partnerOf(sighting, found)
    return found
  }

  /** All names, then those that links have got between the list and the look. */
  *#namesOf(missing: ReadonlySet<number>): Generator<string> {
    yield* linkNames()
    for (const index of missing) {
      const name = this.#interfaces.nameOf(index)
      if (name !== null) yield name
    }
  }

  #indexes(): Map<string, number> {
    const pairs = linkNames().flatMap((name) => {
      const index = this.#interfaces.indexOf(name)
      return index === null ? [] : [[name, index] as const]
    })
    return new Map(pairs)
  }

  /** A link is asked for by its name, which may be given to another one meanwhile; so its index is compared. */
  #sight(name: string, before: ReadonlyMap<number, Sighting>, into: Map<number, Sighting>): number | null {
    for (let attempt = 0; attempt < attempts; attempt++) {
      const index = this.#interfaces.indexOf(name)
      if (index === null) return null
      const sighting = this.#sightingOf(name, index, before.get(index))
      if (sighting === null || this.#interfaces.indexOf(name) !== index) continue
      into.set(index, sighting)
      return index
    }
    return null
  }

  #sightingOf(name: string, index: number, before: Sighting | undefined): Sighting | null {
    const flags = this.#interfaces.flagsOf(name)
    const hardware = this.#interfaces.hardwareOf(name)
    if (flags === null || hardware === null) return null
    const identity = this.#sysfs?.identityOf(name) ?? null
    const carrier = this.#carrierOf(name, flags)
    const address = (traits: Traits) => this.#addressOf(name, hardware, traits)
    const traits =
      before !== undefined && isSame(before, identity, name, address(before.traits))
        ? before.traits
        : this.#askTraits(name, index, identity, hardware.type)
    return {
      message: {
        index,
        name,
        // Only netlink tells them.
        alternativeNames: [],
        hardwareType: hardware.type,
        flags,
        address: address(traits),
        permanentAddress: traits.permanentAddress,
        carrier,
        link: null,
        linkNamespace: null,
        master: this.#sysfs?.masterOf(name) ?? null,
        infoKind: traits.kind,
        slaveKind: null,
        bus: traits.place?.bus ?? null,
        device: traits.place?.device ?? null,
        newNamespace: null,
        newIndex: null,
      },
      traits,
      carrierChanges: carrier ? this.#carrierChangesOf(name, index, before) : null,
      addresses: [],
    }
  }

  #askTraits(name: string, index: number, identity: bigint | null, hardwareType: number): Traits {
    const place = this.#sysfs?.traitsOf(name, index) ?? null
    const { bus, device } = place ?? { bus: null, device: null }
    const facts = deviceFacts(this.#system, this.#descriptor, { index, bus, device, infoKind: null })
    const loopback = hardwareKind(hardwareType) === 'loopback'
    return {
      identity,
      place,
      facts,
      kind: loopback ? null : virtualKind(facts.driver, place),
      permanentAddress: this.#interfaces.permanentAddressOf(name),
    }
  }

  /** A link that runs has its carrier; one that does not may still have it, and wait for something else. */
  #carrierOf(name: string, flags: number): boolean | null {
    if ((flags & IFF_UP) === 0) return null
    if ((flags & IFF_RUNNING) !== 0) return true
    return this.#sysfs?.carrierOf(name) ?? false
  }

  /** Reading it costs more than all else, and it forgets nothing: so that is done in turns, and when it must. */
  #carrierChangesOf(name: string, index: number, before: Sighting | undefined): number | null {
    const known = before?.message.carrier ? before.carrierChanges : null
    const isDue = index % carrierTurns === this.#looks % carrierTurns
    return known !== null && !isDue ? known : (this.#sysfs?.carrierChangesOf(name) ?? null)
  }

  #addressOf(
    name: string,
    { type, address }: { type: number; address: Buffer },
    { place }: Traits,
  ): string | null {
    const length = place?.addressLength ?? usualAddressLength(type)
    if (length > addressRoom) return this.#sysfs?.addressOf(name) ?? null
    return linkLayerText(address.subarray(0, length))
  }

  #addAddresses(found: Map<number, Sighting>, before: ReadonlyMap<number, Sighting>): void {
    const byName = new Map([...found.values()].map((sighting) => [sighting.message.name, sighting]))
    for (const { label, address, prefix } of this.#interfaces.inet4Addresses()) {
      const text = `${address}/${prefix}`
      const [name = ''] = label.split(':')
      const sighting = byName.get(name)
      const index = sighting?.message.index ?? 0
      sighting?.addresses.push({ index, version: 4, key: text, text, flags: 0, protocol: 0, scope: 0 })
    }
    for (const [name, sighting] of byName) {
      const { index } = sighting.message
      // What was read by a name that the link has lost meanwhile was said of another one.
      if (sighting.addresses.length > 0 && this.#interfaces.indexOf(name) !== index)
        sighting.addresses = before.get(index)?.addresses.filter(({ version }) => version === 4) ?? []
    }
    for (const address of this.#inet6.read()) found.get(address.index)?.addresses.push(address)
  }

  /**
   * sysfs gives an index and not its namespace. A parent that is in this one is linked to; of a pair, each
   * must name the other.
   */
  #partnerOf({ message, traits }: Sighting, found: ReadonlyMap<number, Sighting>): number | null {
    const index = traits.place?.partner ?? null
    const partner = index === null || index === message.index ? undefined : found.get(index)
    if (partner === undefined) return null
    const isPair = partner.traits.place?.partner === message.index && partner.traits.kind === traits.kind
    return isPair || this.#sysfs?.isAbove(message.name, partner.message.name) ? index : null
  }
}

/**
 * Whether a link is the one that had its index before. Where sysfs does not tell, it is one that has kept its
 * name or its address; both change at once with another link only, or nearly so.
 */
function isSame(before: Sighting, identity: bigint | null, name: string, address: string | null): boolean {
  if (identity !== null || before.traits.identity !== null) return before.traits.identity === identity
  return before.message.name === name || before.message.address === address
}

/** For hardware whose addresses cannot be of another length. */
function usualAddressLength(hardwareType: number): number {
  return ['ethernet', 'loopback', 'wifi'].includes(hardwareKind(hardwareType)) ? 6 : 0
}
