import type { AdapterChange } from '@claimd/sdk'
import type { Undoing } from './ledger.js'
import { describeChange, describeLost, listed } from './undo-entry.js'

/** In words: what came of taking back what a plugin changed. */
export function describeUndoing(undoings: readonly Undoing[]): string {
  const undone = undoings.filter(({ outcome }) => outcome === 'undone').length
  const reasons = whatStays(undoings)
  if (undone === 0 && reasons.length === 0) return 'nothing about links to take back'
  return [
    `${undone === 0 ? 'no' : undone} change${undone > 1 ? 's' : ''} to links taken back`,
    describeLost(undoings.flatMap(({ lost }) => lost)),
    reasons.length === 0 ? '' : `what stays: ${listed(reasons)}`,
  ]
    .filter((part) => part !== '')
    .join('; ')
}

/** In words: each change that could not be taken back, and why. */
export function whatStays(undoings: readonly Undoing[]): string[] {
  return undoings
    .filter(({ outcome }) => outcome === 'left')
    .map(({ entry, because }) => `${describeChange(entry)} (${because})`)
}

/** In words: what a plugin changed and what stays so; empty when there is nothing. */
export function describeStaying(changes: readonly AdapterChange[]): string {
  if (changes.length === 0) return ''
  return `what it changed about links stays: ${listed(changes.map(({ what }) => what))}`
}
