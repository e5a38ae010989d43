import type { Link } from '../adapters/link.js'
import type { NewEvent } from '../kernel/journal-event.js'

/** How often a link went and came back. */
export interface Flaps {
  /** When it came back the last times, on the monotonic clock. */
  recent: number[]
  /** Since when it flaps, and what is not told yet; `null` while each change is told. */
  quiet: Quiet | null
}

interface Quiet {
  /** RFC 3339. */
  since: string
  /** Flaps since then. */
  total: number
  /** Flaps that are not told yet, and since when. */
  count: number
  from: number
  /** When they are told: for all links that flap at once, so that they are stored together. */
  until: number
  /** The link as it was told last. */
  told: Link
  /** How many of its rounds had ended by then. */
  roundsTold: number
  /** What else is told then: the newest of each type. */
  held: Map<string, NewEvent>
}

export function noFlaps(): Flaps {
  return { recent: [], quiet: null }
}
