import { existsSync, readFileSync } from 'node:fs'
import { ETHTOOL_GDRVINFO, SIOCETHTOOL, SIOCGIFNAME } from './constants.js'
import type { LinkMessage } from './link-message.js'
import type { SystemCalls } from './system-calls.js'

/** What the kernel tells about a link by other ways than netlink. None of it changes while the link exists. */
export interface DeviceFacts {
  driver: string | null
  vendor: string | null
  product: string | null
  wifi: boolean
}

const nameSize = 16
const driverOffset = 4
const driverSize = 32
const driverInfoSize = 196
const interfaceRequestSize = 40

/** Whoever renames links that fast for longer than this does it on purpose. */
const attemptLimit = 32

/**
 * Asks for the facts of a link.
 * @param descriptor any socket of an IP family
 */
export function deviceFacts(
  system: SystemCalls,
  descriptor: number,
  link: Pick<LinkMessage, 'index' | 'infoKind' | 'bus' | 'device'>,
): DeviceFacts {
  const named = whileNamed(system, descriptor, link.index, (name) => ({
    driver: driverOf(system, descriptor, name),
    wifi: link.infoKind === null && isWifi(upToNul(name), link.index),
  }))
  return { driver: null, wifi: false, ...named, ...deviceIds(link.bus, link.device) }
}

/**
 * Asks for the driver of virtual links once a kind, since all of a kind have the same. The kernel answers only
 * when nobody is changing links: in a storm of new ones, asking for each would hold up everything else.
 */
export function oncePerKind(factsOf: (link: LinkMessage) => DeviceFacts): (link: LinkMessage) => DeviceFacts {
  const known = new Map<string, DeviceFacts>()
  return (link) => {
    const { infoKind, bus, device } = link
    // Some kinds, such as `can`, are also those of devices, and these have drivers of their own.
    if (infoKind === null || bus !== null || device !== null) return factsOf(link)
    const facts = known.get(infoKind) ?? factsOf(link)
    if (facts.driver !== null) known.set(infoKind, facts)
    return facts
  }
}

/**
 * Asks something that takes the name of a link. The name in a message may be out of date, since whoever
 * manages devices renames what has just appeared, and between two questions names can be swapped: so the index
 * is turned into a name before and after, until both agree.
 * @returns `null` when the link has gone
 */
function whileNamed<T>(
  system: SystemCalls,
  descriptor: number,
  index: number,
  ask: (name: Buffer) => T,
): T | null {
  for (let attempt = 0; attempt < attemptLimit; attempt++) {
    const name = nameOf(system, descriptor, index)
    if (name === null) return null
    const answer = ask(name)
    if (nameOf(system, descriptor, index)?.equals(name)) return answer
  }
  return null
}

function driverOf(system: SystemCalls, descriptor: number, name: Buffer): string | null {
  const info = Buffer.alloc(driverInfoSize)
  info.writeUInt32LE(ETHTOOL_GDRVINFO)
  const request = Buffer.alloc(interfaceRequestSize)
  name.copy(request)
  request.writeBigUInt64LE(system.addressOf(info), nameSize)
  if (!system.ioctl(descriptor, SIOCETHTOOL, request)) return null
  return upToNul(info.subarray(driverOffset, driverOffset + driverSize)) || null
}

function nameOf(system: SystemCalls, descriptor: number, index: number): Buffer | null {
  const request = Buffer.alloc(interfaceRequestSize)
  request.writeInt32LE(index, nameSize)
  return system.ioctl(descriptor, SIOCGIFNAME, request) ? request.subarray(0, nameSize) : null
}

function upToNul(bytes: Buffer): string {
  const nul = bytes.indexOf(0)
  return bytes.toString('utf8', 0, nul === -1 ? bytes.length : nul)
}

function deviceIds(
  bus: string | null,
  device: string | null,
): { vendor: string | null; product: string | null } {
  if (bus === null || device === null) return { vendor: null, product: null }
  // The device of a USB link is an interface such as 1-2:1.0; the ids belong to what is plugged in, 1-2.
  const usb = bus === 'usb'
  const folder = `/sys/bus/${bus}/devices/${usb ? device.split(':')[0] : device}`
  return {
    vendor: hexadecimalIn(`${folder}/${usb ? 'idVendor' : 'vendor'}`),
    product: hexadecimalIn(`${folder}/${usb ? 'idProduct' : 'device'}`),
  }
}

function hexadecimalIn(file: string): string | null {
  const text = contentOf(file)?.replace(/^0x/, '').toLowerCase()
  return text !== undefined && /^[0-9a-f]{4}$/.test(text) ? text : null
}

/** The mounted sysfs may show another network namespace, so the index must agree as well. */
function isWifi(name: string, index: number): boolean {
  const folder = `/sys/class/net/${name}`
  return existsSync(`${folder}/phy80211`) && contentOf(`${folder}/ifindex`) === String(index)
}

function contentOf(file: string): string | undefined {
  try {
    return readFileSync(file, 'latin1').trim()
  } catch {
    // Not every bus has these files, and the device may be gone already.
    return undefined
  }
}
