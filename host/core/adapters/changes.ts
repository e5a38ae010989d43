import type { Link } from './link.js'

/** What changed about a link, as far as claims care. */
export interface LinkChange {
  /** In words, for people: `went down`, `10.0.0.1/24 added`. */
  words: string[]
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
  const words: string[] = []
  let reoffer: string | null = null
  const note = (text: string) => {
    words.push(text)
    reoffer ??= text
  }
  if (before.name !== after.name) note(`renamed from ${before.name} to ${after.name}`)
  if (before.up !== after.up) note(after.up ? 'came up' : 'went down')
  const carrierBack = after.carrier === true && before.carrier === false
  if (before.carrier !== after.carrier && after.carrier !== null) {
    if (carrierBack || after.carrier === false) note(after.carrier ? 'got its carrier' : 'lost its carrier')
    else reoffer ??= 'its carrier is known'
  }
  if (before.master !== after.master) {
    note(after.master === null ? `left ${masterName(before.master!)}` : `joined ${masterName(after.master)}`)
  }
  for (const address of missing(after.addresses, before.addresses)) note(`${address} added`)
  for (const address of missing(before.addresses, after.addresses)) note(`${address} removed`)
  if (before.address !== after.address) words.push(`address is now ${after.address ?? 'none'}`)
  for (const name of missing(after.alternativeNames, before.alternativeNames)) note(`is also called ${name}`)
  for (const name of missing(before.alternativeNames, after.alternativeNames)) {
    note(`is no longer called ${name}`)
  }
  if (before.awaitsUdev && !after.awaitsUdev) note('udev has finished with it')
  if (before.managedBy !== after.managedBy) note(`managed by ${after.managedBy ?? 'nobody'}, says udev`)
  if (
    words.length === 0 &&
    reoffer === null &&
    before.carrier === after.carrier &&
    before.portOf === after.portOf
  )
    return null
  return { words, reoffer, carrierBack, renamedFrom: before.name === after.name ? null : before.name }
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
