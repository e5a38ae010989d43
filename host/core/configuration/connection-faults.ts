import type { FieldFault } from '../documents/field-fault.js'
import { type Path, placeOf } from '../documents/place.js'
import { unknownKey } from '../documents/schema-faults.js'
import { shown } from '../documents/shown.js'
import { behaviours, connectionSchema } from './connection-schema.js'

/** Behaviours of Compact 2013 that claimd does not have, and what each would need. */
const unsupported: Readonly<Record<string, string>> = {
  'on-demand-when-roaming': 'mobile connections, which this version of claimd does not have',
  'per-policy': 'policies, which this version of claimd does not have',
}

/** The keys that each algorithm takes beside `algorithm`. */
const keysOf: Readonly<Record<string, readonly string[]>> = {
  none: [],
  linear: ['delay', 'attempts', 'afterwards'],
  exponential: ['delay', 'limit', 'attempts', 'afterwards'],
}

/**
 * What the schema of a connection does not say. A fault at a place that the schema finds fault with as well says more than
 * that one.
 * @param within the way to the connection
 */
export function connectionFaults(connection: unknown, within: Path = []): FieldFault[] {
  if (!isRecord(connection)) return []
  return [...behaviourFaults(connection, within), ...reconnectFaults(connection, within)]
}

function behaviourFaults({ behaviour }: Record<string, unknown>, within: Path): FieldFault[] {
  if (typeof behaviour !== 'string' || !Object.hasOwn(unsupported, behaviour)) return []
  const expected = `one of ${behaviours.map(shown).join(', ')}: ${shown(behaviour)} needs ${unsupported[behaviour]}`
  const field = placeOf([...within, 'behaviour'])
  return [{ field, found: shown(behaviour), expected, remedy: 'Write one of these, or leave it out' }]
}

function reconnectFaults({ reconnect }: Record<string, unknown>, within: Path): FieldFault[] {
  if (!isRecord(reconnect) || typeof reconnect.algorithm !== 'string') return []
  if (!Object.hasOwn(keysOf, reconnect.algorithm)) return []
  const { algorithm } = reconnect
  const taken = keysOf[algorithm]!
  const known = Object.keys(connectionSchema.properties.reconnect.properties)
  const strange = Object.keys(reconnect)
    // The schema tells of those that no algorithm has.
    .filter((key) => key !== 'algorithm' && known.includes(key) && !taken.includes(key))
    .map((key) => ({
      ...unknownKey([...within, 'reconnect', key], ['algorithm', ...taken]),
      found: `the key ${shown(key)}, which the algorithm ${shown(algorithm)} does not have`,
      remedy: 'Remove it, or choose another algorithm',
    }))
  return [...strange, ...limitFaults(reconnect, within)]
}

function limitFaults(
  { algorithm, delay = 1, limit = 300 }: Record<string, unknown>,
  within: Path,
): FieldFault[] {
  if (algorithm !== 'exponential' || typeof delay !== 'number' || typeof limit !== 'number') return []
  if (limit >= delay) return []
  return [
    {
      field: placeOf([...within, 'reconnect', 'limit']),
      found: `${limit}, which is less than the delay, ${delay}`,
      expected: 'at least as many seconds as the delay',
      remedy: 'Make it longer, or the delay shorter',
    },
  ]
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
