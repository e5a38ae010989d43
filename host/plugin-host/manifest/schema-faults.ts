import { manifestSchema } from '@claimd/sdk/manifest'
import { Ajv, type ErrorObject } from 'ajv'
import { nearest } from '../../core/nearest.js'
import { type FieldFault, shown } from './fault.js'

const validate = new Ajv({ allErrors: true, verbose: true, strict: false }).compile(manifestSchema)

/** Everything in which a manifest does not fit the schema. */
export function schemaFaults(manifest: unknown): FieldFault[] {
  if (validate(manifest)) return []
  const errors = validate.errors!
  // An alternative that does not fit also reports each of its branches, which says the same again.
  const alternatives = errors.filter((error) => error.keyword === 'anyOf').map((error) => error.schemaPath)
  return errors
    .filter((error) => !alternatives.some((path) => error.schemaPath.startsWith(`${path}/`)))
    .map(faultOf)
}

function faultOf(error: ErrorObject): FieldFault {
  const field = fieldName(error.instancePath)
  switch (error.keyword) {
    case 'required':
      return missing(field, error)
    case 'additionalProperties':
      return unknownKey(field, error)
    default: {
      const expected = expectation(error)
      return { field: field || '(the whole file)', found: shown(error.data), expected, remedy: 'change it' }
    }
  }
}

function missing(field: string, error: ErrorObject): FieldFault {
  const key: string = error.params.missingProperty
  const schema = properties(error)[key]
  const path = join(field, key)
  return { field: path, found: 'nothing', expected: describe(schema), remedy: `add "${key}"` }
}

function unknownKey(field: string, error: ErrorObject): FieldFault {
  const key: string = error.params.additionalProperty
  const known = Object.keys(properties(error))
  const meant = nearest(key, known)
  return {
    field: join(field, key),
    found: `the unknown key ${shown(key)}`,
    expected: `one of ${known.join(', ')}`,
    remedy: meant === null ? 'remove it' : `did you mean "${meant}"?`,
  }
}

interface Schema {
  type?: string
  const?: unknown
  description?: string
  properties?: Record<string, Schema>
}

function properties(error: ErrorObject): Record<string, Schema> {
  return (error.parentSchema as Schema).properties ?? {}
}

function expectation({ keyword, schema, parentSchema }: ErrorObject): string {
  switch (keyword) {
    case 'anyOf':
      return `one of ${(schema as Schema[]).map((branch) => shown(branch.const)).join(', ')}`
    case 'const':
      return shown(schema)
    case 'minimum':
      return `a number not below ${schema}`
    case 'maximum':
      return `a number not above ${schema}`
    case 'minLength':
      return `at least ${schema} character`
    case 'maxLength':
      return `at most ${schema} characters`
    case 'pattern':
      return `${describe(parentSchema as Schema)}, fitting ${schema}`
    default:
      return describe(parentSchema as Schema)
  }
}

const articles: Record<string, string> = { integer: 'an integer', object: 'an object', array: 'a list' }

function describe(schema: Schema | undefined): string {
  const type = schema?.type === undefined ? 'a value' : (articles[schema.type] ?? `a ${schema.type}`)
  return schema?.description === undefined ? type : `${type}: ${schema.description}`
}

/** `/contributes/providers/0/band` as people write it: `contributes.providers[0].band`. */
function fieldName(instancePath: string): string {
  const keys = instancePath
    .split('/')
    .slice(1)
    .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'))
  return keys.reduce((path, key) => (/^\d+$/.test(key) ? `${path}[${key}]` : join(path, key)), '')
}

function join(path: string, key: string): string {
  return path === '' ? key : `${path}.${key}`
}
