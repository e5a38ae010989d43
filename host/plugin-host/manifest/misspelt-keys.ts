import type { FieldFault } from '../../core/documents/field-fault.js'
import { nearest } from '../../core/documents/nearest.js'
import { unknownKey } from '../../core/documents/schema-faults.js'

/** What of a manifest is claimd's to understand, beside the names that npm and claimd share. */
export const claimdKeys = ['main', 'engines', 'activationEvents', 'contributes', 'permissions']
const engineKeys = ['claimd']

/** Keys of others that look like one of ours. */
const othersKeys = ['man', 'engineStrict', 'engine-strict', 'contributors']

/** Keys that are npm's to ignore, but that were probably meant for claimd. */
export function misspeltKeys(manifest: Record<string, unknown>): FieldFault[] {
  const { engines } = manifest
  const ofEngines = typeof engines === 'object' && engines !== null ? Object.keys(engines) : []
  return [
    ...misspelt(Object.keys(manifest), claimdKeys).map((key) => unknownKey([key], claimdKeys)),
    ...misspelt(ofEngines, engineKeys).map((key) => unknownKey(['engines', key], engineKeys)),
  ]
}

function misspelt(keys: readonly string[], ours: readonly string[]): string[] {
  const others = keys.filter((key) => !ours.includes(key) && !othersKeys.includes(key))
  return others.filter((key) => nearest(key, ours) !== null)
}
