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
 * Whether a link is still the one that had its index when claimd stopped, in the same boot and network
 * namespace: nothing may have changed that cannot, and of name and address, which both can (a bridge takes the
 * address of its ports), not both.
 */
export function isStill(known: KnownLink, link: Link): boolean {
  if (known.evidence !== evidenceOf(link)) return false
  return link.permanentAddress !== null || known.address === link.address || known.name === link.name
}

/** The public id of an adapter: unique for ever, since generations only rise. */
export function adapterId(index: number, generation: number): string {
  return `${index}.${generation}`
}
