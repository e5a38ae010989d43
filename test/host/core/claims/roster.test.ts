import type { Adapter, MatchRule } from '@claimd/sdk'
import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { compareSpecificity, compileRule, fitRules, fitsRule } from '../../../../host/core/claims/match.js'
import { Roster } from '../../../../host/core/claims/roster.js'
import { suite } from '../../../harness.js'
import { info, link, mine, Rig } from '../rig.js'

const test = suite('core/claims/roster')

const names = ['lab0', 'lab1', 'la', 'wwan0', 'x']
const text = fc.constantFrom(...names, 'lab*', 'la?0', 'l*', '*', '*0', '[lw]*', 'wwan[0-9]', '?', 'lab[!1]')
const rule: fc.Arbitrary<MatchRule> = fc.record(
  { name: text, address: text, path: text, driver: text, kind: text, vendor: text, product: text },
  { requiredKeys: [] },
)
const value = fc.option(fc.constantFrom(...names))
const adapter: fc.Arbitrary<Adapter> = fc
  .record({
    name: fc.constantFrom(...names),
    alternativeNames: fc.array(fc.constantFrom(...names), { maxLength: 2 }),
    kind: fc.constantFrom(...names),
    address: value,
    path: value,
    driver: value,
    vendor: value,
    product: value,
  })
  .map((some) => ({ ...link('any'), id: '1.1', ...some, master: null }))
const provider = fc.record({
  band: fc.constantFrom('exact' as const, 'likely', 'generic'),
  priority: fc.constantFrom(10, 50),
  match: fc.array(rule, { maxLength: 3 }),
})

test('why no rule fits names once what the adapter is', () => {
  const lab0 = { ...link('lab0'), id: '1.1', kind: 'veth', master: null }
  const rules = ['wifi', 'bridge', 'wifi', 'dsa'].map((kind) => ({ kind }))
  const why = (...some: MatchRule[]) => fitRules(some.map(compileRule), lab0).why
  assert.is(why(...rules), 'kind is veth, not wifi, bridge or dsa')
  assert.is(
    why({ kind: 'wifi' }, { name: 'wl*' }, { kind: 'dsa' }),
    'kind is veth, not wifi or dsa; name is lab0, not wl*',
  )
})

test('the index finds exactly the providers whose rules fit, each with its most specific rule', () => {
  fc.assert(
    fc.property(fc.array(provider, { maxLength: 8 }), adapter, (some, one) => {
      const infos = some.map((more, number) => info({ id: `x/${number}`, ...more }))
      const roster = new Roster()
      roster.replace(infos, ['x/3'])
      const fitting = roster.fitting(one, 'x/2')
      const expected = infos.filter(({ match }) =>
        match.map(compileRule).some((compiled) => fitsRule(compiled, one)),
      )
      assert.equal(fitting.map((place) => place.provider.id).sort(), expected.map(({ id }) => id).sort())
      for (const { provider, fit } of fitting) {
        const { rule: best } = fitRules(provider.rules, one)
        assert.is(compareSpecificity(fit.rule!, best!), 0, `${provider.id} fits by a better rule`)
      }
      const others = roster.unfitting(one, fitting, Number.POSITIVE_INFINITY)
      assert.is(fitting.length + others.length, infos.length)
      for (const { provider, fit } of others) {
        assert.equal(fit, fitRules(provider.rules, one))
        assert.is(fit.rule, null)
      }
    }),
    { numRuns: 2_000 },
  )
})

test('only rules that have to do with an adapter are looked at', () => {
  let tried = 0
  const counted = (match: MatchRule) => {
    const compiled = compileRule(match)
    const tests = compiled.tests.map((one) => ({
      ...one,
      fits: (value: string) => {
        tried++
        return one.fits(value)
      },
    }))
    return { ...compiled, tests }
  }
  const roster = new Roster()
  const infos = Array.from({ length: 200 }, (_, number) =>
    info({ id: `x/${number}`, match: [{ kind: 'veth', name: `v${number}-*` }] }),
  )
  roster.replace(infos, [])
  for (const provider of roster.values()) provider.rules = provider.match.map(counted)
  // With the same manifests, what was compiled is kept: the index is made of the counted rules.
  roster.replace(roster.values(), [])
  const adapter = { ...link('v7-0'), id: '1.1', master: null }
  assert.equal(
    roster.fitting(adapter, null).map(({ provider }) => provider.id),
    ['x/7'],
  )
  assert.ok(tried <= 4, `${tried} comparisons`)
})

test('an alternative name fits a rule as the name does', () => {
  const other = link('enp0s4')
  const rig = new Rig().start(
    [link('enp0s3', { alternativeNames: ['uplink'] }), other],
    [{ id: 'x/a', match: [{ name: 'up*' }], offer: () => mine('a') }],
  )
  assert.is(rig.row('enp0s3').provider, 'x/a')
  assert.is(rig.row('enp0s4').provider, null)
  assert.is(rig.services.adapters.explain('uplink').adapter, 'enp0s3')
  rig.link({ ...other, alternativeNames: ['uptown'] })
  assert.equal(rig.rounds('enp0s4').at(-1)!.trigger, 'is also called uptown')
})

test('of hundreds of providers whose rules do not fit, a round names eight and counts the rest', () => {
  const others = Array.from({ length: 200 }, (_, number) => ({
    id: `x/${number}`,
    match: [{ name: `other${number}` }],
  }))
  const rig = new Rig().start([link('lab0')], [...others, { id: 'y/a', offer: () => mine('a') }])
  const [round] = rig.rounds('lab0')
  assert.is(round!.answers.length, 9)
  assert.is(round!.unlisted, 192)
  assert.is(rig.services.adapters.explain('lab0').order.length, 201)
})

test.run()
