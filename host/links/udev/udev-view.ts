import type { Link } from '../../core/adapters/link.js'

/** What udev adds to a link. */
export type UdevFacts = Pick<Link, 'managedBy' | 'awaitsUdev'>

/** Where a table of links asks for what udev says, and tells which links there are. */
export interface UdevView {
  /** These links are there, and no others. */
  load(indexes: readonly number[]): void
  appeared(index: number): void
  gone(index: number): void
  factsOf(index: number): UdevFacts
}

/** What is known of a link where udev does not count. */
export const nothing: UdevFacts = { managedBy: null, awaitsUdev: false }

export const withoutUdev: UdevView = { load() {}, appeared() {}, gone() {}, factsOf: () => nothing }
