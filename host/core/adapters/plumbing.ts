import type { Link } from './link.js'

/** Kinds whose two ends can be in different network namespaces, each end being a link of its own. */
const pairs = new Set(['veth', 'netkit'])

/**
 * Finds the links that a container engine or a hypervisor only passes other namespaces' traffic through. A
 * name decides nothing, since engines let users choose it:
 *
 * - a `veth` or `netkit` end whose peer is in another network namespace, unless it has an IP address beyond
 *   link-local: the end that was given one is somebody's way out, as it is within a container;
 * - a bridge that has ports, all of which lead out of this namespace (such an end, or a `tun` device, behind
 *   which is a virtual machine), and those ports. A bridge with any other port connects this machine.
 *
 * @param links every link of the namespace: what a bridge is depends on its ports
 */
export function plumbingAmong(links: Iterable<Link>): (link: Link) => boolean {
  const leadsOut = new Map<number, boolean>()
  for (const link of links) {
    if (link.portOf !== 'bridge' || link.master === null) continue
    const goesOut = isFarEnd(link) || link.kind === 'tun'
    leadsOut.set(link.master, goesOut && leadsOut.get(link.master) !== false)
  }
  return (link) => {
    if (link.kind === 'bridge' && leadsOut.get(link.index)) return true
    if (link.portOf === 'bridge' && leadsOut.get(link.master!)) return true
    return isFarEnd(link) && link.addresses.every(isLinkLocal)
  }
}

/** Whether its other end is in another network namespace. */
function isFarEnd({ kind, peer }: Link): boolean {
  return peer !== null && !peer.startsWith('-') && pairs.has(kind)
}

function isLinkLocal(address: string): boolean {
  return /^(169\.254\.|fe[89ab])/i.test(address)
}
