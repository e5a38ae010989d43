import { pairedKinds } from '../../core/adapters/identity.js'
import type { Link, LinkEvent } from '../../core/adapters/link.js'
import { Announcements } from '../announcements.js'
import { type UdevView, withoutUdev } from '../udev/udev-view.js'
import { AddressList } from './address-list.js'
import type { AddressMessage } from './address-message.js'
import { IFF_LOOPBACK, IFF_UP } from './constants.js'
import type { DeviceFacts } from './device-facts.js'
import { hardwareKind } from './link-kind.js'
import type { LinkMessage } from './link-message.js'
import type { Notice } from './route-message.js'

interface Entry {
  message: LinkMessage
  facts: DeviceFacts
  addresses: AddressList
}

/** Keeps what the kernel has told of each link, and turns it into rows and events. */
export class LinkTable {
  readonly #entries = new Map<number, Entry>()
  readonly #announcements = new Announcements()
  readonly #factsOf: (link: LinkMessage) => DeviceFacts
  readonly #udev: UdevView

  /** @param factsOf is asked once for each link */
  constructor(factsOf: (link: LinkMessage) => DeviceFacts, udev: UdevView = withoutUdev) {
    this.#factsOf = factsOf
    this.#udev = udev
  }

  /** Replaces everything by what was dumped. */
  load(links: readonly LinkMessage[], addresses: readonly AddressMessage[]): void {
    this.#entries.clear()
    this.#udev.load(links.map(({ index }) => index))
    for (const message of links) this.#put(message)
    // A link without an entry appeared after the links were dumped: its messages are still to come.
    for (const address of addresses) this.#entries.get(address.index)?.addresses.append(address)
  }

  apply(notice: Notice): void {
    switch (notice.type) {
      case 'link': {
        const { index } = notice.link
        const entry = this.#entries.get(index)
        if (entry && !hasCarrier(entry.message) && hasCarrier(notice.link))
          this.#announcements.regainsCarrier(index, () => this.#row(entry))
        if (!entry) this.#udev.appeared(index)
        if (entry && isUp(entry.message) && !isUp(notice.link)) entry.addresses.suspend()
        this.#put(notice.link)
        this.#announcements.changed(index)
        this.#tellPartner(notice.link, { link: index, linkNamespace: null })
        break
      }
      case 'link-gone': {
        const { index, newNamespace, newIndex } = notice.link
        const movedTo = newNamespace === null ? null : { namespace: newNamespace, index: newIndex ?? index }
        this.#entries.delete(index)
        this.#udev.gone(index)
        this.#announcements.gone(index, movedTo)
        if (movedTo) this.#tellPartner(notice.link, { link: movedTo.index, linkNamespace: movedTo.namespace })
        break
      }
      case 'address':
      case 'address-gone': {
        const { address } = notice
        const entry = this.#entries.get(address.index)
        if (entry === undefined) break
        if (notice.type === 'address') entry.addresses.put(address)
        else entry.addresses.remove(address)
        this.#announcements.changed(address.index)
        break
      }
    }
  }

  /** Replaces the addresses of a link by all that it has now, in order. */
  readdress(index: number, addresses: readonly AddressMessage[]): void {
    const entry = this.#entries.get(index)
    if (entry === undefined) return
    entry.addresses = new AddressList()
    for (const address of addresses) entry.addresses.append(address)
    this.#announcements.changed(index)
  }

  /** What is known of the link by other ways than messages has changed. */
  refresh(index: number): void {
    if (this.#entries.has(index)) this.#announcements.changed(index)
  }

  /** Everything there is. */
  takeSnapshot(reason: 'start' | 'overflow'): LinkEvent[] {
    const links = [...this.#entries.values()].map((entry) => this.#row(entry))
    links.sort((a, b) => a.index - b.index)
    return this.#announcements.takeSnapshot(reason, links)
  }

  /** What has changed since something was last taken. */
  takeEvents(): LinkEvent[] {
    return this.#announcements.take((index) => this.#row(this.#entries.get(index)!))
  }

  /**
   * Of the two ends of a pair the kernel announces the first before it is paired, and it does not tell an end
   * that the other one moved away; so the other end's messages say it. What merely lies on a link that moved,
   * such as a macvlan, has its old peer until the kernel's next message about it.
   */
  #tellPartner(message: LinkMessage, where: { link: number; linkNamespace: number | null }): void {
    if (message.infoKind === null || !pairedKinds.has(message.infoKind)) return
    if (message.link === null || message.linkNamespace !== null) return
    const partner = this.#entries.get(message.link)
    if (partner === undefined || partner.message.infoKind !== message.infoKind) return
    partner.message = { ...partner.message, ...where }
    this.#announcements.changed(partner.message.index)
  }

  #put(message: LinkMessage): void {
    const entry = this.#entries.get(message.index)
    if (entry) entry.message = message
    else
      this.#entries.set(message.index, {
        message,
        facts: this.#factsOf(message),
        addresses: new AddressList(),
      })
  }

  #row({ message, facts, addresses }: Entry): Link {
    return {
      index: message.index,
      name: message.name,
      alternativeNames: message.alternativeNames,
      kind: kindOf(message, facts),
      driver: facts.driver,
      address: message.address,
      permanentAddress: message.permanentAddress,
      path: message.bus === null || message.device === null ? null : `${message.bus}/${message.device}`,
      vendor: facts.vendor,
      product: facts.product,
      peer: peerOf(message),
      loopback: (message.flags & IFF_LOOPBACK) !== 0,
      up: isUp(message),
      carrier: isUp(message) ? message.carrier : null,
      master: message.master,
      portOf: this.#portOf(message),
      ...this.#udev.factsOf(message.index),
      addresses: addresses.usable(),
    }
  }

  /** A member of a VRF is a link in its own right; a port of anything else is not. */
  #portOf({ master, slaveKind }: LinkMessage): string | null {
    if (master === null) return null
    const masterKind = this.#entries.get(master)?.message.infoKind
    const kind = slaveKind ?? masterKind ?? 'other'
    return kind === 'vrf' ? null : kind
  }
}

function isUp(message: LinkMessage): boolean {
  return (message.flags & IFF_UP) !== 0
}

function hasCarrier(message: LinkMessage): boolean {
  return isUp(message) && message.carrier === true
}

function kindOf(message: LinkMessage, facts: DeviceFacts): string {
  return message.infoKind ?? (facts.wifi ? 'wifi' : hardwareKind(message.hardwareType))
}

function peerOf({ index, link, linkNamespace }: LinkMessage): string | null {
  if (link === null || link === 0) return null
  if (linkNamespace !== null) return `${linkNamespace}:${link}`
  return link === index ? null : `-:${link}`
}
