import { adapterRows, holdingRows, previousHolderRows, releaseRows } from '../../../host/core/claims/rows.js'
import type { StoredState } from '../../../host/core/kernel/store-port.js'

/** What a store has loaded, by the kinds of rows. */
export function byKind({ rows, ...counters }: StoredState) {
  return {
    ...counters,
    adapters: adapterRows.of(rows),
    holdings: holdingRows.of(rows),
    releases: releaseRows.of(rows),
    holders: previousHolderRows.of(rows),
  }
}
