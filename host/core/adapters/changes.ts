import type { LinkDifference } from '@claimd/sdk'
import type { Link } from './link.js'

/** One thing that is another way than before about a link. */
export type Difference = LinkDifference

/** What changed about a link, as far as claims care. */
export interface LinkChange {
  differences: Difference[]
  /** Why an open adapter should be offered again, in words; `null` when it should not. */
  reoffer: string | null
  /** Whether its carrier came back: it may be on another network now. */
  carrierBack: boolean
  renamedFrom: string | null
}

/** Compares two states of one link; `null` when nothing that anybody sees has changed. */
export function changeOf(
  before: Link,
  after: Link,
  masterName: (index: number) => string,
): LinkChange | null {
  const differences = [...differencesOf(before, after, masterName)]
  const reasonToOffer = differences.find(({ kind }) => kind !== 'hardware-address')
  const isCarrierKnown = before.carrier === null && after.carrier === true
  const reoffer = reasonToOffer
    ? describeDifference(reasonToOffer)
    : isCarrierKnown
      ? 'its carrier is known'
      : null
  if (differences.length === 0 && before.carrier === after.carrier && before.portOf === after.portOf)
    return null
  return {
    differences,
    reoffer,
    carrierBack: after.carrier === true && before.carrier === false,
    renamedFrom: before.name === after.name ? null : before.name,
  }
}

function* differencesOf(
  before: Link,
  after: Link,
  masterName: (index: number) => string,
): Iterable<Difference> {
  if (before.name !== after.name) yield { kind: 'renamed', from: before.name, to: after.name }
  if (before.up !== after.up) yield { kind: after.up ? 'up' : 'down' }
  if (after.carrier === false && before.carrier !== false) yield { kind: 'no-carrier' }
  if (after.carrier === true && before.carrier === false) yield { kind: 'carrier' }
  if (before.master !== after.master) {
    if (after.master === null) yield { kind: 'left', master: masterName(before.master!) }
    else yield { kind: 'joined', master: masterName(after.master) }
  }
  for (const address of missing(after.addresses, before.addresses)) yield { kind: 'address-added', address }
  for (const address of missing(before.addresses, after.addresses)) yield { kind: 'address-removed', address }
  if (before.address !== after.address) yield { kind: 'hardware-address', address: after.address }
  for (const name of missing(after.alternativeNames, before.alternativeNames)) {
    yield { kind: 'alternative-name-added', name }
  }
  for (const name of missing(before.alternativeNames, after.alternativeNames)) {
    yield { kind: 'alternative-name-removed', name }
  }
  if (before.awaitsUdev && !after.awaitsUdev) yield { kind: 'udev-finished' }
  if (before.managedBy !== after.managedBy) yield { kind: 'managed-by', manager: after.managedBy }
}

/** In words, for people: `went down`, `10.0.0.1/24 added`. */
export function describeDifference(difference: Difference): string {
  switch (difference.kind) {
    case 'renamed':
      return `renamed from ${difference.from} to ${difference.to}`
    case 'up':
      return 'came up'
    case 'down':
      return 'went down'
    case 'carrier':
      return 'got its carrier'
    case 'no-carrier':
      return 'lost its carrier'
    case 'joined':
      return `joined ${difference.master}`
    case 'left':
      return `left ${difference.master}`
    case 'address-added':
      return `${difference.address} added`
    case 'address-removed':
      return `${difference.address} removed`
    case 'hardware-address':
      return `address is now ${difference.address ?? 'none'}`
    case 'alternative-name-added':
      return `is also called ${difference.name}`
    case 'alternative-name-removed':
      return `is no longer called ${difference.name}`
    case 'udev-finished':
      return 'udev has finished with it'
    case 'managed-by':
      return `managed by ${difference.manager ?? 'nobody'}, says udev`
  }
}

export function isSameDifference(one: Difference, other: Difference): boolean {
  return Object.values(one).join(' ') === Object.values(other).join(' ')
}

/**
 * What a claim was verified against. While it stays the same, the provider's word stands; a rename and
 * administrative down and up are not part of it.
 */
export function materialKey(link: Link): string {
  return `${link.master ?? ''}|${[...link.addresses].sort().join(' ')}`
}

/** Those of `some` that are not among `others`; a link can have thousands. */
function missing(some: readonly string[], others: readonly string[]): string[] {
  if (some === others) return []
  const known = new Set(others)
  return some.filter((one) => !known.has(one))
}
