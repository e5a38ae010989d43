import type { Refusal } from '@claimd/sdk'
import { ClaimdError } from '@claimd/sdk'
import * as assert from 'uvu/assert'
import { suite } from '../../../harness.js'
import { link, mine, notMine, Rig, who } from '../rig.js'

const test = suite('core/claims')

/** The error that a promise of the service ends with. */
async function refusedBy(rig: Rig, promise: Promise<unknown>): Promise<ClaimdError> {
  try {
    await rig.reply(promise)
  } catch (error) {
    if (error instanceof ClaimdError) return error
    throw error
  }
  throw new Error('it was not refused')
}

test('CM-5 SC-18: disconnecting a claimed connection is refused, and the provider hears nothing', async () => {
  const rig = new Rig().start([link('lab0')], [{ id: 'x/a', offer: () => mine('lab') }])
  const asked = rig.asked.length
  const error = await refusedBy(rig, rig.services.connections.disconnect('lab', who))
  const refusal = error.document as Refusal
  assert.is(refusal.result, 'NOT_ALLOWED')
  assert.is(refusal.adapter, 'lab0')
  assert.is(refusal.provider, 'x/a')
  assert.is(refusal.connection, 'lab')
  assert.match(refusal.remedy, 'claimd release lab0')
  assert.is(rig.asked.length, asked)
  assert.equal(rig.told, [])
  assert.is(rig.row('lab0').state, 'claimed')
  const [recorded] = rig.events.filter((event) => event.type === 'refused')
  assert.is(recorded!.who, 'uid 0')
})

test('SC-19: "all" refuses each claimed connection by name, also provisional and orphaned ones', async () => {
  const links = [link('lab0'), link('lab1')]
  const providers = [
    { id: 'x/a', match: [{ name: 'lab0' }], offer: () => mine('first') },
    { id: 'x/b', match: [{ name: 'lab1' }], offer: () => mine('second'), verify: () => null },
  ]
  const before = new Rig().start(links, providers)
  const rig = new Rig({ store: before.store })
  rig.engine.submit({ type: 'snapshot', reason: 'start', links })
  rig.clock.run()
  assert.equal(
    links.map(({ name }) => rig.row(name).provisional),
    [true, true],
  )
  const all = await rig.reply(rig.services.connections.disconnectAll(who))
  assert.equal(all.disconnected, [])
  assert.equal(all.failed, [])
  assert.equal(
    all.refused.map((refusal) => refusal.connection),
    ['first', 'second'],
  )
  rig.provide([
    { ...providers[0]!, status: 'unavailable', because: 'process ended by SIGKILL' },
    providers[1]!,
  ])
  assert.is(rig.row('lab0').state, 'orphaned')
  for (const name of ['first', 'second']) {
    assert.is((await refusedBy(rig, rig.services.connections.disconnect(name, who))).result, 'NOT_ALLOWED')
  }
})

test('disconnecting what is not there says so; what is configured and down is no error', async () => {
  const rig = new Rig({ settings: { connections: [{ name: 'office', type: 'lab', config: {} }] } })
  rig.start([link('lab0')], [{ id: 'x/a', offer: () => mine('lab') }])
  assert.is(
    (await refusedBy(rig, rig.services.connections.disconnect('nothing', who))).code,
    'CONNECTION_NOT_FOUND',
  )
  const adapter = await refusedBy(rig, rig.services.connections.disconnect('lab0', who))
  assert.match(adapter.remedy!, 'held for connection lab; see: claimd explain lab0')
  assert.is((await rig.reply(rig.services.connections.disconnect('office', who))).result, 'SUCCESS')
})

for (const name of ['', '..', 'a/b', 'lab 0', 'lab\u00000', 'x'.repeat(128)]) {
  test(`CM-12: the adapter name ${JSON.stringify(name).slice(0, 20)} is an INVALID_PARAMETER, and nobody is asked`, async () => {
    const rig = new Rig().start([link('lab0')], [{ id: 'x/a', offer: () => notMine() }])
    const asked = rig.asked.length
    for (const call of [
      rig.services.adapters.offer(name, who),
      rig.services.adapters.release(name, 'because', who),
    ]) {
      const error = await refusedBy(rig, call)
      assert.equal([error.result, error.code], ['INVALID_PARAMETER', 'ADAPTER_NAME_MALFORMED'])
    }
    assert.throws(
      () => rig.services.adapters.explain(name),
      (error: ClaimdError) => error.result === 'INVALID_PARAMETER',
    )
    assert.is(rig.asked.length, asked)
  })
}

test('SC-20: release ends the claim with who and why, tells the provider, and no round follows until offer', async () => {
  const lab0 = link('lab0')
  const rig = new Rig().start([lab0], [{ id: 'x/a', offer: () => mine('lab') }])
  const reply = await rig.reply(rig.services.adapters.release('lab0', 'maintenance', who))
  assert.is(reply.provider, 'x/a')
  assert.equal(
    rig.told.map(({ provider, reason }) => [provider, reason]),
    [['x/a', 'operator']],
  )
  assert.is(rig.row('lab0').state, 'unmanaged')
  assert.is(rig.row('lab0').because, 'released by uid 0: maintenance')
  rig.clock.run(5_000)
  rig.link({ ...lab0, addresses: ['10.0.0.1/24'] })
  rig.provide([{ id: 'x/a', build: 'build-2', offer: () => mine('lab') }])
  rig.clock.run(5_000)
  assert.is(rig.asked.length, 1)

  const again = new Rig({ store: rig.store })
  again.start([lab0], [{ id: 'x/a', offer: () => mine('lab') }])
  assert.is(again.asked.length, 0)
  assert.is(again.row('lab0').because, 'released by uid 0: maintenance')
  const offered = await again.reply(again.services.adapters.offer('lab0', who))
  assert.is(offered.state, 'claimed')
  assert.is(offered.round.trigger, 'uid 0 asked for it')

  const third = new Rig({ store: again.store })
  third.start([lab0], [{ id: 'x/a', offer: () => mine('lab') }])
  assert.is(third.row('lab0').state, 'claimed')
})

test('a release says what makes the adapter offered again, or why nothing does', async () => {
  const [lab0, lab1] = [link('lab0'), link('lab1')]
  const rig = new Rig({ settings: { order: [], ignore: [{ name: 'lab1' }], connections: [] } })
  rig.start([lab0, lab1], [{ id: 'x/a', offer: () => mine('lab') }])
  const of = async (name: string) => (await rig.reply(rig.services.adapters.release(name, 'x', who))).message
  assert.match(await of('lab0'), 'stays unmanaged until: claimd offer lab0')
  assert.match(await of('lab1'), 'the adapter is not offered: the operator ignores adapters with name lab1')
})

test('SC-20: a new generation of a released adapter is offered', async () => {
  const lab0 = link('lab0')
  const rig = new Rig().start([lab0], [{ id: 'x/a', offer: () => mine('lab') }])
  await rig.reply(rig.services.adapters.release('lab0', 'maintenance', who))
  rig.gone(lab0.index)
  rig.link(lab0)
  assert.is(rig.row('lab0').state, 'claimed')
})

test('release while a round runs breaks it off, and the answer that comes claims nothing', async () => {
  const rig = new Rig().start(
    [link('lab0')],
    [{ id: 'x/a', offer: () => ({ after: 1_000, answer: mine('lab') }) }],
  )
  await rig.reply(rig.services.adapters.release('lab0', 'not now', who))
  rig.clock.run(10_000)
  assert.is(rig.row('lab0').state, 'unmanaged')
  assert.equal(
    rig.told.map(({ reason }) => reason),
    ['void'],
  )
})

test('offer on a sticky claim changes nothing and names the holder', async () => {
  const rig = new Rig().start([link('lab0')], [{ id: 'x/a', offer: () => mine('lab') }])
  const error = await refusedBy(rig, rig.services.adapters.offer('lab0', who))
  assert.is(error.result, 'NOT_ALLOWED')
  assert.is((error.document as Refusal).provider, 'x/a')
  assert.match(error.message, 'which it has just confirmed')
  assert.equal(rig.askedWho, ['offer x/a lab0', 'verify x/a lab0'])
})

test('offer on a sticky claim that its holder gives up is a round', async () => {
  const net = { id: 'x/net', band: 'generic' as const, offer: () => mine('net') }
  const holder = { id: 'x/a', offer: () => mine('lab'), verify: () => notMine('it was edited') }
  const rig = new Rig().start([link('lab0')], [holder, net])
  rig.provide([{ ...holder, offer: () => notMine() }, net])
  const made = await rig.reply(rig.services.adapters.offer('lab0', who))
  assert.equal([made.result, made.provider], ['SUCCESS', 'x/net'])
})

test('offer on a sticky claim whose holder cannot answer in time is refused, and says so', async () => {
  const silent = { id: 'x/a', offer: () => mine('lab'), verify: () => null }
  const rig = new Rig().start([link('lab0')], [silent])
  const replies = [rig.services.adapters.offer('lab0', who), rig.services.adapters.offer('lab0', who)]
  for (const reply of replies) reply.catch(() => {})
  rig.clock.run(2_100)
  for (const reply of replies) {
    const error = await refusedBy(rig, reply)
    assert.is(error.result, 'NOT_ALLOWED')
    assert.match(error.message, 'could not be asked: timed out')
  }
  rig.provide([{ ...silent, status: 'unavailable', because: 'it backs off' }])
  assert.match(
    (await refusedBy(rig, rig.services.adapters.offer('lab0', who))).message,
    'could not be asked: it backs off',
  )
  rig.store.failure = 'full'
  rig.link(link('new0'))
  assert.is((await refusedBy(rig, rig.services.adapters.offer('lab0', who))).result, 'NOT_ALLOWED')
})

test('offer on a sticky claim is answered, too, when the claim or the link ends before the holder answers', async () => {
  const silent = { id: 'x/a', offer: () => mine('lab'), verify: () => null }
  for (const end of ['release', 'remove'] as const) {
    const lab0 = link('lab0')
    const rig = new Rig().start([lab0], [silent])
    const reply = rig.services.adapters.offer('lab0', who)
    reply.catch(() => {})
    rig.clock.run(10)
    if (end === 'remove') rig.gone(lab0.index)
    else await rig.reply(rig.services.adapters.release('lab0', 'enough', who))
    const error = await refusedBy(rig, reply)
    assert.match(error.message, end === 'remove' ? 'it was removed' : 'released by uid 0')
  }
})

test('SC-11: a provider that is added is offered open adapters at once, and claimed ones not', () => {
  const a = { id: 'x/a', match: [{ name: 'held0' }], offer: () => mine('held') }
  const rig = new Rig().start([link('held0'), link('open0')], [a])
  rig.provide([a, { id: 'x/new', band: 'exact', offer: ({ adapter }) => mine(`new-${adapter.name}`) }])
  assert.is(rig.row('open0').provider, 'x/new')
  assert.is(rig.row('held0').provider, 'x/a')
  assert.is(rig.asked.filter((question) => question.provider === 'x/new').length, 1)
  const [first] = rig.services.adapters.explain('held0').order
  assert.is(first!.provider, 'x/new')
  assert.match(first!.skipped!, 'not asked while x/a holds')
})

test('SC-4: a generic claim yields to a stronger provider in one step', () => {
  const net = { id: 'x/net', band: 'generic' as const, offer: () => mine('net') }
  const lab0 = link('lab0')
  const rig = new Rig().start([lab0], [net])
  const states = new Set<string>()
  rig.engine.onEvents(() => states.add(rig.row('lab0').state))
  rig.provide([net, { id: 'x/better', offer: () => ({ after: 100, answer: mine('better') }) }])
  assert.is(rig.row('lab0').provider, 'x/net')
  rig.clock.run(100)
  assert.is(rig.row('lab0').provider, 'x/better')
  assert.equal([...states], ['claimed'])
  assert.equal(
    rig.told.map(({ provider, reason }) => [provider, reason]),
    [['x/net', 'handed-over']],
  )
  assert.ok(rig.types().includes('handed-over'))
  assert.not.ok(rig.types().includes('claim-ended'))
  rig.provide([
    net,
    { id: 'x/better', offer: () => mine('better') },
    { id: 'x/best', band: 'exact', offer: () => mine('b') },
  ])
  rig.clock.run(5_000)
  assert.is(rig.row('lab0').provider, 'x/better')
})

test('SC-4: when the stronger ones decline, the generic claim simply stays, and its holder is not asked', () => {
  const net = { id: 'x/net', band: 'generic' as const, offer: () => mine('net') }
  const rig = new Rig().start([link('lab0')], [net])
  rig.provide([net, { id: 'x/other', offer: () => notMine() }])
  assert.is(rig.row('lab0').provider, 'x/net')
  assert.equal(rig.askedWho, ['offer x/net lab0', 'offer x/other lab0'])
  assert.match(rig.rounds('lab0').at(-1)!.outcome!, 'stays with x/net')
})

test('SC-25: a provider that dies leaves its claim protected and not offered; on its return it verifies', () => {
  let verifies = 0
  const holder = {
    id: 'x/a',
    offer: () => mine('lab'),
    verify: () => {
      verifies++
      return mine('lab')
    },
  }
  const other = { id: 'x/b', band: 'exact' as const, offer: () => mine('stolen') }
  const lab0 = link('lab0')
  const rig = new Rig().start([lab0], [holder])
  rig.provide([{ ...holder, status: 'unavailable', because: 'process ended by SIGKILL' }, other])
  assert.is(rig.row('lab0').state, 'orphaned')
  assert.match(rig.row('lab0').because, 'SIGKILL')
  rig.link({ ...lab0, addresses: ['10.0.0.9/24'] })
  rig.clock.run(60_000)
  assert.is(rig.row('lab0').provider, 'x/a')
  assert.is(verifies, 0)
  rig.provide([holder, other])
  assert.is(verifies, 1)
  assert.is(rig.row('lab0').state, 'claimed')
  assert.ok(rig.types().includes('verified'))
})

test('SC-25: only a clear no ends an orphaned claim; failures are tried again for ever', () => {
  const answers = [
    null,
    { result: 'UNEXPECTED' as const, reason: 'oops' },
    mine('another'),
    notMine('cable moved'),
  ]
  let asked = 0
  const holder = { id: 'x/a', offer: () => mine('lab'), verify: () => answers[asked++] ?? null }
  const rig = new Rig().start([link('lab0')], [holder])
  rig.provide([{ ...holder, status: 'unavailable', because: 'crashed' }])
  rig.provide([holder])
  rig.clock.run(2_000)
  assert.is(rig.row('lab0').state, 'orphaned')
  rig.clock.run(1_000)
  assert.match(rig.row('lab0').because, 'oops')
  rig.clock.run(2_000)
  assert.match(rig.row('lab0').because, 'answered for another')
  assert.is(rig.row('lab0').connection, 'lab')
  const before = rig.asked.length
  rig.clock.run(4_000)
  assert.equal(
    rig.events.filter((event) => event.type === 'claim-ended').map((event) => event.cause),
    ['x/a says that it is no longer its own: cable moved'],
  )
  assert.equal(rig.askedWho.slice(before), ['verify x/a lab0', 'offer x/a lab0'])
})

test('removing the plugin starts a round, and a new holder takes over in one step; nobody: it stays protected', () => {
  const holder = { id: 'x/a', band: 'exact' as const, offer: () => mine('lab') }
  const other = { id: 'x/b', offer: () => mine('other') }
  const rig = new Rig().start([link('lab0')], [holder])
  rig.provide([])
  assert.is(rig.row('lab0').state, 'orphaned')
  rig.clock.run(5_000)
  rig.provide([other])
  assert.is(rig.row('lab0').provider, 'x/b')
  assert.not.ok(rig.types().includes('claim-ended'))
  rig.clock.run(5_000)
  rig.provide([{ ...other, status: 'disabled', because: 'by the operator' }, holder])
  assert.is(rig.row('lab0').provider, 'x/a')
})

test('SC-29: a report by anybody but the holder, or with an old fence, is refused and recorded', () => {
  const lab0 = link('lab0')
  const rig = new Rig().start([lab0], [{ id: 'x/a', offer: () => mine('lab') }])
  const fence = rig.asked[0]!.fence
  const report = { type: 'report', state: 'lost', connection: 'lab', reason: 'gone' } as const
  rig.engine.submit({ ...report, provider: 'x/b', fence })
  rig.engine.submit({ ...report, provider: 'x/a', fence: fence - 1 })
  rig.engine.submit({ ...report, provider: 'x/a', fence, connection: 'ghost' })
  rig.clock.run()
  assert.is(rig.row('lab0').state, 'claimed')
  assert.is(rig.types().filter((type) => type === 'report-refused').length, 3)
  rig.clock.run(5_000)
  rig.provide([{ id: 'x/c', offer: () => notMine() }])
  rig.engine.submit({ ...report, provider: 'x/a', fence })
  rig.clock.run()
  assert.ok(rig.types().includes('claim-ended'), 'the holder itself may report')
})

test('fences rise with every claim, also over a restart, and a verify carries the fence of its claim', () => {
  const provider = { id: 'x/a', offer: ({ adapter }: { adapter: { name: string } }) => mine(adapter.name) }
  const lab0 = link('lab0')
  const rig = new Rig().start([lab0, link('lab1')], [provider])
  const again = new Rig({ store: rig.store }).start([lab0, link('lab2')], [provider])
  const offers = [...rig.asked, ...again.asked].filter((question) => question.kind === 'offer')
  const fences = offers.map((question) => question.fence)
  assert.is(fences.length, 3)
  assert.ok(fences[0]! > 0 && fences[1]! > fences[0]! && fences[2]! > fences[1]!)
  assert.is(again.asked.find((question) => question.kind === 'verify')!.fence, fences[0])
})

test('CM-8 SC-31: a rename keeps the claim: one event, no offer, no verify', () => {
  const lab0 = link('lab0')
  const rig = new Rig().start([lab0], [{ id: 'x/a', match: [{ name: 'lab*' }], offer: () => mine('lab') }])
  rig.link({ ...lab0, name: 'lan0' })
  rig.clock.run(5_000)
  assert.is(rig.row('lan0').connection, 'lab')
  assert.is(rig.asked.length, 1)
  assert.equal(
    rig.types().filter((type) => type.startsWith('adapter-')),
    ['adapter-appeared', 'adapter-renamed'],
  )
})

test('SC-32: two adapters that swap names keep their own claims', () => {
  const [a, b] = [link('lab0'), link('lab1')]
  const rig = new Rig().start([a, b], [{ id: 'x/a', offer: ({ adapter }) => mine(`of-${adapter.name}`) }])
  rig.link({ ...a, name: 'tmp' }, { ...b, name: 'lab0' }, { ...a, name: 'lab1' })
  assert.is(rig.row('lab0').connection, 'of-lab1')
  assert.is(rig.row('lab1').connection, 'of-lab0')
})

test('SC-34: a new link with an old name, or an old index, gets no claim of the old one', () => {
  const old = link('lab0')
  const rig = new Rig().start(
    [old],
    [{ id: 'x/a', offer: ({ adapter }) => (adapter.up ? mine('lab') : notMine()) }],
  )
  const id = rig.row('lab0').id
  rig.gone(old.index)
  rig.link(link('lab0', { up: false }))
  assert.is(rig.row('lab0').state, 'unmanaged')
  rig.link({ ...old, name: 'lab9', up: false })
  assert.is(rig.row('lab9').state, 'unmanaged')
  assert.is.not(rig.row('lab9').id, id)
  assert.is(rig.events.filter((event) => event.type === 'claim-ended').length, 1)
})

test('SC-34: after a restart, a link with the same index but another name and address is another link', () => {
  const old = link('lab0')
  const provider = { id: 'x/a', offer: () => mine('lab'), verify: () => mine('lab') }
  const before = new Rig().start([old], [provider])
  const rig = new Rig({ store: before.store })
  rig.start([{ ...old, name: 'new0', address: '02:ff:00:00:00:01' }], [{ id: 'x/b', offer: () => notMine() }])
  assert.is(rig.row('new0').state, 'unmanaged')
  assert.ok(rig.types().includes('claim-ended'))
})

test('rule 5: a restart brings the claim back, provisional and protected, before any plugin is there', async () => {
  const lab0 = link('lab0')
  const provider = { id: 'x/a', offer: () => mine('lab', 'cable'), verify: () => mine('lab') }
  const before = new Rig().start([lab0], [provider])
  const { id, since } = before.row('lab0')
  const rig = new Rig({ store: before.store })
  rig.engine.submit({ type: 'snapshot', reason: 'start', links: [{ ...lab0, name: 'renamed0' }] })
  rig.clock.run()
  const row = rig.row('renamed0')
  assert.equal([row.id, row.since, row.state, row.provisional], [id, since, 'claimed', true])
  assert.is((await refusedBy(rig, rig.services.connections.disconnect('lab', who))).result, 'NOT_ALLOWED')
  rig.provide([provider])
  assert.is(rig.row('renamed0').provisional, false)
  assert.equal(rig.askedWho, ['verify x/a renamed0'])
})

test('rule 5: after another boot nothing is inherited', () => {
  const lab0 = link('lab0')
  const before = new Rig().start([lab0], [{ id: 'x/a', offer: () => mine('lab') }])
  const rig = new Rig({ store: before.store, place: { boot: 'boot-2' } })
  rig.start([lab0], [{ id: 'x/b', offer: () => notMine() }])
  assert.is(rig.row('lab0').state, 'unmanaged')
  assert.is.not(rig.row('lab0').id, before.row('lab0').id)
})

test('addresses that change make the holder verify; down and up alone do not', () => {
  const lab0 = link('lab0', { addresses: ['10.0.0.1/24', 'fd00::1/64'] })
  const rig = new Rig().start(
    [lab0],
    [
      {
        id: 'x/a',
        offer: () => mine('lab'),
        verify: ({ adapter }) => (adapter.addresses.includes('10.0.0.2/24') ? notMine() : mine('lab')),
      },
    ],
  )
  rig.link({ ...lab0, up: false, carrier: null, addresses: ['10.0.0.1/24'] })
  rig.link(lab0)
  assert.equal(rig.askedWho, ['offer x/a lab0'])
  rig.link({ ...lab0, addresses: ['10.0.0.3/24'] })
  assert.equal(rig.askedWho, ['offer x/a lab0', 'verify x/a lab0'])
  assert.is(rig.row('lab0').state, 'claimed')
  rig.clock.run(5_000)
  rig.link({ ...lab0, addresses: ['10.0.0.2/24'] })
  assert.ok(rig.types().includes('claim-ended'))
})

test('a link that changed while it was being claimed is verified by its new holder', () => {
  const lab0 = link('lab0')
  const rig = new Rig().start(
    [lab0],
    [{ id: 'x/a', offer: () => ({ after: 100, answer: mine('lab') }), verify: () => mine('lab') }],
  )
  rig.link({ ...lab0, addresses: ['10.0.0.1/24'] })
  rig.clock.run(1_000)
  assert.equal(rig.askedWho, ['offer x/a lab0', 'verify x/a lab0'])
})

test('becoming a port ends a generic claim, and asks a stronger holder', () => {
  const [a, b] = [link('lab0'), link('lab1')]
  const rig = new Rig().start(
    [a, b, link('br0', { index: 900, kind: 'bridge', up: false })],
    [
      {
        id: 'x/exact',
        band: 'exact',
        match: [{ name: 'lab1' }],
        offer: () => mine('lab'),
        verify: () => mine('lab'),
      },
      { id: 'x/net', band: 'generic', match: [{ name: 'lab0' }], offer: () => mine('net') },
    ],
  )
  rig.link({ ...a, master: 900, portOf: 'bridge' }, { ...b, master: 900, portOf: 'bridge' })
  assert.is(rig.row('lab0').state, 'ignored')
  assert.is(rig.row('lab1').state, 'claimed')
  assert.is(rig.askedWho.at(-1), 'verify x/exact lab1')
  rig.clock.run(5_000)
  rig.link(a)
  assert.is(rig.row('lab0').provider, 'x/net')
})

test('rule 11: a claimed link that goes down is recorded as such, and nothing is done about it', () => {
  const lab0 = link('lab0')
  const rig = new Rig().start([lab0], [{ id: 'x/a', offer: () => mine('lab') }])
  rig.link({ ...lab0, up: false, carrier: null })
  assert.match(rig.events.at(-1)!.message, 'went down (held by x/a; nothing was done about it)')
  assert.is(rig.services.connections.list().connections[0]!.state, 'suspended')
  assert.is(rig.row('lab0').state, 'claimed')
})

test.run()
