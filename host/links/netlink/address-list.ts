import type { AddressMessage } from './address-message.js'
import {
  IFA_F_DADFAILED,
  IFA_F_NODAD,
  IFA_F_OPTIMISTIC,
  IFA_F_SECONDARY,
  IFA_F_TEMPORARY,
  IFA_F_TENTATIVE,
} from './constants.js'

/**
 * The addresses of one link, in the order in which the kernel would dump them.
 *
 * A message about a new address does not say where the kernel put it, so its rule is followed here: an order
 * that depended on how we heard of an address would make a resync look like a change.
 */
export class AddressList {
  #v4: AddressMessage[] = []
  #v6: AddressMessage[] = []

  /** Adds an address from a dump, which comes in order. */
  append(address: AddressMessage): void {
    this.#of(address).push(address)
  }

  /** Adds or replaces an address. */
  put(address: AddressMessage): void {
    const list = this.#of(address)
    const place = list.findIndex((other) => other.key === address.key)
    const known = list[place]
    if (known !== undefined && isSecondary(known) === isSecondary(address)) {
      list[place] = address
      return
    }
    // A secondary address that becomes a primary one moves.
    if (known !== undefined) list.splice(place, 1)
    list.splice(address.version === 4 ? placeOfV4(list, address) : placeOfV6(list, address), 0, address)
  }

  remove(address: AddressMessage): void {
    const list = this.#of(address)
    const place = list.findIndex((other) => other.key === address.key)
    if (place !== -1) list.splice(place, 1)
  }

  /**
   * The link went down. What addresses it loses the kernel says, one by one; but those that it is to keep
   * (`keep_addr_on_down`) wait silently for their duplicate detection when the link comes up again.
   */
  suspend(): void {
    this.#v6 = this.#v6.map((address) =>
      (address.flags & IFA_F_NODAD) === 0 ? { ...address, flags: address.flags | IFA_F_TENTATIVE } : address,
    )
  }

  /** The addresses that can be used and stay: each text once. */
  usable(): string[] {
    const texts = [...this.#v4, ...this.#v6].filter(isUsable).map((address) => address.text)
    return [...new Set(texts)]
  }

  #of(address: AddressMessage): AddressMessage[] {
    return address.version === 4 ? this.#v4 : this.#v6
  }
}

function isSecondary(address: AddressMessage): boolean {
  return address.version === 4 && (address.flags & IFA_F_SECONDARY) !== 0
}

/** IPv4: secondary ones last; a primary one after the last primary one that is valid no further than itself. */
function placeOfV4(list: readonly AddressMessage[], address: AddressMessage): number {
  if (isSecondary(address)) return list.length
  return list.findLastIndex((other) => !isSecondary(other) && address.scope <= other.scope) + 1
}

/** IPv6: the wider scope first, and in the same scope the newest first. */
function placeOfV6(list: readonly AddressMessage[], address: AddressMessage): number {
  const place = list.findIndex((other) => other.scope >= address.scope)
  return place === -1 ? list.length : place
}

function isUsable({ version, flags }: AddressMessage): boolean {
  if (version === 6 && (flags & IFA_F_TEMPORARY) !== 0) return false
  if ((flags & IFA_F_DADFAILED) !== 0) return false
  return (flags & IFA_F_TENTATIVE) === 0 || (flags & IFA_F_OPTIMISTIC) !== 0
}
