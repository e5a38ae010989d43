import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { maskConfig, unknownSchema, unmaskConfig } from '../../../host/app/masked-config.js'
import { suite } from '../../harness.js'

const test = suite('app/masked-config')

const secret = { type: 'string', writeOnly: true }
const schema = {
  properties: {
    user: { type: 'string' },
    password: secret,
    tunnel: { $ref: '#/definitions/tunnel' },
    peers: { items: { properties: { name: {}, key: { $ref: '#/definitions/key' } } } },
    method: { oneOf: [{ properties: { pin: secret } }, { properties: { file: {} } }] },
  },
  patternProperties: { '^x-': secret },
  definitions: {
    key: { anyOf: [secret, { type: 'null' }] },
    tunnel: { properties: { inner: { $ref: '#/definitions/tunnel' }, key: secret, mtu: {} } },
  },
}

const secrets = fc.uuid().map((id) => `secret ${id}`)
const plain = fc.constantFrom('a', 'b', 'c')
const maybe = { requiredKeys: [], noNullPrototype: true }
const { tunnel } = fc.letrec<{ tunnel: object }>((tie) => ({
  tunnel: fc.record({ mtu: fc.nat(9), key: secrets, inner: fc.option(tie('tunnel'), { nil: {} }) }, maybe),
}))
const configs = fc.record(
  {
    user: plain,
    password: secrets,
    tunnel,
    peers: fc.array(fc.record({ name: plain, key: secrets }, maybe), { maxLength: 4 }),
    method: fc.record({ pin: secrets, file: plain }, maybe),
    'x-y': secrets,
    more: plain,
  },
  maybe,
) as fc.Arbitrary<Record<string, unknown>>

test('never shows a secret, and shows everything else', () => {
  fc.assert(
    fc.property(configs, (config) => {
      const text = JSON.stringify(maskConfig(config, schema))
      assert.not.match(text, 'secret')
      assert.is(text, JSON.stringify(config).replace(/"secret [^"]*"/g, '"***"'))
    }),
  )
})

test('an edit that leaves a mask leaves the secret, always', () => {
  fc.assert(
    fc.property(configs, (config) => {
      assert.equal(unmaskConfig(maskConfig(config, schema), config, schema), { config, missing: [] })
      assert.equal(unmaskConfig(maskConfig(config, unknownSchema), config, unknownSchema).config, config)
    }),
  )
})

test('in a list that is put into another order, each secret stays with its item', () => {
  const peers = fc.uniqueArray(fc.record({ name: fc.uuid(), key: secrets }, { noNullPrototype: true }), {
    selector: ({ name }) => name,
  })
  const shuffled = peers.chain((before) =>
    fc.tuple(fc.constant(before), fc.shuffledSubarray(before, { minLength: 0 })),
  )
  fc.assert(
    fc.property(shuffled, ([before, after]) => {
      const edited = maskConfig({ peers: after }, schema)
      assert.equal(unmaskConfig(edited, { peers: before }, schema), { config: { peers: after }, missing: [] })
    }),
  )
})

test('a mask never turns into the secret of another item', () => {
  const before = {
    peers: [
      { name: 'a', key: 'of a' },
      { name: 'b', key: 'of b' },
    ],
  }
  const added = {
    peers: [{ name: 'c', key: '***' }, ...before.peers.map((peer) => ({ ...peer, key: '***' }))],
  }
  const { config, missing } = unmaskConfig(added, before, schema)
  assert.equal(config, { peers: [{ name: 'c', key: '***' }, ...before.peers] })
  assert.equal(missing, [['peers', 0, 'key']])
  const twice = {
    peers: [
      { name: 'a', key: '***' },
      { name: 'a', key: '***' },
    ],
  }
  const { config: copied } = unmaskConfig(twice, { peers: before.peers.slice(0, 1) }, schema)
  assert.equal(copied, {
    peers: [
      { name: 'a', key: 'of a' },
      { name: 'a', key: '***' },
    ],
  })
})

test('a renamed item at its place keeps its secret; a new secret is taken as it is', () => {
  const before = { password: 'old', peers: [{ name: 'a', key: 'of a' }] }
  const edited = { password: 'new', peers: [{ name: 'A', key: '***' }] }
  assert.equal(unmaskConfig(edited, before, schema), {
    config: { password: 'new', peers: [{ name: 'A', key: 'of a' }] },
    missing: [],
  })
})

test('a mask where there was no secret is told, with its place', () => {
  assert.equal(unmaskConfig({ password: '***', user: '***' }, {}, schema), {
    config: { password: '***', user: '***' },
    missing: [['password']],
  })
  assert.equal(unmaskConfig({ password: '***' }, null, schema).missing, [['password']])
  assert.equal(unmaskConfig({ password: '***' }, { password: '***' }, schema).missing, [])
})

test('what was masked while its schema was not known is kept when that is known', () => {
  const config = { user: 'eva', password: 'hunter2' }
  assert.equal(unmaskConfig(maskConfig(config, unknownSchema), config, schema), { config, missing: [] })
})

test('of what is not known, every value is masked; keys of all names are kept', () => {
  const config = JSON.parse('{"__proto__":{"a":1},"b":null,"c":[1]}')
  const shown = maskConfig(config, unknownSchema)
  assert.is(JSON.stringify(shown), '{"__proto__":"***","b":"***","c":"***"}')
  assert.is(JSON.stringify(unmaskConfig(shown, config, unknownSchema).config), JSON.stringify(config))
})

test('a pattern that could take very long is not tried', () => {
  const slow = { patternProperties: { '^(a+)+$': secret, '^b': secret } }
  const key = 'a'.repeat(60)
  assert.equal(maskConfig({ [`${key}!`]: 1, b: 2 }, slow), { [`${key}!`]: '***', b: '***' })
  const quick = { patternProperties: { '^b': secret, '[': secret } }
  assert.equal(maskConfig({ a: 1 }, { patternProperties: { '^b': secret } }), { a: 1 })
  assert.equal(maskConfig({ a: 1 }, quick), { a: '***' }, 'one that is none may fit')
})

test('a strange schema does no harm', () => {
  const loop = {
    $ref: '#/definitions/a',
    definitions: { a: { $ref: '#/definitions/b' }, b: { $ref: '#/definitions/a' } },
  }
  for (const strange of [
    loop,
    { $ref: '#/%zz' },
    { $ref: 'http://x/y' },
    { items: 5, properties: [] },
    { allOf: 5 },
  ])
    assert.equal(maskConfig({ a: [1, { b: 2 }] }, strange), { a: [1, { b: 2 }] })
})

test.run()
