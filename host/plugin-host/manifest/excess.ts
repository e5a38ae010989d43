import type { FieldFault } from '../../core/documents/field-fault.js'
import { claimdKeys } from './misspelt-keys.js'
import { isRecord } from './record.js'

/** How many texts, numbers and the like claimd's part of a manifest may hold: each may be a fault to be told. */
const manifestValues = 4000

/**
 * A manifest that holds too much to be checked: each value could be a fault of its own, and while thousands of
 * them are told, the host could do nothing else.
 */
export function excessFault(manifest: unknown): FieldFault | null {
  if (!isRecord(manifest)) return null
  let values = 0
  const left: unknown[] = claimdKeys.map((key) => manifest[key])
  while (left.length > 0) {
    const value = left.pop()
    const within = typeof value === 'object' && value !== null ? Object.values(value) : []
    if (within.length === 0) values++
    for (const one of within) left.push(one)
    if (values > manifestValues || left.length > manifestValues) {
      const expected = `at most ${manifestValues} values in ${claimdKeys.join(', ')}`
      return {
        field: '',
        found: 'more values than are looked at',
        expected,
        remedy: 'Leave out what nobody needs',
      }
    }
  }
  return null
}
