import { readFileSync } from 'node:fs'
import type { AddressMessage } from '../netlink/address-message.js'
import { ipv6Text } from '../netlink/address-text.js'

/** The names of all links of this process's network namespace. */
export function linkNames(): string[] {
  return namesIn(readFileSync('/proc/net/dev', 'utf8'))
}

/** Two lines of headings, then `NAME: NUMBERS` each; a name never holds a colon. */
export function namesIn(text: string): string[] {
  return text
    .split('\n')
    .slice(2)
    .flatMap((line) => (line.includes(':') ? [line.slice(0, line.indexOf(':')).trim()] : []))
}

/** The IPv6 addresses of all links; none where the kernel has no IPv6. */
export class Inet6Addresses {
  #text = ''
  #addresses: AddressMessage[] = []

  read(): readonly AddressMessage[] {
    const text = this.#readText()
    if (text !== this.#text) {
      this.#text = text
      this.#addresses = inet6AddressesIn(text)
    }
    return this.#addresses
  }

  #readText(): string {
    try {
      return readFileSync('/proc/net/if_inet6', 'latin1')
    } catch {
      return ''
    }
  }
}

const inet6Line = /^([0-9a-f]{32}) +([0-9a-f]+) +([0-9a-f]+) +([0-9a-f]+) +([0-9a-f]+) /
/** The scopes of RFC 4007 as far as addresses have them, and what netlink calls them. */
const scopes: ReadonlyMap<number, number> = new Map([
  [0x10, 254],
  [0x20, 253],
  [0x40, 200],
])

/**
 * `ADDRESS INDEX LENGTH SCOPE FLAGS NAME`, in hexadecimal and in the order of a hash table. So the order is
 * made here: the wider scope first, as the kernel has it; within one scope it keeps the newest first, which
 * cannot be known.
 */
export function inet6AddressesIn(text: string): AddressMessage[] {
  const addresses = text.split('\n').flatMap((line) => {
    const [, digits = '', ...numbers] = inet6Line.exec(line) ?? []
    const [index = 0, prefix = 0, scope = 0, flags = 0] = numbers.map((number) => Number.parseInt(number, 16))
    if (index === 0 || prefix > 128) return []
    const address = ipv6Text(Buffer.from(digits, 'hex'))
    const entry: AddressMessage = {
      index,
      version: 6,
      key: address,
      text: `${address}/${prefix}`,
      flags,
      protocol: 0,
      scope: scopes.get(scope) ?? 0,
    }
    return [{ digits, entry }]
  })
  addresses.sort((a, b) => a.entry.scope - b.entry.scope || (a.digits < b.digits ? -1 : 1))
  return addresses.map(({ entry }) => entry)
}
