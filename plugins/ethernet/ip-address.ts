import { BlockList, isIPv4, isIPv6, SocketAddress } from 'node:net'

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

/** Those of the addresses, with prefix lengths, that an adapter does not have. @param wanted in that spelling */
export function missingAddresses(wanted: readonly string[], found: readonly string[]): string[] {
  const there = found.map((address) => canonicalPrefix(address) ?? address)
  return wanted.filter((address) => !there.includes(address))
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

/** Whether two addresses, with or without prefix lengths, are of the same family. */
export function isSameFamily(a: string, b: string): boolean {
  return isV4(a) === isV4(b)
}

/** Whether an address can be that of one host beyond this machine. @param address without prefix length */
export function isHostAddress(address: string): boolean {
  return !noHost.check(address, isV4(address) ? 'ipv4' : 'ipv6')
}

/** Whether an address is within a network. @param network any address of it, with the prefix length */
export function isWithin(address: string, network: string): boolean {
  const [base = '', length = ''] = network.split('/')
  if (!isSameFamily(address, base)) return false
  const list = new BlockList()
  list.addSubnet(base, Number(length), isV4(base) ? 'ipv4' : 'ipv6')
  return list.check(address, isV4(address) ? 'ipv4' : 'ipv6')
}

/** Whether an address with a prefix length is that of a network: no bit is set after the prefix. */
export function isNetwork(prefix: string): boolean {
  const [address = '', length = ''] = prefix.split('/')
  const bits = bitsOf(address)
  return !bits.slice(Number(length)).includes('1')
}

/** All bits of an address, as text. */
function bitsOf(address: string): string {
  if (isV4(address)) return binary(address.split('.').map(Number), 8)
  const dotted = address.slice(address.lastIndexOf(':') + 1)
  const tail = isIPv4(dotted) ? dotted.split('.').map(Number) : []
  const groups = tail.length > 0 ? address.slice(0, -dotted.length).replace(/(?<!:):$/, '') : address
  const [before = [], after = []] = groups
    .split('::')
    .map((half) => (half === '' ? [] : half.split(':').map((group) => Number.parseInt(group, 16))))
  const missing = 8 - before.length - after.length - tail.length / 2
  return binary([...before, ...Array<number>(missing).fill(0), ...after], 16) + binary(tail, 8)
}

function binary(numbers: readonly number[], width: number): string {
  return numbers.map((number) => number.toString(2).padStart(width, '0')).join('')
}

/** Nobody's, everybody's, or this machine's own. */
const noHost = new BlockList()
noHost.addSubnet('0.0.0.0', 8)
noHost.addSubnet('127.0.0.0', 8)
noHost.addSubnet('224.0.0.0', 4)
noHost.addAddress('255.255.255.255')
noHost.addAddress('::', 'ipv6')
noHost.addAddress('::1', 'ipv6')
noHost.addSubnet('ff00::', 8, 'ipv6')
