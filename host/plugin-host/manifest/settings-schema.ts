/** One of two, told apart by a type: of a plain union nobody could say what is wrong with which. */
const oneOf = <One, Other>(type: string, one: One, other: Other) =>
  // biome-ignore lint/suspicious/noThenProperty: the keyword is called so
  ({ if: { type }, then: one, else: other }) as const

const schema = oneOf('boolean', {}, { $ref: '#' })
const schemas = { type: 'array', items: schema, minItems: 1 } as const
const named = { type: 'object', additionalProperties: schema } as const
const texts = { type: 'array', items: { type: 'string' }, uniqueItems: true } as const
const count = { type: 'integer', minimum: 0 } as const
const number = { type: 'number' } as const
const text = { type: 'string' } as const
const flag = { type: 'boolean' } as const
const kind = { enum: ['array', 'boolean', 'integer', 'null', 'number', 'object', 'string'] } as const

/**
 * The schema of schemas: JSON Schema draft-07, and `$defs`, for the `configuration` of a provider. The standard's
 * own one names formats of text and defaults, which would be told as if they were the author's.
 */
export const settingsSchema = {
  type: 'object',
  properties: {
    $id: text,
    $schema: text,
    $ref: text,
    $comment: text,
    $defs: named,
    definitions: named,
    title: text,
    description: text,
    default: {},
    examples: { type: 'array' },
    readOnly: flag,
    writeOnly: flag,
    type: oneOf('array', { type: 'array', items: kind, minItems: 1 }, kind),
    enum: { type: 'array', minItems: 1 },
    const: {},
    multipleOf: { type: 'number', exclusiveMinimum: 0 },
    minimum: number,
    maximum: number,
    exclusiveMinimum: number,
    exclusiveMaximum: number,
    minLength: count,
    maxLength: count,
    pattern: text,
    format: text,
    contentMediaType: text,
    contentEncoding: text,
    items: oneOf('array', schemas, schema),
    additionalItems: schema,
    contains: schema,
    minItems: count,
    maxItems: count,
    uniqueItems: flag,
    properties: named,
    patternProperties: named,
    additionalProperties: schema,
    propertyNames: schema,
    dependencies: { type: 'object', additionalProperties: oneOf('array', texts, schema) },
    required: texts,
    minProperties: count,
    maxProperties: count,
    if: schema,
    // biome-ignore lint/suspicious/noThenProperty: the keyword is called so
    then: schema,
    else: schema,
    allOf: schemas,
    anyOf: schemas,
    oneOf: schemas,
    not: schema,
  },
} as const
