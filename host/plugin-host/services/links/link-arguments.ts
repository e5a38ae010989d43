import { BlockList, isIP, isIPv4, SocketAddress } from 'node:net'
import type { NewLink, Route } from '@claimd/sdk'
import { isNetwork } from '../../../core/adapters/ip-bytes.js'
import type { LinkRoute } from '../../../core/adapters/link-changer.js'
import { shown } from '../../../core/documents/shown.js'
import { claimdError } from '../../../core/errors.js'

/** What a link can have: below 68 bytes there is no IPv4. */
const mtuLimits = { least: 68, most: 65_535 }
const longestMetric = 2 ** 32 - 1
/** The kernel's metric of an IPv6 route for which none, or 0, was given. */
const usualMetric6 = 1024
const mostVlans = 4094
/** A subset of what the kernel takes: no `%`, of which it makes a number, and nothing that tools would trip over. */
const linkName = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,14}$/

/** Nobody's, everybody's, or this machine's own. */
const noAddress = new BlockList()
noAddress.addSubnet('0.0.0.0', 8)
noAddress.addSubnet('127.0.0.0', 8)
noAddress.addSubnet('224.0.0.0', 4)
noAddress.addAddress('255.255.255.255')
noAddress.addAddress('::', 'ipv6')
noAddress.addAddress('::1', 'ipv6')
noAddress.addSubnet('ff00::', 8, 'ipv6')

/** An address with its prefix length, as the kernel writes it. @throws REQUEST_MALFORMED */
export function checkAddress(text: string): string {
  const expected = 'an address of one host with its prefix length, such as 10.0.0.2/24 or fd00::2/64'
  const { address, length } = split(text, expected)
  if (length === 0 || isNoAddress(address)) throw malformed('address', text, expected)
  return `${address}/${length}`
}

/** @throws REQUEST_MALFORMED */
export function checkRoute({ destination, gateway, metric = 0 }: Route): LinkRoute {
  const via = gateway === undefined ? null : checkGateway(gateway)
  const network = checkDestination(destination, via)
  const isIPv6 = network.includes(':')
  if (via !== null && via.includes(':') !== isIPv6) {
    throw malformed('gateway', gateway, `a gateway of the family of ${destination}`)
  }
  if (!Number.isInteger(metric) || metric < 0 || metric > longestMetric) {
    throw malformed('metric', metric, `a whole number from 0 to ${longestMetric}`)
  }
  return { destination: network, gateway: via, metric: isIPv6 && metric === 0 ? usualMetric6 : metric }
}

/** @throws REQUEST_MALFORMED */
export function checkMtu(mtu: number): number {
  const { least, most } = mtuLimits
  if (Number.isInteger(mtu) && mtu >= least && mtu <= most) return mtu
  throw malformed('mtu', mtu, `a number of bytes from ${least} to ${most}`)
}

/** Checks what a link needs that is to be made, and that nothing else is given. @throws REQUEST_MALFORMED */
export function checkNewLink(link: NewLink): NewLink {
  const { kind, name, ...more } = link
  const wanted: Record<NewLink['kind'], string[]> = {
    bridge: [],
    dummy: [],
    wireguard: [],
    veth: ['peer'],
    macvlan: ['parent'],
    vlan: ['parent', 'id'],
  }
  const mayHaveFence = !wanted[kind].includes('parent')
  const given = Object.keys(more).filter((key) => !(mayHaveFence && key === 'fence'))
  if (given.length !== wanted[kind].length || given.some((key) => !wanted[kind].includes(key))) {
    const expected = ['kind', 'name', ...wanted[kind]].join(', ')
    throw malformed('link', Object.keys(link).join(', '), `for a link of kind ${kind}: ${expected}`)
  }
  checkName(name)
  if (link.kind === 'veth') {
    if (checkName(link.peer) === name)
      throw malformed('peer', link.peer, 'another name than that of the link')
  }
  if (link.kind === 'vlan' && link.id > mostVlans) {
    throw malformed('id', link.id, `the id of a VLAN, from 0 to ${mostVlans}`)
  }
  return link
}

function checkName(name: string): string {
  if (linkName.test(name)) return name
  throw malformed(
    'name',
    name,
    'a name of 1 to 15 letters, digits, `_`, `.` and `-`, the first no `.` or `-`',
  )
}

function checkGateway(text: string): string {
  if (isIP(text) === 0 || text.includes('%') || isNoAddress(text)) {
    throw malformed('gateway', text, 'the address of one host, such as 10.0.0.1 or fe80::1')
  }
  return canonical(text)
}

function checkDestination(text: string, gateway: string | null): string {
  const expected = 'a network, such as 10.0.0.0/8 or fd00::/8; `default` together with a gateway'
  if (text === 'default') {
    if (gateway === null) throw malformed('destination', text, `${expected}; without one 0.0.0.0/0 or ::/0`)
    return gateway.includes(':') ? '::/0' : '0.0.0.0/0'
  }
  const { address, length } = split(text, expected)
  if (!isNetwork(address, length)) {
    throw malformed('destination', text, `${expected}, without bits after the prefix`)
  }
  return `${address}/${length}`
}

function split(text: string, expected: string): { address: string; length: number } {
  const [address = '', length = '', ...rest] = text.split('/')
  const longest = { 4: 32, 6: 128 }[isIP(address)]
  const isLength = /^(0|[1-9]\d{0,2})$/.test(length)
  if (
    longest === undefined ||
    !isLength ||
    Number(length) > longest ||
    rest.length > 0 ||
    text.includes('%')
  ) {
    throw malformed('address', text, expected)
  }
  return { address: canonical(address), length: Number(length) }
}

function canonical(address: string): string {
  return new SocketAddress({ address, family: isIPv4(address) ? 'ipv4' : 'ipv6' }).address
}

function isNoAddress(address: string): boolean {
  return noAddress.check(address, isIPv4(address) ? 'ipv4' : 'ipv6')
}

function malformed(what: string, found: unknown, expected: string): Error {
  return claimdError('REQUEST_MALFORMED', {
    message: `the ${what} cannot be used: found ${shown(found)}, expected ${expected}`,
    found: shown(found),
    expected,
    remedy: 'correct the call in the plugin',
  })
}
