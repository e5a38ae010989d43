import { ClaimdError } from '@claimd/sdk'
import * as assert from 'uvu/assert'
import { suite } from '../../../harness.js'
import { link, mine, notMine, Rig, who } from '../rig.js'

const test = suite('core/claims/operator')

const slow = (name: string) => ({ id: 'x/a', offer: () => ({ after: 500, answer: mine(name) }) })

async function errorOf(promise: Promise<unknown>): Promise<ClaimdError> {
  const error = await promise.catch((reason: unknown) => reason)
  assert.instance(error, ClaimdError)
  return error as ClaimdError
}

test('SC-20: release holds also while another round is wanted', async () => {
  const lab0 = link('lab0')
  const rig = new Rig().start([lab0], [slow('lab')])
  rig.link({ ...lab0, addresses: ['10.0.0.1/24'] })
  await rig.reply(rig.services.adapters.release('lab0', 'not now', who))
  rig.clock.run(60_000)
  assert.is(rig.row('lab0').state, 'unmanaged')
  assert.is(rig.asked.length, 1)
  assert.equal([rig.store.state().holdings.length, rig.store.state().releases.length], [0, 1])
})

test('an operator decision is flushed to the disk, and a claim is not', async () => {
  const rig = new Rig().start([link('lab0')], [{ id: 'x/a', offer: () => mine('lab') }])
  assert.is(rig.store.synced, 0)
  await rig.reply(rig.services.adapters.release('lab0', 'not now', who))
  assert.is(rig.store.synced, 1)
  await rig.reply(rig.services.adapters.offer('lab0', who))
  assert.is(rig.store.synced, 2)
})

test('offer ends a release in a record of its own, with who', async () => {
  const rig = new Rig().start([link('lab0')], [slow('lab')])
  await rig.reply(rig.services.adapters.release('lab0', 'not now', who))
  rig.clock.run(5_000)
  const offered = rig.services.adapters.offer('lab0', who)
  rig.clock.run()
  const ended = rig.events.find((event) => event.type === 'release-ended')
  assert.equal([ended!.who, ended!.reason], ['uid 0', 'not now'])
  assert.is(rig.store.state().releases.length, 0)
  rig.clock.run(5_000)
  assert.is((await offered).state, 'claimed')
})

test('offer before the plugins are there is refused, and a release stays', async () => {
  const lab0 = link('lab0')
  const before = new Rig().start([lab0], [{ id: 'x/a', offer: () => mine('lab') }])
  await before.reply(before.services.adapters.release('lab0', 'not now', who))
  const rig = new Rig({ store: before.store })
  rig.engine.submit({ type: 'snapshot', reason: 'start', links: [lab0] })
  rig.clock.run()
  const error = await errorOf(rig.reply(rig.services.adapters.offer('lab0', who)))
  assert.equal([error.code, error.found], ['ADAPTER_NOT_OFFERED', 'the plugins are being loaded'])
  rig.provide([{ id: 'x/a', offer: () => mine('lab') }])
  rig.clock.run(5_000)
  assert.match(rig.row('lab0').because, 'released by')
})

test('SC-7: two offers at once share one round; one that comes after a change gets a round of its own', async () => {
  const lab0 = link('lab0')
  const rig = new Rig().start([lab0], [{ id: 'x/a', offer: () => notMine() }])
  rig.clock.run(10_000)
  rig.provide([{ id: 'x/a', offer: () => ({ after: 500, answer: notMine() }) }])
  const first = rig.services.adapters.offer('lab0', who)
  const second = rig.services.adapters.offer('lab0', who)
  rig.clock.run(100)
  rig.link({ ...lab0, addresses: ['10.0.0.1/24'] })
  const third = rig.services.adapters.offer('lab0', who)
  const before = rig.asked.length
  rig.clock.run(5_000)
  assert.equal((await first).round, (await second).round)
  assert.is.not((await third).round.at, (await first).round.at)
  assert.is(rig.asked.length, before + 1)
})

test('an offer whose adapter vanishes, is released or is claimed for good meanwhile is an error that says so', async () => {
  const [a, b] = [link('lab0'), link('lab1')]
  const rig = new Rig().start([a, b], [])
  rig.provide([{ id: 'x/a', offer: () => ({ after: 500, answer: notMine() }) }])
  const gone = rig.services.adapters.offer('lab0', who)
  const released = rig.services.adapters.offer('lab1', who)
  rig.clock.run(100)
  rig.gone(a.index)
  await rig.reply(rig.services.adapters.release('lab1', 'not now', who))
  assert.match((await errorOf(gone)).message, 'was removed')
  assert.match((await errorOf(released)).message, 'released by uid 0')
})

test('offer is not rate-limited', async () => {
  const rig = new Rig().start([link('lab0')], [{ id: 'x/a', offer: () => notMine() }])
  for (let i = 0; i < 5; i++) await rig.reply(rig.services.adapters.offer('lab0', who))
  assert.is(rig.asked.length, 6)
})

test('what the operator comes to ignore is no longer offered; held adapters stay held', () => {
  const rig = new Rig().start(
    [link('held0'), link('open0')],
    [
      { id: 'x/a', match: [{ name: 'held0' }], offer: () => mine('held') },
      { id: 'x/b', match: [{ name: 'open0' }], offer: () => ({ after: 500, answer: mine('open') }) },
    ],
  )
  const settings = { order: [], ignore: [{ name: '*0' }], connections: [] }
  rig.engine.submit({ type: 'settings', settings })
  rig.clock.run(5_000)
  assert.is(rig.row('held0').state, 'claimed')
  assert.is(rig.row('open0').state, 'ignored')
  assert.equal(
    rig.told.map(({ provider, reason }) => `${provider} ${reason}`),
    ['x/b void'],
  )
  rig.engine.submit({ type: 'settings', settings: { ...settings, ignore: [{}] } })
  rig.clock.run(5_000)
  assert.is(rig.row('open0').because, 'the operator ignores every adapter')
  rig.engine.submit({ type: 'settings', settings: { ...settings, ignore: [] } })
  rig.clock.run(5_000)
  const messages = rig.events.filter(({ type }) => type === 'adapter-ignored').map(({ message }) => message)
  assert.equal(messages, [
    'held0 stays claimed and is ignored after that: the operator ignores adapters with name *0',
    'open0 is ignored: the operator ignores adapters with name *0',
    'held0 stays claimed and is ignored after that: the operator ignores every adapter',
    'open0 is ignored: the operator ignores every adapter',
    'held0 is no longer ignored',
    'open0 is no longer ignored',
  ])
  assert.is(rig.row('open0').state, 'claimed')
})

test('a new order and new connections take effect at once', () => {
  const configured = { name: 'office', type: 't', config: {} }
  const rig = new Rig().start(
    [link('lab0')],
    [
      { id: 'x/a', connectionTypes: ['t'], offer: () => ({ result: 'SUCCESS', connection: 'office' }) },
      { id: 'x/b', connectionTypes: ['t'], offer: () => notMine() },
    ],
  )
  assert.is(rig.row('lab0').state, 'unmanaged')
  rig.clock.run(5_000)
  rig.engine.submit({ type: 'settings', settings: { order: ['x/b'], ignore: [], connections: [configured] } })
  rig.clock.run()
  assert.equal(rig.story('lab0'), ['x/b INVALID_CONNECTION', 'x/a CONNECTION_ALREADY_EXISTS'])
  assert.is(rig.services.connections.list().connections[0]!.provider, 'x/b')
  rig.clock.run(5_000)
  rig.engine.submit({ type: 'settings', settings: { order: ['x/a'], ignore: [], connections: [configured] } })
  rig.provide([
    {
      id: 'x/a',
      build: 'new',
      connectionTypes: ['t'],
      offer: () => ({ result: 'SUCCESS', connection: 'office' }),
    },
    { id: 'x/b', connectionTypes: ['t'], offer: () => notMine() },
  ])
  assert.is(rig.row('lab0').provider, 'x/a')
})

test('who is refused over and over does not fill the journal; what is not recorded is counted', async () => {
  const links = Array.from({ length: 300 }, (_, number) => link(`lab${number}`))
  const rig = new Rig().start(links, [{ id: 'x/a', offer: ({ adapter }) => mine(adapter.name) }])
  const recorded = () => rig.events.filter(({ type }) => type === 'refused')
  await rig.reply(rig.services.connections.disconnectAll(who))
  assert.is(recorded().length, 1)
  assert.equal([recorded()[0]!.count, (recorded()[0]!.connections as string[]).length], [300, 100])
  for (let times = 0; times < 500; times++) {
    await rig.reply(rig.services.connections.disconnect('lab7', who)).catch(() => {})
  }
  assert.is(recorded().length, 64)
  rig.clock.run(1_000)
  await rig.reply(rig.services.connections.disconnect('lab7', who)).catch(() => {})
  assert.is(recorded().length, 65)
  assert.is(recorded().at(-1)!.unrecorded, 437)
  await rig.reply(rig.services.connections.disconnect('lab7', { ...who, uid: 7 })).catch(() => {})
  assert.is(recorded().length, 66, 'somebody else has an allowance of his own')
})

test('a link named like the id of another adapter: reading takes the name, acting is refused with both readings', async () => {
  const rig = new Rig().start([link('eth0')], [{ id: 'x/a', offer: ({ adapter }) => mine(adapter.name) }])
  const { id } = rig.row('eth0')
  rig.link(link(id))
  const other = rig.row(id).id
  assert.is(rig.services.adapters.get(id).id, other)
  assert.is(rig.services.adapters.explain(`id:${id}`).adapter, 'eth0')
  for (const act of [
    () => rig.services.adapters.release(id, 'work', who),
    () => rig.services.adapters.offer(id, who),
  ]) {
    const error = await errorOf(rig.reply<unknown>(act()))
    assert.is(error.code, 'ADAPTER_AMBIGUOUS')
    assert.match(error.remedy!, `id:${id}`)
    assert.match(error.remedy!, `id:${other}`)
  }
  assert.equal([rig.row('eth0').state, rig.row(id).state], ['claimed', 'claimed'])
  await rig.reply(rig.services.adapters.release(`name:${id}`, 'work', who))
  assert.equal([rig.row('eth0').state, rig.row(id).state], ['claimed', 'unmanaged'])
  await rig.reply(rig.services.adapters.offer(`name:${id}`, who))
  await rig.reply(rig.services.adapters.release(`id:${id}`, 'work', who))
  assert.equal([rig.row('eth0').state, rig.row(id).state], ['unmanaged', 'claimed'])
})

test('what a refusal suggests is for who may end claims; others are told who that is', async () => {
  const rig = new Rig().start([link('lab0')], [{ id: 'x/a', offer: () => mine('lab') }])
  const release = 'to end the claim without touching the link: claimd release lab0 --reason TEXT'
  const member = { ...who, uid: 7 }
  assert.is((await errorOf(rig.reply(rig.services.connections.disconnect('lab', who)))).remedy, release)
  assert.is(
    (await errorOf(rig.reply(rig.services.connections.disconnect('lab', member)))).remedy,
    `as root, ${release}`,
  )
  assert.is(
    (await errorOf(rig.reply(rig.services.adapters.offer('lab0', who)))).remedy!.startsWith('to end'),
    true,
  )
  assert.match(
    (await errorOf(rig.reply(rig.services.adapters.offer('lab0', member)))).remedy!,
    /^as root, to end/,
  )
  const all = await rig.reply(rig.services.connections.disconnectAll(member))
  assert.equal(
    all.refused.map(({ remedy }) => remedy),
    [`as root, ${release}`],
  )
})

test('a suggested command names an adapter so that it is found: by its id where its name would be read otherwise', async () => {
  const offer = ({ adapter }: { adapter: { index: number } }) => mine(`lab${adapter.index}`)
  const rig = new Rig().start([link('eth0')], [{ id: 'x/a', offer }])
  for (const name of [rig.row('eth0').id, '-x', '$(id)', 'a;b']) {
    rig.link(link(name))
    const { id } = rig.row(name)
    const refused = await errorOf(
      rig.reply(rig.services.connections.disconnect(rig.row(name).connection!, who)),
    )
    assert.match(refused.remedy!, `claimd release id:${id} --reason TEXT`)
    const released = await rig.reply(rig.services.adapters.release(`id:${id}`, 'work', who))
    assert.ok(released.message.endsWith(`claimd offer id:${id}`), released.message)
  }
})

test('offering a port suggests to look at its master', async () => {
  const bridge = link('br0', { kind: 'bridge' })
  const port = link('lab0', { master: bridge.index, portOf: 'bridge' })
  const rig = new Rig().start([bridge, port], [{ id: 'x/a', offer: () => notMine('no') }])
  const refused = await errorOf(rig.reply(rig.services.adapters.offer('lab0', who)))
  assert.is(refused.remedy, 'see: claimd explain br0')
})

test('disconnect of a connection that is not connected says whose adapter has its name', async () => {
  const rig = new Rig({ settings: { connections: [{ name: 'eth0', type: 'lab', config: {} }] } })
  rig.start([link('eth0')], [{ id: 'x/a', offer: () => mine('office') }])
  const { message } = await rig.reply(rig.services.connections.disconnect('eth0', who))
  assert.is(message, 'connection eth0 is not connected; adapter eth0 is held for connection office')
})

test('disconnect of a name or an id of an adapter says which adapter that is', async () => {
  const rig = new Rig().start(
    [link('eth0', { alternativeNames: ['uplink'] })],
    [{ id: 'x/a', offer: () => mine('office') }],
  )
  const { id } = rig.row('eth0')
  for (const [word, found] of [
    ['eth0', 'eth0, which is an adapter'],
    [id, `${id}, which is the id of adapter eth0`],
    ['uplink', 'uplink, which is another name of adapter eth0'],
    ['nosuch', 'nosuch'],
  ] as const) {
    const error = await errorOf(rig.reply(rig.services.connections.disconnect(word, who)))
    assert.is(error.found, found)
    const isAdapter = word !== 'nosuch'
    assert.is(error.remedy?.startsWith('adapter eth0 is held for connection office'), isAdapter)
  }
})

test.run()
