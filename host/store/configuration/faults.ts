import { connectionNameFault } from '@claimd/sdk'
import type { FieldFault } from '../../core/documents/field-fault.js'
import { placeOf } from '../../core/documents/place.js'
import { schemaFaults } from '../../core/documents/schema-faults.js'
import type { ConfigurationFile } from './configuration.schemas.js'
import { fitsConfiguration } from './configuration.validators.js'

/** Everything in which a value is not a configuration; empty when it is one. */
export function configurationFaults(value: unknown): FieldFault[] {
  const faults = fitsConfiguration(value) ? [] : schemaFaults(fitsConfiguration.errors!, value)
  return [...faults, ...nameFaults(value)]
}

function nameFaults(value: unknown): FieldFault[] {
  const connections = (value as ConfigurationFile | null)?.connections
  if (typeof connections !== 'object' || connections === null || Array.isArray(connections)) return []
  return Object.keys(connections).flatMap((name) => {
    const fault = connectionNameFault(name)
    if (fault === null) return []
    return {
      field: placeOf(['connections', name]),
      found: `a name that ${fault}`,
      expected: 'a name of 1 to 63 characters without control characters and /, not beginning with -',
      remedy: 'Rename the connection',
    }
  })
}
