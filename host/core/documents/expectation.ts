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
  pattern?: string
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

/**
 * What to do about a value of another form: what to write in its place.
 * @param suggest whether a text may be repeated, corrected
 */
export function advice(schema: Schema, found: unknown, suggest = true): string {
  const isShort = ['integer', 'number', 'boolean', 'null'].includes(schema.type ?? '')
  if (!isShort && listedValues(schema).length === 0) return change(schema, found, suggest)
  const or = schema.default === undefined ? '' : `, or leave it out, which means ${shown(schema.default)}`
  return `Write ${formOf(schema)}${or}`
}

function change(schema: Schema, found: unknown, suggest: boolean): string {
  if (schema.type === 'array') return 'Make it a list, in [ ]'
  if (schema.type === 'object') return 'Make it an object, in { }'
  if (schema.type !== 'string') return 'Write it in the form that is expected'
  if (typeof found !== 'string') return 'Make it a text, in quotation marks'
  const close = suggest ? correctedText(schema, found) : null
  if (close !== null) return `Write ${shown(close)}`
  return schema.pattern === undefined ? `Write ${formOf(schema)}` : 'Write it in the form that is expected'
}

/** The text as a name in lower case, where only names are allowed, else without control characters; if that is allowed. */
function correctedText({ pattern, minLength = 0, maxLength = 63 }: Schema, text: string): string | null {
  if (pattern === undefined || text.length > 2 * maxLength) return null
  // With the flag that Ajv sets.
  const form = new RegExp(pattern, 'u')
  const lower = text.trim().toLowerCase()
  const plain = lower.replace(/[^a-z0-9._-]+/g, '-').replace(/^[-._]+|[-._]+$/g, '')
  const candidates = form.test('Any words')
    ? [text.replace(/\p{Cc}+/gu, ' ').trim()]
    : [lower, plain, plain.slice(0, maxLength)]
  const fits = (one: string) =>
    one !== '' && one.length >= minLength && one.length <= maxLength && form.test(one)
  return candidates.find((one) => one !== text && fits(one)) ?? null
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
