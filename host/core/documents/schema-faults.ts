import { advice, expectation, listedValues, type Schema } from './expectation.js'
import type { FieldFault } from './field-fault.js'
import { nearest } from './nearest.js'
import { type Path, pathOf, placeOf } from './place.js'
import { shown } from './shown.js'

/** What a validator of JSON schemas finds wrong; it has to be told to add schema and data (`verbose`). */
export interface SchemaError {
  keyword: string
  /** A JSON pointer to what is wrong. */
  instancePath: string
  schemaPath: string
  params: Record<string, unknown>
  /** What is wrong, in the validator's words. */
  message?: string
  parentSchema?: object
  data?: unknown
  /** The key that is wrong, when the schema is one of keys. */
  propertyName?: string
}

export interface FaultOptions {
  /** The way to the document, when it is a part of the one that the faults are told of. */
  within?: Path
  /** How a value that is wrong is shown; by default as it is. */
  show?: (value: unknown) => string
}

/**
 * What is wrong with a document, in the validator's order; one fault a place.
 * @param document the errors' own one: it tells positions in lists from keys that are numbers
 */
export function schemaFaults(
  errors: readonly SchemaError[],
  document: unknown,
  { within = [], show = shown }: FaultOptions = {},
): FieldFault[] {
  // A union that does not fit also reports each of its branches, which says the same again.
  const unions = new Set(errors.filter(isUnion).map(({ schemaPath }) => `${schemaPath}/`))
  const faults = new Map<string, FieldFault>()
  for (const error of errors) {
    if ([...unions].some((union) => error.schemaPath.startsWith(union))) continue
    // What a condition asks for is reported for itself.
    if (error.keyword === 'if') continue
    const path = [...within, ...pathOf(error.instancePath, document), ...keyOf(error)]
    const place = JSON.stringify(path)
    if (!faults.has(place)) faults.set(place, faultOf(error, path, show))
  }
  return [...faults.values()]
}

/** A key that nothing reads. @param path the way to it; the key comes last */
export function unknownKey(path: Path, known: readonly string[]): FieldFault {
  const key = String(path.at(-1))
  return {
    field: placeOf(path),
    found: `the unknown key ${shown(key)}`,
    expected: `one of ${known.join(', ')}`,
    remedy: remedyFor(key, known, 'Remove it'),
  }
}

function faultOf(error: SchemaError, path: Path, show: (value: unknown) => string): FieldFault {
  const { keyword, parentSchema, data } = error
  const schema: Schema = parentSchema ?? {}
  const field = placeOf(path)
  const properties = schema.properties ?? {}
  switch (keyword) {
    case 'additionalProperties':
      return unknownKey(path, Object.keys(properties))
    case 'required': {
      const key = String(path.at(-1))
      return { field, found: 'nothing', expected: expectation(properties[key] ?? {}), remedy: `Add "${key}"` }
    }
    default: {
      const further = furtherDemand(error)
      const remedy = remedyFor(
        data,
        listedValues(schema),
        further === '' ? advice(schema, data, show === shown) : 'Change it',
      )
      return { field, found: show(data), expected: expectation(schema) + further, remedy }
    }
  }
}

/** What neither the form of a value nor its description says, such as how long a list may be. */
function furtherDemand({ keyword, message = '', parentSchema }: SchemaError): string {
  if (keyword === 'not') return ` that does not fit ${shown((parentSchema as { not?: unknown }).not)}`
  return furtherKeywords.has(keyword) ? `; it ${message.replace('NOT', 'not')}` : ''
}

const furtherKeywords = new Set([
  'minItems',
  'maxItems',
  'uniqueItems',
  'contains',
  'minProperties',
  'maxProperties',
  'multipleOf',
  'exclusiveMinimum',
  'exclusiveMaximum',
  'oneOf',
  'dependencies',
])

function remedyFor(found: unknown, allowed: readonly unknown[], otherwise: string): string {
  const texts = allowed.filter((value) => typeof value === 'string')
  const meant = typeof found === 'string' ? nearest(found, texts) : null
  return meant === null ? otherwise : `Did you mean "${meant}"?`
}

/** The key that an error is about where it is reported for the object around it. */
function keyOf({ params, propertyName }: SchemaError): string[] {
  const key = params.missingProperty ?? params.additionalProperty ?? params.propertyName ?? propertyName
  return key === undefined ? [] : [String(key)]
}

function isUnion({ keyword }: SchemaError): boolean {
  return keyword === 'anyOf'
}
