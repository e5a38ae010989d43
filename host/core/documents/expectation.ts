import { shown } from './shown.js'

/** What of a JSON schema can be said in words. */
export interface Schema {
  type?: string
  const?: unknown
  enum?: readonly unknown[]
  anyOf?: readonly Schema[]
  minimum?: number
  maximum?: number
  minLength?: number
  maxLength?: number
  properties?: Record<string, Schema>
  default?: unknown
  /** What a value means, and all that the other keys do not say about its form. */
  description?: string
}

/** What a schema wants, such as `a whole number, 0 to 100: within the band, higher first; default: 50`. */
export function expectation(schema: Schema): string {
  const form = formOf(schema)
  const text = schema.description === undefined ? form : `${form}: ${schema.description}`
  return schema.default === undefined || isEmptyList(schema.default)
    ? text
    : `${text}; default: ${shown(schema.default)}`
}

/** What to do about a value of another form: what to write, where that can be said in a few words. */
export function advice(schema: Schema): string {
  const isShort = ['integer', 'number', 'boolean'].includes(schema.type ?? '')
  if (!isShort && listedValues(schema).length === 0) return 'Change it'
  const or = schema.default === undefined ? '' : `, or leave it out, which means ${shown(schema.default)}`
  return `Write ${formOf(schema)}${or}`
}

function isEmptyList(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0
}

/** The values that a schema lists; none if it does not list all that it allows. */
export function listedValues(schema: Schema): readonly unknown[] {
  if (schema.enum) return schema.enum
  const branches = schema.anyOf ?? [schema]
  return branches.every((branch) => 'const' in branch) ? branches.map((branch) => branch.const) : []
}

function formOf(schema: Schema): string {
  const listed = listedValues(schema).map(shown)
  if (listed.length > 0) return listed.length === 1 ? listed[0]! : `one of ${listed.join(', ')}`
  if (schema.anyOf) return schema.anyOf.map(expectation).join(' or ')
  const length = range(schema.minLength, schema.maxLength)
  const size = range(schema.minimum, schema.maximum)
  switch (schema.type) {
    case 'string':
      if (length === '1 or more') return 'a text that is not empty'
      return length === null ? 'a text' : `a text of ${length} characters`
    case 'integer':
    case 'number': {
      const number = schema.type === 'integer' ? 'a whole number' : 'a number'
      return size === null ? number : `${number}, ${size}`
    }
    case 'boolean':
      return 'true or false'
    case 'null':
      return 'null'
    case 'array':
      return 'a list'
    case 'object':
      return 'an object'
    default:
      return 'a value'
  }
}

function range(from: number | undefined, to: number | undefined): string | null {
  if (to === undefined) return from === undefined ? null : `${from} or more`
  return from === undefined ? `at most ${to}` : `${from} to ${to}`
}
