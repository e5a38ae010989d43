import { connectionNameFault } from '@claimd/sdk'
import { Ajv, type ErrorObject } from 'ajv'
import { nearest } from '../../core/nearest.js'
import { type ConfigurationFile, configurationSchema } from './schema.js'

/** What is wrong at one place of the configuration. */
export interface ConfigurationFault {
  /** Such as `connections.office.type`, or `line 3, column 5`. */
  place: string
  found: string
  expected: string
  remedy: string
}

interface Schema {
  type?: string
  enum?: string[]
  description?: string
  properties?: Record<string, Schema>
}

const fits = new Ajv({ allErrors: true, verbose: true }).compile(configurationSchema)

/** Everything in which a value is not a configuration; empty when it is one. */
export function configurationFaults(value: unknown): ConfigurationFault[] {
  const faults = fits(value) ? [] : fits.errors!.map(faultOf)
  return [...faults, ...nameFaults(value)]
}

function faultOf(error: ErrorObject): ConfigurationFault {
  const path = error.instancePath
    .split('/')
    .slice(1)
    .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'))
  const schema = error.parentSchema as Schema
  const known = schema.properties ?? {}
  if (error.keyword === 'required') {
    const key: string = error.params.missingProperty
    return {
      place: placeOf([...path, key]),
      found: 'nothing',
      expected: described(known[key]!),
      remedy: `Add "${key}"`,
    }
  }
  if (error.keyword === 'additionalProperties') {
    const key: string = error.params.additionalProperty
    const meant = nearest(key, Object.keys(known))
    return {
      place: placeOf([...path, key]),
      found: `the unknown key ${shown(key)}`,
      expected: `one of ${Object.keys(known).join(', ')}`,
      remedy: meant ? `Did you mean "${meant}"?` : 'Remove it',
    }
  }
  const meant = schema.enum && typeof error.data === 'string' ? nearest(error.data, schema.enum) : null
  return {
    place: placeOf(path),
    found: shown(error.data),
    expected: described(schema),
    remedy: meant ? `Did you mean "${meant}"?` : 'Change it',
  }
}

function nameFaults(value: unknown): ConfigurationFault[] {
  const connections = (value as ConfigurationFile | null)?.connections
  if (typeof connections !== 'object' || connections === null || Array.isArray(connections)) return []
  return Object.keys(connections).flatMap((name) => {
    const fault = connectionNameFault(name)
    if (fault === null) return []
    return {
      place: placeOf(['connections', name]),
      found: `a name that ${fault}`,
      expected: 'a name of 1 to 63 characters without control characters and /, not beginning with -',
      remedy: 'Rename the connection',
    }
  })
}

const articles: Record<string, string> = { string: 'a text', object: 'an object', array: 'a list' }

function described(schema: Schema): string {
  const kind = schema.enum ? `one of ${schema.enum.join(', ')}` : (articles[schema.type ?? ''] ?? 'a value')
  return schema.description ? `${kind}: ${schema.description}` : kind
}

/** A value on one line, short enough for a message. */
export function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing'
  return text.length > 60 ? `${text.slice(0, 59)}…` : text
}

function placeOf(path: readonly string[]): string {
  if (path.length === 0) return 'the whole file'
  return path
    .map((key, depth) => {
      if (/^\d+$/.test(key) && depth > 0) return `[${key}]`
      if (/^[\w-]+$/.test(key)) return depth > 0 ? `.${key}` : key
      return `[${shown(key)}]`
    })
    .join('')
}
