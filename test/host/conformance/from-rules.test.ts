import type { MatchRule } from '@claimd/sdk'
import fc from 'fast-check'
import * as assert from 'uvu/assert'
import {
  fittingAdapters,
  oddlyNamedAdapters,
  strangeAdapters,
} from '../../../host/conformance/adapters/from-rules.js'
import { makeAdapter } from '../../../host/conformance/adapters/make-adapter.js'
import { compileRule, fitRules } from '../../../host/core/claims/match.js'
import { suite } from '../../harness.js'

const test = suite('conformance/from-rules')

const glob = fc
  .array(fc.constantFrom('a', 'x0', '-', '*', '?', '[a-c]', '[!0-9]', '1'), { minLength: 1, maxLength: 4 })
  .map((parts) => parts.join(''))
const rule: fc.Arbitrary<MatchRule> = fc.record(
  {
    name: glob,
    driver: glob,
    kind: fc.constantFrom('ethernet', 'wifi', 'w*'),
    address: fc.constantFrom('02:fc:*', '*', '02:00:00:00:00:01', '0?:*'),
    vendor: fc.constantFrom('8086', '80*', '????'),
  },
  { requiredKeys: [] },
)

const fits = (rules: MatchRule[]) => (adapter: Parameters<typeof fitRules>[1]) =>
  fitRules(rules.map(compileRule), adapter).rule !== null

test('adapters made for rules always fit one, and strangers never do', () => {
  fc.assert(
    fc.property(fc.array(rule, { maxLength: 4 }), (rules) => {
      const fitting = fittingAdapters(rules)
      assert.ok(fitting.every(fits(rules)))
      assert.not(strangeAdapters(rules).some(fits(rules)))
      for (const odd of fitting.slice(0, 1).flatMap((adapter) => oddlyNamedAdapters(rules, adapter)))
        assert.ok(fits(rules)(odd))
    }),
  )
})

test('every rule is tried, in each condition, with values that the kernel would have', () => {
  const rules = [
    { name: 'wwan*', address: '02:fc:*' },
    { kind: 'wifi', vendor: '8086', product: '*' },
  ]
  const adapters = fittingAdapters(rules)
  assert.equal(
    adapters.map(({ name, kind, up, addresses }) => `${name} ${kind} ${up} ${addresses.length}`),
    [
      'wwan0 ethernet true 2',
      'wwan1 ethernet true 1',
      'wwan2 ethernet true 0',
      'wwan3 ethernet false 0',
      'kit15 wifi true 2',
      'kit16 wifi true 1',
      'kit17 wifi true 0',
      'kit18 wifi false 0',
    ],
  )
  for (const { address } of adapters) assert.match(address!, /^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/)
  for (const { product } of adapters.slice(4)) assert.match(product!, /^[0-9a-f]{4}$/)
})

test('adapters of two providers can be on one machine', () => {
  const own = makeAdapter({ name: 'zwei0' }, 101)
  const many = Array.from({ length: 30 }, () => ({ kind: 'ethernet' }))
  const first = fittingAdapters([{ name: 'zwei*', driver: 'one' }, { driver: 'three' }, ...many], [own])
  const second = fittingAdapters(
    [{ name: 'zwei*', driver: 'two' }, { address: '02:00:00:00:00:*' }],
    [own, ...first],
  )
  const all = [own, ...first, ...second, ...strangeAdapters([{ driver: 'one' }])]
  for (const key of ['id', 'index', 'name', 'address'] as const) {
    assert.is(new Set(all.map((adapter) => adapter[key])).size, all.length, key)
  }
})

test('providers whose rules allow one name only get that name, with indexes of their own', () => {
  const first = fittingAdapters([{ name: 'lab0' }])
  const second = fittingAdapters([{ name: 'lab0' }], first)
  const all = [...first, ...second]
  assert.ok(second.length > 0 && all.every(({ name }) => name === 'lab0'))
  assert.is(new Set(all.map(({ index }) => index)).size, all.length)
})

test('a rule that fits everything has no strangers', () => {
  assert.equal(strangeAdapters([{}]), [])
})

test.run()
