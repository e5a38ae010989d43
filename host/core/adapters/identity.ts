import type { Link } from './link.js'

/**
 * The evidence that a link with a known index is still the same link. It is compared as a whole, within one
 * boot and network namespace only: across boots nothing is inherited. The name is no evidence (links are
 * renamed), unless the link has no address at all.
 */
export function evidenceOf(link: Link): string {
  const address = link.permanentAddress ?? link.address
  return [link.kind, link.driver, link.path, address ?? `name ${link.name}`]
    .map((part) => part ?? '')
    .join('|')
}

/** The public id of an adapter: unique for ever, since generations only rise. */
export function adapterId(index: number, generation: number): string {
  return `${index}.${generation}`
}
