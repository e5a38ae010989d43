import type { AdapterChange } from '@claimd/sdk'
import type { Undoing } from './ledger.js'
import { describeChange } from './undo-entry.js'

/** So many things that stay are named. */
const named = 5

/** In words: what came of taking back what a plugin changed. */
export function describeUndoing(undoings: readonly Undoing[]): string {
  const left = undoings.filter(({ outcome }) => outcome === 'left')
  const undone = undoings.filter(({ outcome }) => outcome === 'undone').length
  const done = `${undone} change${undone === 1 ? '' : 's'} to links taken back`
  if (left.length === 0) return done
  const reasons = left.slice(0, named).map(({ entry, because }) => `${describeChange(entry)} (${because})`)
  const more = left.length > named ? ` and ${left.length - named} more` : ''
  return `${done}; what stays: ${reasons.join('; ')}${more}`
}

/** In words: what a plugin changed and what stays so; empty when there is nothing. */
export function describeStaying(changes: readonly AdapterChange[]): string {
  if (changes.length === 0) return ''
  const things = changes.slice(0, named).map(({ what }) => what)
  const more = changes.length > named ? ` and ${changes.length - named} more` : ''
  return `what it changed about links stays: ${things.join('; ')}${more}`
}
