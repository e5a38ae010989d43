import type { Link } from './link.js'

/** Kinds whose address follows their ports, so that it tells nothing. */
const borrowsAddress = new Set(['bridge', 'bond', 'team', 'openvswitch'])

/**
 * The evidence that a link with a known index is still the same link after claimd was away. It is compared as
 * a whole, within one boot and network namespace only: across boots nothing is inherited. The name is no
 * evidence: links are renamed.
 */
export function evidenceOf(link: Link): string {
  const address = link.permanentAddress ?? (borrowsAddress.has(link.kind) ? null : link.address)
  return [...nature(link), address].map((part) => part ?? '').join('|')
}

/**
 * Whether a link can be the one that had its index before events were lost. claimd was there all the time, and
 * indexes are not given again soon; so only what can never change about a link speaks against it.
 */
export function canBeSame(before: Link, after: Link): boolean {
  return (
    [...nature(before), before.permanentAddress].join('|') ===
    [...nature(after), after.permanentAddress].join('|')
  )
}

function nature({ kind, driver, path }: Link): (string | null)[] {
  return [kind, driver, path]
}

/** The public id of an adapter: unique for ever, since generations only rise. */
export function adapterId(index: number, generation: number): string {
  return `${index}.${generation}`
}
