import { chmodSync, chownSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { connectionNameFault, type ErrorDocument } from '@claimd/sdk'
import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { exitCodeOf } from '../../../../host/cli/exit-codes.js'
import {
  examineConfiguration,
  parseConfiguration,
  type ReadOptions,
  readConfigurationText,
} from '../../../../host/store/configuration/configuration.js'
import { configurationFaults } from '../../../../host/store/configuration/faults.js'
import { skip, suite } from '../../../harness.js'
import { Folders, failure } from '../folders.js'

const test = suite('store/configuration')
const folders = new Folders()
test.after(() => folders.removeAll())

const parse = (value: unknown) => parseConfiguration(JSON.stringify(value), 'claimd.json')
const readConfiguration = (file: string, options: ReadOptions) =>
  parseConfiguration(readConfigurationText(file, options) ?? '{}', file)
const usual = {
  behaviour: 'default',
  idleTimeout: 60_000,
  reconnect: { algorithm: 'exponential', delay: 1_000, limit: 300_000, attempts: null, afterwards: 300_000 },
  enabled: true,
}
const pin = `sha256:${'0f'.repeat(32)}`
const empty = { connections: [], offers: { order: [], ignore: [] }, plugins: { disabled: [], pinned: {} } }

test('everything that can be configured, and the defaults', () => {
  assert.equal(
    parse({
      connections: {
        office: {
          type: 'lab',
          config: { deep: [1] },
          behaviour: 'always-connected',
          idleTimeout: 'never',
          reconnect: { algorithm: 'linear', delay: 2.5, attempts: 3, afterwards: 'never' },
          enabled: false,
        },
        'at home': { type: 'lab' },
      },
      offers: {
        order: ['@acme/claimd-lab/lab', 'plain/other'],
        ignore: [{ name: 'docker*' }, { name: '*' }],
      },
      plugins: { disabled: ['@claimd/as-found'], pinned: { lab: pin } },
    }),
    {
      connections: [
        {
          name: 'office',
          type: 'lab',
          config: { deep: [1] },
          behaviour: 'always-connected',
          idleTimeout: null,
          reconnect: { algorithm: 'linear', delay: 2500, attempts: 3, afterwards: null },
          enabled: false,
        },
        { name: 'at home', type: 'lab', config: {}, ...usual },
      ],
      offers: {
        order: ['@acme/claimd-lab/lab', 'plain/other'],
        ignore: [{ name: 'docker*' }, { name: '*' }],
      },
      plugins: { disabled: ['@claimd/as-found'], pinned: { lab: pin } },
    },
  )
  assert.equal(parse({}), empty)
})

test('all faults are told at once, each with its place, what was found, expected, and what to do', () => {
  const faults = configurationFaults({
    conections: {},
    connections: {
      office: { tpye: 'lab', config: [], behaviour: 'on_demand' },
      '-rf': { type: 'lab' },
      'line\nbreak': 5,
      'line\u2028separator': 5,
    },
    offers: { order: ['lab'], ignore: [{ nmae: 'x' }, 'docker*'], 'un known': 1 },
    plugins: { disabled: 'as-found', pinned: { lab: '0f' } },
  })
  const told = new Map(faults.map(({ field, ...words }) => [field, words]))
  assert.is(told.get('conections')?.remedy, 'Did you mean "connections"?')
  assert.is(told.get('connections.office.tpye')?.remedy, 'Did you mean "type"?')
  assert.is(
    told.get('connections.office.tpye')?.expected,
    'one of type, config, behaviour, idleTimeout, reconnect, enabled',
  )
  assert.is(told.get('connections.office.type')?.found, 'nothing')
  assert.is(told.get('connections.office.config')?.found, '[]')
  assert.is(told.get('connections.office.behaviour')?.remedy, 'Did you mean "on-demand"?')
  assert.match(told.get('connections.-rf')!.found, "starts with '-'")
  assert.ok(faults.some(({ found }) => found.includes('a control character')))
  assert.is(faults.filter(({ found }) => found === '5').length, 2)
  assert.match(told.get('offers.order[0]')!.expected, '@acme/claimd-lab/lab')
  assert.is(told.get('offers.ignore[0].nmae')?.remedy, 'Did you mean "name"?')
  assert.match(told.get('offers.ignore[1]')!.expected, 'an object')
  assert.is(told.get('offers["un known"]')?.remedy, 'Remove it')
  assert.match(told.get('plugins.disabled')!.expected, 'a list')
  assert.match(told.get('plugins.pinned.lab')!.expected, 'sha256')
  for (const fault of faults)
    assert.ok(Object.values(fault).every((text) => text !== '' && !text.includes('\n')))
})

test('a value that is nested too deep to be sent to a plugin is a fault at its place', () => {
  const deep = `${'['.repeat(30_000)}${']'.repeat(30_000)}`
  const text = `{ "connections": { "office": { "type": "lab", "config": { "x": ${deep} } } } }`
  assert.match(failure(() => parseConfiguration(text, 'claimd.json')).expected!, 'nested at most 64 deep')
})

test('a behaviour that needs what claimd does not have is refused, with what that is', () => {
  for (const [behaviour, lacking] of [
    ['on-demand-when-roaming', 'mobile connections'],
    ['per-policy', 'policies'],
  ] as const) {
    const faults = configurationFaults({ connections: { office: { type: 'lab', behaviour } } })
    assert.is(faults.length, 1, 'once, though the schema refuses it as well')
    assert.is(faults[0]!.field, 'connections.office.behaviour')
    assert.is(faults[0]!.found, `"${behaviour}"`)
    assert.match(faults[0]!.expected, 'one of "default", "always-connected", "on-demand"')
    assert.match(faults[0]!.expected, lacking)
  }
})

test('times and algorithms that make no sense are refused, each at its place', () => {
  const faultOf = (settings: object) => {
    const [fault, ...others] = configurationFaults({ connections: { x: { type: 'lab', ...settings } } })
    assert.equal(others, [])
    return fault && [fault.field, fault.found, fault.expected]
  }
  const reconnect = (value: unknown) => faultOf({ reconnect: value })
  for (const fine of [1, 1.5, 604_800, 'never']) assert.is(faultOf({ idleTimeout: fine }), undefined)
  for (const bad of [0, -1, 604_801, '60', 'nevr', null, true]) {
    const [field, , expected] = faultOf({ idleTimeout: bad })!
    assert.is(field, 'connections.x.idleTimeout')
    assert.match(expected!, 'a number, 1 to 604800 or "never"')
  }
  for (const fine of [
    { algorithm: 'none' },
    { algorithm: 'linear', delay: 5, attempts: 3, afterwards: 'never' },
    { algorithm: 'exponential', delay: 1, limit: 1, attempts: 1, afterwards: 60 },
  ])
    assert.is(reconnect(fine), undefined)
  const places = (value: unknown) => reconnect(value)?.[0]
  assert.is(places('linear'), 'connections.x.reconnect')
  assert.is(places({}), 'connections.x.reconnect.algorithm')
  assert.is(places({ algorithm: 'liner' }), 'connections.x.reconnect.algorithm')
  assert.is(places({ algorithm: 'toString', delay: 1 }), 'connections.x.reconnect.algorithm')
  assert.is(places({ algorithm: 'none', dely: 5 }), 'connections.x.reconnect.dely')
  assert.is(places({ algorithm: 'linear', attempts: 0 }), 'connections.x.reconnect.attempts')
  assert.is(places({ algorithm: 'linear', attempts: 1.5 }), 'connections.x.reconnect.attempts')
  assert.is(places({ algorithm: 'linear', afterwards: 0 }), 'connections.x.reconnect.afterwards')
  assert.equal(reconnect({ algorithm: 'none', delay: 5 }), [
    'connections.x.reconnect.delay',
    'the key "delay", which the algorithm "none" does not have',
    'one of algorithm',
  ])
  assert.is(places({ algorithm: 'linear', limit: 5 }), 'connections.x.reconnect.limit')
  assert.equal(reconnect({ algorithm: 'exponential', delay: 10, limit: 5 }), [
    'connections.x.reconnect.limit',
    '5, which is less than the delay, 10',
    'at least as many seconds as the delay',
  ])
  assert.is(places({ algorithm: 'exponential', limit: 0.5 }), 'connections.x.reconnect.limit')
  assert.is(places({ algorithm: 'exponential', delay: 301 }), 'connections.x.reconnect.limit')
  for (const bad of ['yes', 1, null]) assert.is(faultOf({ enabled: bad })?.[0], 'connections.x.enabled')
})

test('a rule that would ignore every adapter by mistake is refused, with how to write that', () => {
  const faultsOf = (...ignore: unknown[]) => configurationFaults({ offers: { ignore } })
  assert.equal(faultsOf({ name: '*' }, { kind: 'veth' }), [])
  const [fault, ...others] = faultsOf({ kind: 'veth' }, {})
  assert.equal([fault!.field, others], ['offers.ignore[1]', []])
  assert.match(fault!.remedy, '{"name":"*"}')
  for (const value of [{ offers: 5 }, { offers: { ignore: 5 } }, { offers: null }])
    assert.is(configurationFaults(value).length, 1)
})

test('a name that is refused: what is expected holds what is wrong, and a spelling has its normal form', () => {
  const faultOf = (name: string) => {
    const { document } = failure(() => parse({ connections: { [name]: { type: 'lab' } } }))
    return (document as ErrorDocument).faults![0]!
  }
  const refused = [
    ['  ', 'blank', 'blanks but single spaces between words'],
    ['..', "is '..'", 'not "." or ".."'],
    ['a\u202eb', 'an invisible character', 'without /, control characters, invisible characters'],
    ['-a', "starts with '-'", 'not beginning with -'],
    ['Bu\u0308ro', 'is not in Unicode normal form C', 'in Unicode normal form C (NFC)'],
  ]
  for (const [name, found, expected] of refused) {
    const fault = faultOf(name!)
    assert.ok(fault.found.includes(found!), fault.found)
    assert.ok(fault.expected.includes(expected!), fault.expected)
  }
  assert.is(faultOf('Bu\u0308ro').remedy, 'Write "B\u00fcro", its normal form C')
  assert.is(faultOf('..').remedy, 'Rename the connection')
})

test('an examination tells the fault, and reads what is well formed beside it', () => {
  const folder = new Folders()
  const file = join(folder.make(), 'config.json')
  writeFileSync(
    file,
    JSON.stringify({
      connections: { good: { type: 'lab' }, bad: { tpye: 'lab' } },
      offers: { order: 'x' },
      plugins: 5,
    }),
  )
  const { fault, configuration } = examineConfiguration(file, { required: true })
  assert.equal(
    fault?.faults?.map(({ field }) => field),
    ['connections.bad.type', 'connections.bad.tpye', 'offers.order', 'plugins'],
  )
  assert.equal(configuration, {
    ...empty,
    connections: [{ name: 'good', type: 'lab', config: {}, ...usual }],
  })
  writeFileSync(file, '[')
  assert.is(examineConfiguration(file, { required: true }).fault?.faults?.length, 1)
  folder.removeAll()
  assert.is(examineConfiguration(file, { required: true }).fault?.code, 'CONFIGURATION_NOT_FOUND')
  assert.equal(examineConfiguration(file, { required: false }), { fault: null, configuration: empty })
})

test('the error says it all; its exit code is that of usage', () => {
  const one = failure(() => parse({ offers: { order: 'lab' } }))
  assert.equal([one.code, exitCodeOf(one.code)], ['CONFIGURATION_INVALID', 2])
  assert.equal([one.message, one.found], ['claimd.json has a fault at offers.order', '"lab"'])
  const two = failure(() => parse({ offer: {}, plugin: {} }))
  assert.match(two.message, '2 faults')
  const faults = 'faults' in two.document ? two.document.faults : []
  assert.equal(
    faults?.map(({ field, remedy }) => `${field}: ${remedy}`),
    ['offer: Did you mean "offers"?', 'plugin: Did you mean "plugins"?'],
  )
  const many = failure(() => parse(Object.fromEntries(Array.from({ length: 15 }, (_, n) => [`k${n}`, n]))))
  assert.match('found' in many.document ? many.document.found! : '', /^faults at k0; .*; k9 and 5 more$/)
  const syntax = failure(() => parseConfiguration('{\n  "offers": {,\n}', 'claimd.json'))
  assert.match(syntax.message, 'line 2, column 14')
  for (const value of [null, 5, 'text', [], true]) {
    const whole = failure(() => parse(value))
    assert.equal([whole.message, whole.found], ['claimd.json has a fault', JSON.stringify(value)])
  }
})

test('never takes a faulty configuration, and never fails without saying where', () => {
  const entry = fc.oneof(fc.constant({ type: 'lab' }), fc.jsonValue())
  const name = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 70 }),
    fc.constantFrom('__proto__', 'constructor', 'office'),
  )
  fc.assert(
    fc.property(fc.array(fc.tuple(name, entry)), (entries) => {
      const text = `{"connections":{${entries.map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`)}}}`
      const names = Object.keys(JSON.parse(text).connections)
      let connections: { name: string; type: string }[]
      try {
        connections = parseConfiguration(text, 'claimd.json').connections
      } catch (error) {
        assert.is((error as { code: string }).code, 'CONFIGURATION_INVALID')
        return
      }
      assert.equal(
        connections.map((connection) => connection.name),
        names,
      )
      for (const connection of connections) {
        assert.is(connectionNameFault(connection.name), null)
        assert.type(connection.type, 'string')
      }
    }),
    { numRuns: 500 },
  )
})

test('a missing file is an empty configuration, unless it was asked for', () => {
  const file = join(folders.make(), 'claimd.json')
  assert.equal(readConfiguration(file, { required: false }), empty)
  const missing = failure(() => readConfiguration(file, { required: true }))
  assert.equal([missing.code, exitCodeOf(missing.code)], ['CONFIGURATION_NOT_FOUND', 10])
  writeFileSync(file, '{ "plugins": { "disabled": ["x"] } }')
  assert.equal(readConfiguration(file, { required: false }).plugins.disabled, ['x'])
})

test('what is no plain file is refused, also where it may be missing', () => {
  const folder = join(folders.make(), 'claimd.json')
  mkdirSync(folder)
  for (const path of [folder, '/dev/null', join('/dev/null', 'claimd.json')]) {
    const error = failure(() => readConfiguration(path, { required: false }))
    assert.is(error.code, 'CONFIGURATION_UNREADABLE', path)
  }
})

test("a configuration that another user could change is not root's", () => {
  if (process.geteuid?.() !== 0) skip('needs root, to give files away')
  const folder = folders.make()
  const own = join(folder, 'config.json')
  writeFileSync(own, '{}')
  const read = (anyOwner = false) => readConfiguration(own, { required: true, anyOwner })
  for (const [spoil, mend] of [
    [() => chmodSync(own, 0o666), () => chmodSync(own, 0o644)],
    [() => chownSync(own, 12345, 12345), () => chownSync(own, 0, 0)],
    [() => chmodSync(folder, 0o777), () => chmodSync(folder, 0o700)],
  ] as const) {
    spoil()
    const error = failure(() => read())
    assert.is(error.code, 'CONFIGURATION_UNSAFE')
    assert.match(error.remedy!, folder)
    read(true)
    mend()
    read()
  }
})

test.run()
