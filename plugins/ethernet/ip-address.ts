import { isIPv4, isIPv6, SocketAddress } from 'node:net'

/** The address in the one spelling by which addresses are compared; `null` when it is no IP address. */
export function canonicalAddress(text: string): string | null {
  if (isIPv4(text)) return text
  // A zone belongs to an address in use, not to one that is configured.
  if (!isIPv6(text) || text.includes('%')) return null
  return new SocketAddress({ address: text, family: 'ipv6' }).address
}

/** `ADDRESS/LENGTH` in the one spelling by which it is compared; `null` when it is not that. */
export function canonicalPrefix(text: string): string | null {
  const [, address = '', length = ''] = /^([^/]+)\/(0|[1-9][0-9]{0,2})$/.exec(text) ?? []
  const canonical = canonicalAddress(address)
  if (canonical === null || Number(length) > (isIPv4(address) ? 32 : 128)) return null
  return `${canonical}/${length}`
}

/** Whether it is IPv4, with or without a prefix length. */
export function isV4(address: string): boolean {
  return !address.includes(':')
}

/** Whether an address does not reach beyond its link or machine. */
export function isLocal(address: string): boolean {
  return /^(127\.|169\.254\.|0\.|::1(\/|$)|fe[89ab])/.test(address)
}

/** The prefix length that a netmask means; `null` when it is no netmask. */
export function maskLength(mask: string): number | null {
  if (!isIPv4(mask)) return null
  const bits = mask
    .split('.')
    .map((part) => Number(part).toString(2).padStart(8, '0'))
    .join('')
  return /^1*0*$/.test(bits) ? bits.replace(/0+$/, '').length : null
}
