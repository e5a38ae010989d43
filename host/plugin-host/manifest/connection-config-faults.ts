import { Ajv } from 'ajv'
import type { FieldFault } from '../../core/documents/field-fault.js'
import { schemaFaults } from '../../core/documents/schema-faults.js'
import { shown } from '../../core/documents/shown.js'

/** How many faults of one connection's settings are told. */
const connectionFaults = 10

/** A schema of settings, and the connections whose settings it is for. */
export interface SettingsOf {
  schema: Readonly<Record<string, unknown>>
  connections: readonly { name: string; config: unknown }[]
}

/**
 * In which the settings of connections are not what the schema of their provider says: the faults of each
 * connection, with their places in the configuration file. Schemas are those of accepted manifests, and come
 * from strangers all the same: see `check-connection-config.ts` for where this may run.
 * @throws when the schema cannot be used
 */
export function connectionConfigFaults({ schema, connections }: SettingsOf): FieldFault[][] {
  // Made for one schema: names that schemas give themselves are theirs alone.
  const ajv = new Ajv({
    allErrors: true,
    verbose: true,
    strict: false,
    validateFormats: false,
    logger: false,
  })
  const { $schema: _, ...plain } = schema
  const fits = ajv.compile(plain)
  return connections.map(({ name, config }) => {
    if (fits(config)) return []
    const faults = schemaFaults(fits.errors!, config, {
      within: ['connections', name, 'config'],
      show: kindOf,
    })
    return faults.slice(0, connectionFaults)
  })
}

/** What a value is, instead of what it says: it may be a secret, and faults are told to everybody who may look. */
function kindOf(value: unknown): string {
  if (typeof value === 'string') {
    if (value === '') return 'an empty text'
    return `a text of ${value.length === 1 ? '1 character' : `${value.length} characters`}`
  }
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : `a list of ${value.length}`
  if (typeof value === 'object' && value !== null) {
    const keys = Object.keys(value)
    return keys.length === 0 ? 'an empty object' : `an object with ${shown(keys.join(', '))}`
  }
  return typeof value === 'number' ? 'a number' : String(value)
}
