import type { ConfiguredConnection } from '@claimd/sdk'
import { isObject, shown } from '../protocol/shown.js'
import { type Rule, readRule } from './rule.js'

/** A configured connection whose `config` has no fault. */
export interface ScriptConnection {
  name: string
  /** The absolute path of the script. */
  program: string
  /** The adapters that the operator wants it to be asked about; `null` for all. */
  match: Rule | null
  /** Given to the script as it is. */
  options: Readonly<Record<string, unknown>>
}

/** A configured connection whose `config` cannot be used. */
export interface FaultyConnection {
  name: string
  /** Every fault, in words. */
  faults: string[]
}

const keys = ['program', 'match', 'options']

/** Reads the `config` of a connection. It never throws, whatever is in it. */
export function readConnection({ name, config }: ConfiguredConnection): ScriptConnection | FaultyConnection {
  const faults: string[] = []
  const fault = (field: string, found: string, expected: string) =>
    void faults.push(`config.${field}: found ${found}, expected ${expected}`)
  for (const key of Object.keys(config)) {
    if (!keys.includes(key)) fault(key, shown(config[key]), `no such key; there are ${keys.join(', ')}`)
  }
  const { program, options = {} } = config
  if (typeof program !== 'string' || !program.startsWith('/')) {
    fault(
      'program',
      shown(program),
      'the absolute path of a script, such as "/usr/local/lib/claimd/lab-link"',
    )
  }
  if (!isObject(options)) fault('options', shown(options), 'an object')
  const match = config.match === undefined ? null : readRule(config.match, 'match', fault)
  if (faults.length > 0 || typeof program !== 'string' || !isObject(options)) return { name, faults }
  return { name, program, match, options }
}
