import { connectionNameFault, connectionNameForm } from '@claimd/sdk'
import { connectionFaults } from '../../core/configuration/connection-faults.js'
import type { FieldFault } from '../../core/documents/field-fault.js'
import { placeOf } from '../../core/documents/place.js'
import { schemaFaults } from '../../core/documents/schema-faults.js'
import { shown } from '../../core/documents/shown.js'
import type { ConfigurationFile } from './configuration.schemas.js'
import { fitsConfiguration } from './configuration.validators.js'

/** Everything in which a value is not a configuration; empty when it is one. */
export function configurationFaults(value: unknown): FieldFault[] {
  const faults = fitsConfiguration(value) ? [] : schemaFaults(fitsConfiguration.errors!, value)
  const further = connectionsOf(value).flatMap(([name, connection]) =>
    connectionFaults(connection, ['connections', name]),
  )
  const places = new Set(further.map(({ field }) => field))
  return [
    ...faults.filter(({ field }) => !places.has(field)),
    ...further,
    ...nameFaults(value),
    ...ignoreFaults(value),
  ]
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

/** An empty rule fits every adapter, which is easily written by mistake: then none would be offered. */
function ignoreFaults(value: unknown): FieldFault[] {
  return ignoreOf(value).flatMap((rule, at) => {
    if (!isEmptyRule(rule)) return []
    return {
      field: placeOf(['offers', 'ignore', at]),
      found: '{}, which would ignore every adapter',
      expected: 'a rule with one key at least',
      remedy: `Remove it; to ignore every adapter, write ${shown(everyAdapter)}`,
    }
  })
}

/** A rule that fits every adapter, and says so. */
const everyAdapter = { name: '*' }

/** Gives the rules that an older version accepted the form that this one takes. */
export function renewIgnoreRules(value: unknown): void {
  const rules = ignoreOf(value)
  for (const [at, rule] of rules.entries()) if (isEmptyRule(rule)) rules[at] = { ...everyAdapter }
}

function isEmptyRule(rule: unknown): boolean {
  return typeof rule === 'object' && rule !== null && !Array.isArray(rule) && Object.keys(rule).length === 0
}

function ignoreOf(value: unknown): unknown[] {
  const offers: unknown = (value as { offers?: unknown } | null)?.offers
  const ignore: unknown = (offers as { ignore?: unknown } | null | undefined)?.ignore
  return Array.isArray(ignore) ? ignore : []
}

function connectionsOf(value: unknown): [string, unknown][] {
  const connections = (value as ConfigurationFile | null)?.connections
  if (typeof connections !== 'object' || connections === null || Array.isArray(connections)) return []
  return Object.entries(connections)
}
