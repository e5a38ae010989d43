import { connectionNameFault, connectionNameForm } from '@claimd/sdk'
import type { FieldFault } from '../../core/documents/field-fault.js'
import { placeOf } from '../../core/documents/place.js'
import { schemaFaults } from '../../core/documents/schema-faults.js'
import { shown } from '../../core/documents/shown.js'
import type { ConfigurationFile } from './configuration.schemas.js'
import { fitsConfiguration } from './configuration.validators.js'

/** Everything in which a value is not a configuration; empty when it is one. */
export function configurationFaults(value: unknown): FieldFault[] {
  const faults = fitsConfiguration(value) ? [] : schemaFaults(fitsConfiguration.errors!, value)
  const behaviours = behaviourFaults(value)
  // To the schema it is an unknown key like any other.
  const places = new Set(behaviours.map(({ field }) => field))
  return [...faults.filter(({ field }) => !places.has(field)), ...behaviours, ...nameFaults(value)]
}

/** What is accepted does something: no version of claimd connects connections by itself yet. */
function behaviourFaults(value: unknown): FieldFault[] {
  return connectionsOf(value).flatMap(([name, connection]) => {
    if (typeof connection !== 'object' || connection === null || !('behaviour' in connection)) return []
    return {
      field: placeOf(['connections', name, 'behaviour']),
      found: shown(connection.behaviour),
      expected: 'nothing: this version of claimd does not connect connections by itself',
      remedy: 'Remove it',
    }
  })
}

function nameFaults(value: unknown): FieldFault[] {
  return connectionsOf(value).flatMap(([name]) => {
    const fault = connectionNameFault(name)
    if (fault === null) return []
    // The two spellings of one name look the same.
    const composed = name.normalize('NFC')
    const isOther = composed !== name && connectionNameFault(composed) === null
    return {
      field: placeOf(['connections', name]),
      found: `a name that ${fault}`,
      expected: connectionNameForm,
      remedy: isOther ? `Write ${shown(composed)}, its normal form C` : 'Rename the connection',
    }
  })
}

function connectionsOf(value: unknown): [string, unknown][] {
  const connections = (value as ConfigurationFile | null)?.connections
  if (typeof connections !== 'object' || connections === null || Array.isArray(connections)) return []
  return Object.entries(connections)
}
