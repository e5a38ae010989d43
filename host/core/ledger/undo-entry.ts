import type { LinkRecipe, LinkRoute, Loss, Lost } from '../adapters/link-changer.js'
import type { StoredPlace } from '../adapters/place.js'

/** For whom a change is made. */
export interface Owner {
  plugin: string
  /** By which claim, or for which connection; `null` for a link that a plugin makes for itself. */
  provider: string | null
  connection: string | null
  /** The adapter that is changed. With it, the change is gone. */
  adapter: string | null
  fence: number | null
}

/**
 * A change, with what is needed to take it back. `before`: as it was before any change by claimd, and so as it will
 * be; `from`: as it was when the last one was written down, and still is if claimd was killed then. `losses`: what the kernel
 * removed with it; default: nothing.
 */
export type Change =
  | { type: 'address'; address: string }
  | { type: 'route'; route: LinkRoute }
  | { type: 'up'; before: boolean; from: boolean; after: boolean; losses?: readonly Loss[] }
  | { type: 'mtu'; before: number; from: number; after: number; losses?: readonly Loss[] }
  | { type: 'link'; recipe: LinkRecipe }

/** One line of the ledger. */
export interface UndoEntry extends StoredPlace {
  owner: Owner
  /** Of the link that is changed, or was made; `null` while it is not known. */
  index: number | null
  /** Its name at that time, for people. */
  name: string
  /** RFC 3339. */
  at: string
  change: Change
  /**
   * It was there already when a take-over came upon it, and is the connection's own only if that succeeds. `from`: whose line it
   * was before; `null`: somebody else had made it. Default: claimd made it for this owner.
   */
  adopted?: { from: Owner | null }
}

/** A thing is in the ledger once: whoever changes it again takes it over, with what was before all of that. */
export function keyOf({ owner: { adapter }, namespace, change }: UndoEntry): string {
  switch (change.type) {
    case 'address':
      return `${adapter} address ${change.address}`
    case 'route': {
      const { destination, gateway, metric } = change.route
      return `${adapter} route ${destination} ${gateway} ${metric}`
    }
    case 'link':
      return `${namespace} link ${change.recipe.name}`
    default:
      return `${adapter} ${change.type}`
  }
}

/** With a lower MTU a link has no IPv6: RFC 8200. */
export const leastForIPv6 = 1280
/** So many things that a change removed are named. */
const named = 5

/** In words: what was done. */
export function describeChange(entry: UndoEntry): string {
  return `${describePlainly(entry)}${entry.adopted ? ', taken over' : ''}`
}

function describePlainly({ name, change }: UndoEntry): string {
  switch (change.type) {
    case 'address':
      return `address ${change.address} on ${name}`
    case 'route':
      return `${describeRoute(change.route)} through ${name}`
    case 'up':
      return `${name} set ${describeUp(change)}${describeLosses(change.losses)}`
    case 'mtu':
      return `MTU ${change.after} of ${name}, before ${change.before}${describeLosses(change.losses)}`
    case 'link':
      return `${change.recipe.kind} link ${name}`
  }
}

function describeUp({ before, after }: { before: boolean; after: boolean }): string {
  const [now, other] = after ? ['up', 'down'] : ['down', 'up']
  return before === after ? `${other} and ${now} again` : now
}

function describeLosses(losses: readonly Loss[] = []): string {
  return losses.length === 0 ? '' : `, which removed ${listed(losses.map(({ what }) => what))}`
}

/** In words: what could not be put back; empty when there is nothing. */
export function describeLost(lost: readonly Lost[]): string {
  const things = lost.map(({ what, because }) => `${what} (${because})`)
  return lost.length === 0 ? '' : `lost, since it could not be put back: ${listed(things)}`
}

/** The first of them, and how many more there are. */
export function listed(things: readonly string[]): string {
  const more = things.length - named
  return `${things.slice(0, named).join('; ')}${more > 0 ? ` and ${more} more` : ''}`
}

/** `route to 10.0.0.0/8 via 10.0.0.1, metric 5` */
export function describeRoute({ destination, gateway, metric }: LinkRoute): string {
  return `route to ${destination}${gateway === null ? '' : ` via ${gateway}`}, metric ${metric}`
}

export function isSameRoute(a: LinkRoute, b: LinkRoute): boolean {
  return a.destination === b.destination && a.gateway === b.gateway && a.metric === b.metric
}
