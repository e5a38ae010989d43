import * as assert from 'uvu/assert'
import { suite } from '../../../harness.js'
import { link, mine, notMine, Rig } from '../rig.js'

const test = suite('core/claims/rounds')

test('CM-1 SC-1: A declines, B claims, C is never asked, and the connection is the one B names', () => {
  const rig = new Rig().start(
    [link('lab0')],
    [
      { id: 'x/a', priority: 90, offer: () => notMine('looks wrong') },
      { id: 'x/b', priority: 80, offer: () => mine('office', 'knows the cable') },
      { id: 'x/c', priority: 70, offer: () => mine('other') },
    ],
  )
  assert.equal(rig.askedWho, ['offer x/a lab0', 'offer x/b lab0'])
  assert.is(rig.row('lab0').state, 'claimed')
  assert.is(rig.row('lab0').provider, 'x/b')
  assert.is(rig.row('lab0').connection, 'office')
  const answers = rig.rounds('lab0').at(-1)!.answers
  assert.equal(
    answers.map(({ provider, result, reason, evidence, skipped }) => [
      provider,
      result,
      reason,
      evidence,
      skipped,
    ]),
    [
      ['x/a', 'INVALID_CONNECTION', 'looks wrong', null, null],
      ['x/b', 'SUCCESS', null, 'knows the cable', null],
    ],
  )
})

test('CM-2 CM-10: the accepting provider names its configured connection, not the one suggested', () => {
  const rig = new Rig({ settings: { connections: [{ name: 'office', type: 'lab', config: {} }] } }).start(
    [link('lab0')],
    [{ id: 'x/a', connectionTypes: ['lab'], offer: () => ({ result: 'SUCCESS', connection: 'office' }) }],
  )
  assert.is(rig.asked[0]!.connection, 'lab0')
  assert.is(rig.row('lab0').connection, 'office')
  const [row] = rig.services.connections.list().connections
  assert.is(row!.name, 'office')
  assert.is(row!.configured, true)
  assert.is(row!.state, 'connected')
  assert.is(row!.origin, 'out-of-band')
})

test('CM-3 CM-4: INVALID_CONNECTION and NOT_SUPPORTED both pass the adapter on', () => {
  const rig = new Rig().start(
    [link('lab0')],
    [
      { id: 'x/a', priority: 90, offer: () => ({ result: 'NOT_SUPPORTED' }) },
      { id: 'x/b', priority: 80, offer: () => notMine('no configuration would make this adapter') },
      { id: 'x/c', priority: 70, offer: () => mine('c') },
    ],
  )
  assert.equal(rig.story('lab0'), ['x/a NOT_SUPPORTED', 'x/b INVALID_CONNECTION', 'x/c SUCCESS'])
})

test('CM-7 SC-2: when all decline, the adapter stays unmanaged with every reason, and is offered again on a trigger only', () => {
  const lab0 = link('lab0')
  const rig = new Rig().start(
    [lab0],
    [
      { id: 'x/a', offer: () => notMine('first reason') },
      { id: 'x/b', offer: () => notMine('second reason') },
    ],
  )
  assert.is(rig.row('lab0').state, 'unmanaged')
  assert.match(rig.row('lab0').because, '2 declined')
  assert.equal(rig.services.connections.list().connections, [])
  rig.clock.run(60_000)
  assert.is(rig.asked.length, 2)
  rig.link({ ...lab0, addresses: ['10.0.0.1/24'] })
  assert.is(rig.asked.length, 4)
  assert.equal(rig.rounds('lab0').at(-1)!.trigger, '10.0.0.1/24 added')
})

test('CM-8: an adapter that is claimed is not offered when it is seen again', () => {
  const lab0 = link('lab0')
  const rig = new Rig().start([lab0], [{ id: 'x/a', offer: () => mine('lab') }])
  rig.engine.submit({ type: 'snapshot', reason: 'overflow', links: [lab0] })
  rig.clock.run(5_000)
  assert.is(rig.asked.length, 1)
})

test('CM-9 SC-6: a failure of any kind is recorded with its text, and the next provider is asked', () => {
  const codes = ['CONNECTION_ALREADY_EXISTS', 'OUT_OF_MEMORY', 'UNEXPECTED'] as const
  const rig = new Rig().start(
    [link('lab0')],
    [
      ...codes.map((result, i) => ({
        id: `x/${i}`,
        priority: 90 - i,
        offer: () => ({ result, reason: `text ${i}` }),
      })),
      { id: 'x/hangs', priority: 60, offer: () => null },
      { id: 'x/last', priority: 50, offer: () => mine('last') },
    ],
  )
  assert.is(rig.row('lab0').state, 'offered')
  rig.clock.run(1_999)
  assert.is(rig.row('lab0').state, 'offered')
  rig.clock.run(1)
  assert.equal(rig.story('lab0'), [
    ...codes.map((code, i) => `x/${i} ${code}`),
    'x/hangs UNEXPECTED',
    'x/last SUCCESS',
  ])
  assert.match(rig.rounds('lab0').at(-1)!.answers[3]!.reason!, 'timed out')
})

test('CM-11: a connection that the provider does not have is rejected, recorded, and the provider is told', () => {
  const rig = new Rig().start(
    [link('lab0')],
    [
      { id: 'x/liar', priority: 90, offer: () => ({ result: 'SUCCESS', connection: 'ghost' }) },
      { id: 'x/honest', priority: 80, offer: () => notMine() },
    ],
  )
  assert.is(rig.row('lab0').state, 'unmanaged')
  const [first] = rig.rounds('lab0').at(-1)!.answers
  assert.is(first!.result, 'INVALID_CONNECTION')
  assert.match(first!.reason!, 'ghost')
  assert.equal(
    rig.told.map(({ provider, connection, reason }) => [provider, connection, reason]),
    [['x/liar', 'ghost', 'void']],
  )
})

for (const name of ['', 'a/b', '-x', 'x'.repeat(64), 'a\u0007b', '\ud800']) {
  test(`the connection name ${JSON.stringify(name)} is refused`, () => {
    const rig = new Rig().start([link('lab0')], [{ id: 'x/a', offer: () => mine(name) }])
    assert.is(rig.row('lab0').state, 'unmanaged')
    assert.match(rig.rounds('lab0').at(-1)!.answers[0]!.reason!, 'the connection name')
  })
}

test('SC-9: a name that another adapter is held for is CONNECTION_ALREADY_EXISTS, and the next is asked', () => {
  const rig = new Rig().start(
    [link('lab0'), link('lab1')],
    [
      { id: 'x/a', priority: 90, offer: () => mine('same') },
      { id: 'x/b', priority: 80, offer: () => mine('other') },
    ],
  )
  assert.is(rig.row('lab0').connection, 'same')
  assert.is(rig.row('lab1').connection, 'other')
  assert.equal(rig.story('lab1'), ['x/a CONNECTION_ALREADY_EXISTS', 'x/b SUCCESS'])
})

test('SC-9: a volatile name that the operator configured for another type is refused', () => {
  const rig = new Rig({ settings: { connections: [{ name: 'office', type: 'lab', config: {} }] } }).start(
    [link('lab0')],
    [{ id: 'x/a', offer: () => mine('office') }],
  )
  assert.equal(rig.story('lab0'), ['x/a CONNECTION_ALREADY_EXISTS'])
  assert.is(rig.row('lab0').state, 'unmanaged')
})

test('SC-3: the generic band is asked last, whatever its priority, and only when all others declined', () => {
  const rig = new Rig().start(
    [link('lab0')],
    [
      { id: 'x/catch-all', band: 'generic', priority: 100, offer: () => mine('all') },
      { id: 'x/likely', band: 'likely', priority: 0, offer: () => notMine() },
      { id: 'x/exact', band: 'exact', priority: 0, offer: () => notMine() },
    ],
  )
  assert.equal(rig.story('lab0'), [
    'x/exact INVALID_CONNECTION',
    'x/likely INVALID_CONNECTION',
    'x/catch-all SUCCESS',
  ])
})

test('SC-10: equal providers are asked in the order of their ids, and the same again after a restart', () => {
  const providers = ['x/b', 'x/a', 'a/z'].map((id) => ({ id, offer: () => notMine() }))
  const lab0 = link('lab0')
  const rig = new Rig().start([lab0], providers)
  const first = rig.story('lab0')
  assert.equal(
    first,
    ['a/z', 'x/a', 'x/b'].map((id) => `${id} INVALID_CONNECTION`),
  )
  const again = new Rig({ store: rig.store }).start([lab0], providers.reverse())
  assert.equal(again.story('lab0'), first)
})

test("the order is the operator's, then band, priority, specificity, id", () => {
  const rig = new Rig({ settings: { order: ['x/listed'] } }).start(
    [link('lab0')],
    [
      { id: 'x/any', offer: () => notMine() },
      { id: 'x/glob', match: [{ name: 'lab*' }], offer: () => notMine() },
      { id: 'x/literal', match: [{ name: 'lab0' }, {}], offer: () => notMine() },
      { id: 'x/both', match: [{ name: 'lab0', kind: 'v*' }], offer: () => notMine() },
      { id: 'x/high', priority: 51, offer: () => notMine() },
      { id: 'x/exact', band: 'exact', priority: 0, offer: () => notMine() },
      { id: 'x/listed', band: 'generic', priority: 0, offer: () => notMine() },
    ],
  )
  const order = ['listed', 'exact', 'high', 'both', 'literal', 'glob', 'any'].map((id) => `x/${id}`)
  assert.equal(
    rig.story('lab0').map((line) => line.split(' ')[0]),
    order,
  )
  const explained = rig.services.adapters.explain('lab0').order
  assert.equal(
    explained.map((candidate) => candidate.provider),
    order,
  )
  assert.match(explained[0]!.place, "number 1 in the operator's order")
  assert.match(explained[3]!.place, 'rule: name lab0, kind v*')
})

test('a provider whose rules exclude the adapter is never asked, and explain says why', () => {
  const rig = new Rig().start(
    [link('lab0')],
    [
      { id: 'x/wifi', match: [{ kind: 'wifi' }, { name: 'wl*' }], offer: () => mine('w') },
      { id: 'x/none', match: [], offer: () => mine('n') },
      { id: 'x/yes', offer: () => mine('y') },
    ],
  )
  assert.equal(rig.askedWho, ['offer x/yes lab0'])
  const skipped = rig
    .rounds('lab0')
    .at(-1)!
    .answers.filter((answer) => answer.skipped !== null)
  assert.equal(
    skipped.map((answer) => [answer.provider, answer.result, answer.skipped]),
    [
      ['x/none', null, 'its manifest has no match rule'],
      ['x/wifi', null, 'kind is veth, not wifi; name is lab0, not wl*'],
    ],
  )
})

test('SC-5: PENDING holds back weaker bands only; the provider is asked again after its delay', () => {
  let asked = 0
  const rig = new Rig().start(
    [link('lab0')],
    [
      {
        id: 'x/slow',
        band: 'exact',
        priority: 90,
        offer: () =>
          ++asked < 3 ? { result: 'PENDING', retryAfterMs: 400, reason: 'modem boots' } : mine('slow'),
      },
      { id: 'x/equal', band: 'exact', priority: 10, offer: () => notMine() },
      { id: 'x/weaker', band: 'likely', offer: () => mine('weaker') },
    ],
  )
  assert.equal(rig.askedWho, ['offer x/slow lab0', 'offer x/equal lab0'])
  rig.clock.run(399)
  assert.is(rig.asked.length, 2)
  rig.clock.run(401)
  assert.is(rig.row('lab0').provider, 'x/slow')
  assert.equal(rig.story('lab0'), [
    'x/slow PENDING',
    'x/equal INVALID_CONNECTION',
    'x/slow PENDING',
    'x/slow SUCCESS',
  ])
})

test('SC-5: an equal that claims meanwhile wins over the one that is pending', () => {
  const rig = new Rig().start(
    [link('lab0')],
    [
      { id: 'x/slow', priority: 90, offer: () => ({ result: 'PENDING', retryAfterMs: 1_000 }) },
      { id: 'x/equal', priority: 10, offer: () => mine('equal') },
    ],
  )
  assert.is(rig.row('lab0').provider, 'x/equal')
  rig.clock.run(10_000)
  assert.is(rig.asked.length, 2)
})

test('SC-5: PENDING for ever is asked again three times at most, then it counts as a no', () => {
  const rig = new Rig().start(
    [link('lab0')],
    [
      { id: 'x/slow', band: 'exact', offer: () => ({ result: 'PENDING', retryAfterMs: 1_000 }) },
      { id: 'x/weaker', offer: () => mine('weaker') },
    ],
  )
  rig.clock.run(10_000)
  assert.equal(rig.askedWho.filter((line) => line.includes('slow')).length, 4)
  assert.is(rig.story('lab0').at(-2), 'x/slow INVALID_CONNECTION')
  assert.is(rig.row('lab0').provider, 'x/weaker')
})

test('SC-5: PENDING with a long delay costs 5 s together and no more', () => {
  const rig = new Rig().start(
    [link('lab0')],
    [
      { id: 'x/slow', band: 'exact', offer: () => ({ result: 'PENDING', retryAfterMs: 600_000 }) },
      { id: 'x/weaker', offer: () => mine('weaker') },
    ],
  )
  rig.clock.run(4_999)
  assert.is(rig.row('lab0').state, 'offered')
  rig.clock.run(1)
  assert.is(rig.row('lab0').provider, 'x/weaker')
  assert.is(
    rig.askedWho.filter((line) => line.includes('slow')).length,
    2,
    'it is asked once more at the end',
  )
})

test('SC-7: triggers that come while a round runs lead to one more round after it', () => {
  const lab0 = link('lab0')
  const rig = new Rig().start([lab0], [{ id: 'x/a', offer: () => ({ after: 500, answer: notMine() }) }])
  for (let i = 1; i <= 20; i++) rig.link({ ...lab0, addresses: [`10.0.0.${i}/24`] })
  assert.is(rig.asked.length, 1)
  rig.clock.run(500)
  assert.is(rig.rounds('lab0').filter((round) => round.outcome !== null).length, 1)
  rig.clock.run(2_000)
  assert.is(rig.asked.length, 2)
  assert.match(rig.rounds('lab0')[1]!.trigger, 'and more')
})

test('the suggested name is the adapter’s own, or a free one like it', () => {
  const rig = new Rig({ settings: { connections: [{ name: 'lab2', type: 't', config: {} }] } }).start(
    [link('lab0')],
    [{ id: 'x/a', offer: ({ adapter, connection }) => mine(adapter.name === 'lab0' ? 'lab1' : connection) }],
  )
  rig.link(link('lab1'), link('lab2'), link('Bu\u0308ro'))
  assert.equal(
    rig.asked.map(({ connection }) => connection),
    ['lab0', 'lab1-2', 'lab2-2', 'B\u00fcro'],
  )
})

test('what is called off in the turn in which it is decided is not asked at all', () => {
  const rig = new Rig().start([], [{ id: 'x/a', offer: () => mine('lab') }])
  const lab0 = link('lab0')
  rig.engine.submit({ type: 'link', link: lab0 })
  rig.engine.submit({ type: 'link-gone', index: lab0.index, movedTo: null })
  rig.clock.run(5_000)
  assert.equal(rig.asked, [])
})

test('an adapter that changes all the time is offered once a second beyond the first four', () => {
  const lab0 = link('lab0')
  const rig = new Rig().start([lab0], [{ id: 'x/a', offer: () => notMine() }])
  for (let i = 0; i < 100; i++) {
    rig.link({ ...lab0, addresses: [`10.0.0.${i}/24`] })
    rig.clock.run(100)
  }
  assert.ok(rig.asked.length >= 12 && rig.asked.length <= 14, `${rig.asked.length} rounds in 10 s`)
})

test('a link that is brought up step by step is claimed at once', () => {
  const lab0 = link('lab0', { up: false, carrier: null })
  const rig = new Rig().start(
    [lab0],
    [
      {
        id: 'x/net',
        offer: ({ adapter }) =>
          adapter.up && adapter.carrier && adapter.addresses[0] ? mine('lab') : notMine(),
      },
    ],
  )
  const steps = [{ addresses: ['10.0.0.1/24'] }, { up: true, carrier: false }, { carrier: true }]
  let now = lab0
  for (const step of steps) {
    rig.clock.run(30)
    now = { ...now, ...step }
    rig.link(now)
  }
  assert.is(rig.row('lab0').state, 'claimed')
})

test('NOT_SUPPORTED holds for this generation, until the provider is reloaded', () => {
  const lab0 = link('lab0')
  const provider = { id: 'x/a', offer: () => ({ result: 'NOT_SUPPORTED' as const }) }
  const rig = new Rig().start([lab0], [provider])
  rig.clock.run(5_000)
  rig.link({ ...lab0, addresses: ['10.0.0.1/24'] })
  assert.is(rig.asked.length, 1)
  assert.match(rig.rounds('lab0').at(-1)!.answers[0]!.skipped!, 'never claims')
  rig.clock.run(5_000)
  rig.provide([{ ...provider, build: 'build-2' }])
  assert.is(rig.asked.length, 2)
  rig.clock.run(5_000)
  rig.gone(lab0.index)
  rig.link(lab0)
  assert.is(rig.asked.length, 3)
})

test('SC-8: the adapter vanishes in the middle of a round: a late yes is void and the provider is told', () => {
  const lab0 = link('lab0')
  const rig = new Rig().start([lab0], [{ id: 'x/a', offer: () => ({ after: 100, answer: mine('lab') }) }])
  rig.gone(lab0.index)
  rig.link({ ...lab0, up: false })
  rig.clock.run(50)
  assert.is(rig.asked.length, 2)
  const [first] = rig.asked
  rig.clock.run(50)
  assert.equal(
    rig.told.map(({ adapter, reason }) => [adapter.id, reason]),
    [[first!.adapter.id, 'void']],
  )
  assert.ok(rig.types().includes('answer-void'))
  rig.clock.run(100)
  assert.is(rig.row('lab0').state, 'claimed')
  assert.is.not(rig.row('lab0').id, first!.adapter.id)
})

test('one that answers after its deadline claims nothing', () => {
  const rig = new Rig().start(
    [link('lab0')],
    [
      { id: 'x/late', priority: 90, offer: () => ({ after: 3_000, answer: mine('late') }) },
      { id: 'x/next', priority: 80, offer: () => mine('next') },
    ],
  )
  rig.clock.run(10_000)
  assert.is(rig.row('lab0').provider, 'x/next')
  assert.equal(
    rig.told.map(({ provider, reason }) => [provider, reason]),
    [['x/late', 'void']],
  )
})

test('loopback, ports of a bridge and what the operator ignores are not offered; a member of a vrf is', () => {
  const rig = new Rig({ settings: { ignore: [{ name: 'docker*' }] } }).start(
    [
      link('lo', { loopback: true, kind: 'loopback' }),
      link('br0', { index: 900, kind: 'bridge' }),
      link('port0', { master: 900, portOf: 'bridge' }),
      link('member0', { master: 901 }),
      link('docker0'),
    ],
    [{ id: 'x/a', offer: ({ adapter }) => mine(adapter.name) }],
  )
  assert.equal(
    ['lo', 'br0', 'port0', 'member0', 'docker0'].map((name) => rig.row(name).state),
    ['ignored', 'claimed', 'ignored', 'claimed', 'ignored'],
  )
  assert.is(rig.row('port0').because, 'it is a port of bridge br0')
})

test('ID_NET_MANAGED_BY narrows the round to those who manage for that name, then the generic band', () => {
  const rig = new Rig().start(
    [link('lab0', { managedBy: 'io.other' })],
    [
      { id: 'x/a', band: 'exact', offer: () => mine('a') },
      { id: 'x/other', manages: ['io.other'], offer: () => notMine() },
      { id: 'x/net', band: 'generic', offer: () => mine('net') },
    ],
  )
  assert.equal(rig.story('lab0'), ['x/other INVALID_CONNECTION', 'x/net SUCCESS'])
})

test('a provider for configured connections only is asked when one of its types is configured', () => {
  const rig = new Rig().start(
    [link('lab0')],
    [
      {
        id: 'x/a',
        connectionTypes: ['t'],
        configuredOnly: true,
        offer: () => ({ ...mine('office'), volatile: false }),
      },
    ],
  )
  assert.equal(rig.asked, [])
  assert.match(rig.rounds('lab0')[0]!.answers[0]!.skipped!, 'no connection of its types is configured: t')
  const office = { name: 'office', type: 't', config: {} }
  rig.engine.submit({ type: 'settings', settings: { order: [], ignore: [], connections: [office] } })
  rig.clock.run()
  assert.is(rig.row('lab0').connection, 'office')
})

test('providers that are added together lead to one round, which names them', () => {
  const no = (id: string) => ({ id, offer: () => notMine() })
  const rig = new Rig().start([link('eth0')], [])
  rig.provide([no('x/a'), no('x/b')])
  rig.clock.run(100)
  assert.equal(
    rig.rounds('eth0').map(({ trigger }) => trigger),
    ['it appeared, claimd started', 'provider x/a was added, provider x/b was added'],
  )
})

test.run()
