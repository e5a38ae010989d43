import type { Change } from './undo-entry.js'

/** What was before the first of several changes is what counts. */
export function continued(before: Change, change: Change): Change {
  if (change.type === 'up' && before.type === 'up')
    return { ...change, before: before.before, ...allLosses(before, change) }
  if (change.type === 'mtu' && before.type === 'mtu')
    return { ...change, before: before.before, ...allLosses(before, change) }
  return change
}

type WithLosses = Pick<Extract<Change, { type: 'up' }>, 'losses'>

function allLosses({ losses: first = [] }: WithLosses, { losses: second = [] }: WithLosses): WithLosses {
  const known = new Set(first.map(({ what }) => what))
  const losses = [...first, ...second.filter(({ what }) => !known.has(what))]
  return losses.length === 0 ? {} : { losses }
}
