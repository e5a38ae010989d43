import type { Link } from './link.js'

/** What is kept of a link to know it again. */
export interface KnownLink {
  /** What can never change about a link, see {@link evidenceOf}. */
  evidence: string
  address: string | null
  name: string
}

/** What can never change about a link: its kind, driver, place on the bus, and the address that was burnt in. */
export function evidenceOf({ kind, driver, path, permanentAddress }: Link): string {
  return [kind, driver, path, permanentAddress].map((part) => part ?? '').join('|')
}

/**
 * Whether a link is still the one that had its index when claimd stopped, in the same boot: nothing may have changed
 * that cannot, and of name and address, which both can (a bridge takes the address of its ports), not both.
 * @param certain whether it is the same network namespace. If it may be another one, the address must be the same:
 *   the links of two containers often have the same names and indexes.
 */
export function isStill(known: KnownLink, link: Link, certain: boolean): boolean {
  if (known.evidence !== evidenceOf(link)) return false
  if (link.permanentAddress !== null) return true
  const sameName = known.name === link.name
  if (known.address !== link.address) return certain && sameName
  return certain || sameName || link.address !== null
}

/** Kinds of which two make one link: neither is the other's parent, and each knows the other by its index only. */
export const pairedKinds: ReadonlySet<string> = new Set(['veth', 'vxcan', 'netkit'])

/**
 * By this a link is recognised that was unplugged and plugged in again, deleted and made again, or moved to
 * another network namespace and back. Nothing is inherited by it: it only decides who is asked first.
 * @param nameOf the name of the link with an index in this network namespace; `undefined` when there is none
 */
export function stableKey(link: Link, nameOf: (index: number) => string | undefined): string {
  const { permanentAddress, path, driver, kind, name, peer } = link
  if (permanentAddress !== null || path !== null) return [permanentAddress, path, driver].join('|')
  // A link on top of another one, such as a VLAN, stays with that; indexes are not the same the next time.
  const parent = peer?.startsWith('-:') && !pairedKinds.has(kind) ? nameOf(Number(peer.slice(2))) : undefined
  return [kind, parent, name].join('|')
}

/** The public id of an adapter: unique for ever, since generations only rise. */
export function adapterId(index: number, generation: number): string {
  return `${index}.${generation}`
}
