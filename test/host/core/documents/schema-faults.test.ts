import { manifestSchema } from '@claimd/sdk/manifest'
import { Ajv } from 'ajv'
import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { conformanceSchema } from '../../../../host/conformance/conformance-file.schemas.js'
import type { Schema } from '../../../../host/core/documents/expectation.js'
import { schemaFaults, unknownKey } from '../../../../host/core/documents/schema-faults.js'
import { simulationSchema } from '../../../../host/links/simulator/simulation.js'
import { configurationSchema } from '../../../../host/store/configuration/configuration.schemas.js'
import { suite } from '../../../harness.js'

const test = suite('core/documents/schema-faults')

const ajv = new Ajv({ allErrors: true, verbose: true, strict: false })
ajv.addFormat('address-with-length', /^[\d.]+\/\d+$/)

function faultsOf(schema: object, document: unknown) {
  const validate = ajv.compile(schema)
  return validate(document) ? [] : schemaFaults(validate.errors!, document)
}

/** The one fault of a document. */
function faultOf(schema: object, document: unknown) {
  const [fault, ...others] = faultsOf(schema, document)
  assert.equal(others, [])
  return fault!
}

const object = (properties: Record<string, object>, more = {}) => ({
  type: 'object',
  properties,
  additionalProperties: false,
  ...more,
})

test('what is missing, unknown or of the wrong kind is told with its place and what to do', () => {
  const schema = object(
    { name: { type: 'string', description: 'how it is called' }, up: { type: 'boolean' } },
    { required: ['name'] },
  )
  assert.equal(faultsOf(schema, { nmae: 'x', colour: 'red', up: 3 }), [
    { field: 'name', found: 'nothing', expected: 'a text: how it is called', remedy: 'Add "name"' },
    {
      field: 'nmae',
      found: 'the unknown key "nmae"',
      expected: 'one of name, up',
      remedy: 'Did you mean "name"?',
    },
    { field: 'colour', found: 'the unknown key "colour"', expected: 'one of name, up', remedy: 'Remove it' },
    { field: 'up', found: '3', expected: 'true or false', remedy: 'Write true or false' },
  ])
  assert.equal(faultOf(schema, []), {
    field: '',
    found: '[]',
    expected: 'an object',
    remedy: 'Make it an object, in { }',
  })
})

test('a value near an allowed one is taken for it, whichever way the schema lists them', () => {
  const values = ['exact', 'likely']
  for (const schema of [{ enum: values }, { anyOf: values.map((value) => ({ const: value })) }]) {
    assert.equal(faultOf(schema, 'exakt'), {
      field: '',
      found: '"exakt"',
      expected: 'one of "exact", "likely"',
      remedy: 'Did you mean "exact"?',
    })
    assert.is(faultOf(schema, 'never').remedy, 'Write one of "exact", "likely"')
  }
  assert.equal(faultOf({ const: 'onStartup' }, 'onStartUp').remedy, 'Did you mean "onStartup"?')
})

test('a union is one fault, and so are two constraints on one value', () => {
  const digits = { type: 'string', pattern: '^[0-9]+$', maxLength: 4 }
  const union = { type: 'array', items: { anyOf: [digits, { type: 'null' }], description: 'digits' } }
  assert.equal(
    faultsOf(union, ['12', null, 'abcdef', 7]).map(({ field, expected }) => `${field} ${expected}`),
    [
      '[2] a text of at most 4 characters or null: digits',
      '[3] a text of at most 4 characters or null: digits',
    ],
  )
  assert.is(faultOf(digits, 'abcdef').expected, 'a text of at most 4 characters')
})

test('what to write is said where it is short, with what leaving it out means', () => {
  const priority = { type: 'integer', minimum: 0, maximum: 100, default: 50 }
  assert.is(faultOf(priority, 101).remedy, 'Write a whole number, 0 to 100, or leave it out, which means 50')
  assert.is(faultOf({ type: 'string', minLength: 1 }, '').remedy, 'Write a text that is not empty')
  assert.is(faultOf({ type: 'number', multipleOf: 2 }, 3).remedy, 'Change it', 'it is a number')
})

test('a value of another type is to be made one, and a name is suggested in its right form', () => {
  const remedyOf = (document: object) => faultsOf(manifestSchema, document).map(({ remedy }) => remedy)
  const manifest = (changed: object) => ({
    name: 'lab',
    version: '1.0.0',
    main: './index.js',
    engines: { claimd: '^1.0.0' },
    contributes: {},
    ...changed,
  })
  const provider = (fields: object) => manifest({ contributes: { providers: [{ id: 'lab', ...fields }] } })
  const remedies: [document: object, remedy: string][] = [
    [provider({ match: {} }), 'Make it a list, in [ ]'],
    [manifest({ permissions: { dbus: 'org.example' } }), 'Make it a list, in [ ]'],
    [manifest({ engines: '^1.0.0' }), 'Make it an object, in { }'],
    [manifest({ version: 1 }), 'Make it a text, in quotation marks'],
    [provider({ id: 'My Lab!' }), 'Write "my-lab"'],
    [manifest({ name: 'My Plugin' }), 'Write "my-plugin"'],
    [manifest({ name: '@Acme/Lab' }), 'Write "@acme/lab"'],
    [provider({ id: '…' }), 'Write it in the form that is expected'],
  ]
  for (const [document, remedy] of remedies) assert.equal(remedyOf(document), [remedy])
})

test('never is the refused text itself what to write', () => {
  const schema = { type: 'string', pattern: '^(?=.*\\S)[^\\p{Cc}\\p{Cs}]+$' }
  const validate = ajv.compile(schema)
  const remedy = (text: string) => {
    validate(text)
    return schemaFaults(validate.errors!, text)[0]!.remedy
  }
  assert.is(remedy('New cable\nto the Office'), 'Write "New cable to the Office"')
  assert.is(remedy('\n'), 'Write it in the form that is expected')
})

test('a value that is not to be shown is not repeated in what to do', () => {
  const schema = { type: 'string', pattern: '^[a-z]+$' }
  const validate = ajv.compile(schema)
  validate('Secret!')
  const [fault] = schemaFaults(validate.errors!, 'Secret!', { show: () => 'a text' })
  assert.not.match(JSON.stringify(fault), /secret/i)
})

test('the limits of a value are told', () => {
  const expectations: [schema: Schema, found: unknown, expected: string][] = [
    [{ type: 'integer', minimum: 0, maximum: 100 }, 101, 'a whole number, 0 to 100'],
    [{ type: 'number', minimum: 1 }, 0, 'a number, 1 or more'],
    [{ type: 'number', maximum: 1 }, 2, 'a number, at most 1'],
    [{ type: 'string', minLength: 1 }, '', 'a text that is not empty'],
    [{ type: 'string', minLength: 1, maxLength: 2 }, 'abc', 'a text of 1 to 2 characters'],
    [{ type: 'array' }, {}, 'a list'],
  ]
  for (const [schema, found, expected] of expectations) {
    assert.is(faultOf(schema, found).expected, expected)
  }
})

test('a key of digits is told from a position, and a key of any characters stays readable', () => {
  const lists = { type: 'object', additionalProperties: { type: 'array', items: { type: 'string' } } }
  const document = { 0: [1], 'a/b~c': [1], 'tel\u202e\n': [1], __proto: [1], constructor: [1] }
  assert.equal(
    faultsOf(lists, document).map(({ field }) => field),
    ['["0"][0]', '["a/b~c"][0]', '["tel\\u202e\\n"][0]', '__proto[0]', 'constructor[0]'],
  )
})

test('a key of the wrong form is told for itself', () => {
  const paths = { type: 'object', propertyNames: { type: 'string', pattern: '^/', description: 'a path' } }
  assert.equal(
    faultsOf(paths, { x: 1, '/y': 2, z: 3 }).map(({ field, expected }) => `${field}: ${expected}`),
    ['x: a text: a path', 'z: a text: a path'],
  )
})

test('an unknown key can also be found by others', () => {
  assert.equal(unknownKey(['engines', 'claim'], ['claimd']), {
    field: 'engines.claim',
    found: 'the unknown key "claim"',
    expected: 'one of claimd',
    remedy: 'Did you mean "claimd"?',
  })
})

test('every schema says in words what its pattern asks for', () => {
  const unsaid: string[] = []
  const look = (schema: unknown, place: string): void => {
    if (schema === null || typeof schema !== 'object') return
    const { pattern, description } = schema as { pattern?: unknown; description?: unknown }
    if (typeof pattern === 'string' && description === undefined) unsaid.push(place)
    for (const [key, value] of Object.entries(schema)) {
      // A described union says it for its branches.
      if (key === 'anyOf' && description !== undefined) continue
      look(value, `${place}/${key}`)
    }
  }
  const schemas = { manifestSchema, configurationSchema, simulationSchema, conformanceSchema }
  for (const [name, schema] of Object.entries(schemas)) look(schema, name)
  assert.equal(unsaid, [])
})

const hostileText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 200 }),
  fc.constantFrom('__proto__', 'constructor', '0', '~1', '\u001b[2J', '\u202e', '\ud800', 'x'.repeat(9000)),
)

/** Documents that mostly have the form of a schema, with something else here and there. */
function nearly(schema: Schema & { items?: Schema }): fc.Arbitrary<unknown> {
  const anything = fc.oneof(hostileText, fc.jsonValue({ maxDepth: 2 }))
  const some = (form: fc.Arbitrary<unknown>) =>
    fc.oneof({ weight: 5, arbitrary: form }, { weight: 1, arbitrary: anything })
  if (schema.enum) return some(fc.constantFrom(...schema.enum))
  if ('const' in schema) return some(fc.constant(schema.const))
  if (schema.anyOf) return some(fc.oneof(...schema.anyOf.map(nearly)))
  if (schema.type === 'array') return some(fc.array(nearly(schema.items ?? {}), { maxLength: 4 }))
  if (schema.type !== 'object') return anything
  const properties = Object.entries(schema.properties ?? {}).map(([key, each]) => [key, nearly(each)])
  return some(
    fc
      .tuple(
        fc.record(Object.fromEntries(properties), { requiredKeys: [] }),
        fc.dictionary(hostileText, anything, { maxKeys: 1 }),
      )
      .map((parts) => JSON.parse(JSON.stringify(Object.fromEntries(parts.flatMap(Object.entries))))),
  )
}

for (const [name, schema] of Object.entries({ manifestSchema, configurationSchema, simulationSchema })) {
  const validate = ajv.compile(schema)
  test(`${name}: whatever is rejected has faults, in words that are whole, short and harmless`, () => {
    let rejected = 0
    fc.assert(
      fc.property(fc.oneof(nearly(schema as Schema), fc.jsonValue()), (document) => {
        if (validate(document)) return
        rejected++
        const faults = schemaFaults(validate.errors!, document)
        assert.ok(faults.length > 0)
        assert.equal(schemaFaults(validate.errors!, document), faults)
        for (const { field, ...words } of faults) {
          assert.ok(field.length < 200, field)
          for (const text of Object.values(words)) assert.ok(text.length > 0 && text.length < 400, text)
          for (const text of [field, ...Object.values(words)]) {
            assert.not.match(text, /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u)
          }
        }
      }),
      { numRuns: 500 },
    )
    assert.ok(rejected > 50, `only ${rejected} were rejected`)
  })
}

test.run()
