import { nearest } from '../../core/nearest.js'
import { type FieldFault, shown } from './fault.js'

const claimdKeys = ['main', 'engines', 'activationEvents', 'contributes', 'permissions']

/** Keys of others that look like one of ours. */
const othersKeys = new Set(['man', 'engineStrict', 'engine-strict', 'contributors'])

/** Keys that are npm's to ignore, but that were probably meant for claimd. */
export function misspeltKeys(manifest: Record<string, unknown>): FieldFault[] {
  const faults: FieldFault[] = []
  for (const key of Object.keys(manifest)) {
    const meant = claimdKeys.includes(key) || othersKeys.has(key) ? null : nearest(key, claimdKeys)
    if (meant !== null) faults.push(fault(key, key, meant))
  }
  const engines = manifest.engines
  if (typeof engines !== 'object' || engines === null) return faults
  for (const key of Object.keys(engines)) {
    if (key !== 'claimd' && nearest(key, ['claimd'])) faults.push(fault(`engines.${key}`, key, 'claimd'))
  }
  return faults
}

function fault(field: string, key: string, meant: string): FieldFault {
  return {
    field,
    found: `the unknown key ${shown(key)}`,
    expected: `"${meant}"`,
    remedy: `did you mean "${meant}"?`,
  }
}
