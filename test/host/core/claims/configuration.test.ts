import type { ConfiguredConnection } from '@claimd/sdk'
import * as assert from 'uvu/assert'
import { suite } from '../../../harness.js'
import { info, link, mine, notMine, Rig, type TestProvider } from '../rig.js'

const test = suite('core/claims/configuration')

const lan = (config = {}, type = 'lab', name = 'lan'): ConfiguredConnection => ({ name, type, config })
const settings = (...connections: ConfiguredConnection[]) => ({ order: [], ignore: [], connections })

function edit(rig: Rig, ...connections: ConfiguredConnection[]): void {
  rig.engine.submit({ type: 'settings', settings: settings(...connections) })
  rig.clock.run()
}

/** Believes that it has `lan` whatever is configured. */
const stubborn = {
  id: 'x/lab',
  band: 'exact' as const,
  connectionTypes: ['lab'],
  offer: () => ({ result: 'SUCCESS' as const, connection: 'lan' }),
}
const net = {
  id: 'x/net',
  band: 'generic' as const,
  offer: ({ connection }: { connection: string }) => mine(connection),
}

test('a holder is asked to verify when its connection is edited, or another one of its type', () => {
  const rig = new Rig({ settings: settings(lan()) }).start([link('eth0')], [stubborn])
  assert.is(rig.row('eth0').connection, 'lan')
  const verifies = () => rig.asked.filter(({ kind }) => kind === 'verify').length
  edit(rig, lan({ address: 1 }))
  assert.is(verifies(), 1)
  edit(rig, lan({ address: 1 }), lan({}, 'lab', 'office'))
  assert.is(verifies(), 2, 'another connection of its type may be meant for the adapter')
  edit(rig, lan({ address: 1 }), lan({}, 'lab', 'office'), lan({}, 'other', 'vpn'))
  assert.is(verifies(), 2, 'a connection of another type does not concern it')
})

test('a yes does not count for a connection that is not configured any more, or has another type', () => {
  for (const after of [[], [lan({}, 'other')]]) {
    const rig = new Rig({ settings: settings(lan()) }).start([link('eth0')], [stubborn, net])
    assert.is(rig.row('eth0').provider, 'x/lab')
    edit(rig, ...after)
    rig.clock.run(100)
    assert.is(rig.row('eth0').provider, 'x/net')
    const ended = rig.events.find(({ message }) => /connection lan is (not )?configured/.test(message))
    assert.ok(ended, rig.events.map(({ message }) => message).join('\n'))
  }
})

test('a holder that sees its connection no more gives it up because of the type that it is configured with', () => {
  const lab: TestProvider = {
    ...stubborn,
    verify: () => ({ result: 'INVALID_CONNECTION', reason: 'the connection lan is not configured any more' }),
  }
  const causeAfter = (...after: ConfiguredConnection[]) => {
    const rig = new Rig({ settings: settings(lan()) }).start([link('eth0')], [lab, net])
    edit(rig, ...after)
    return rig.events.find(({ type }) => type === 'given-up')!.cause
  }
  assert.is(
    causeAfter(lan({}, 'labb')),
    'connection lan is configured with type labb now, which is not one of x/lab',
  )
  assert.is(
    causeAfter(),
    'x/lab says that it is no longer its own: the connection lan is not configured any more',
  )
})

test('a yes does not count after a restart with another configuration either', () => {
  const rig = new Rig({ settings: settings(lan()) }).start([link('eth0', { index: 3 })], [stubborn])
  const after = new Rig({ store: rig.store }).start([link('eth0', { index: 3 })], [stubborn, net])
  after.clock.run(100)
  assert.is(after.row('eth0').provider, 'x/net')
})

test('a name that is configured is left by the volatile connection that had it, and its holder is asked', () => {
  const rig = new Rig().start([link('eth0', { index: 3 })], [net, { ...stubborn, offer: () => notMine() }])
  assert.is(rig.row('eth0').connection, 'eth0')
  edit(rig, lan({}, 'lab', 'eth0'))
  assert.is(rig.row('eth0').connection, 'eth0-found')
  const renamed = rig.events.find(({ type }) => type === 'connection-renamed')!
  assert.equal([renamed.from, renamed.connection, renamed.provider], ['eth0', 'eth0-found', 'x/net'])
  assert.is(rig.asked.filter(({ kind }) => kind === 'verify').at(-1)?.connection, 'eth0-found')
  const rows = rig.services.connections.list().connections
  assert.equal(
    rows.map((row) => [row.name, row.configured, row.provider, row.adapter, row.state]),
    [
      ['eth0', true, 'x/lab', null, 'disconnected'],
      ['eth0-found', false, 'x/net', 'eth0', 'connected'],
    ],
  )
  const again = new Rig({ store: rig.store, settings: settings(lan({}, 'lab', 'eth0')) })
  again.start([link('eth0', { index: 3 })], [net])
  assert.is(again.row('eth0').connection, 'eth0-found', 'the new name is stored')
})

test('the configuration of a name counts, too, that was changed while claimd was not running', () => {
  const links = [link('eth0', { index: 3 }), link('eth1', { index: 4 })]
  const rig = new Rig().start(links, [net])
  const owner = { ...stubborn, offer: () => ({ result: 'SUCCESS' as const, connection: 'eth0' }) }
  const after = new Rig({ store: rig.store, settings: settings(lan({}, 'lab', 'eth0')) })
  after.engine.submit({ type: 'snapshot', reason: 'start', links })
  after.clock.run()
  assert.equal(
    after.services.connections
      .list()
      .connections.map(({ name, adapter, configured }) => [name, adapter, configured]),
    [
      ['eth0', null, true],
      ['eth0', 'eth0', false],
      ['eth1', 'eth1', false],
    ],
    'no row is mixed of both while the plugins are being loaded',
  )
  after.provide([net, { ...owner, match: [{ name: 'eth1' }] }])
  assert.is(after.row('eth1').connection, 'eth0')
  assert.is(after.row('eth0').connection, 'eth0-found')
})

test('a holder that goes on with the name it knows is understood: its yes counts, and so do its reports', () => {
  const holder = { id: 'x/a', offer: () => mine('mine'), verify: () => mine('mine') }
  const rig = new Rig().start([link('eth0')], [holder])
  edit(rig, lan({}, 'lab', 'mine'))
  assert.is(rig.row('eth0').connection, 'mine-found')
  assert.is(rig.row('eth0').state, 'claimed')
  const fence = rig.asked.find(({ kind }) => kind === 'offer')!.fence
  const report = {
    type: 'report',
    provider: 'x/a',
    connection: 'mine',
    state: 'lost',
    reason: 'gone',
  } as const
  rig.engine.submit({ ...report, fence: fence + 1 })
  rig.clock.run()
  assert.is(rig.events.at(-1)?.type, 'report-refused')
  rig.engine.submit({ ...report, fence })
  rig.clock.run()
  assert.ok(rig.events.some(({ message }) => message.includes('reports that it is lost: gone')))
})

test('a volatile connection of the provider that has the type now becomes the configured one', () => {
  const rig = new Rig().start([link('eth0')], [{ ...stubborn, offer: () => mine('lan') }])
  edit(rig, lan())
  assert.is(rig.row('eth0').connection, 'lan')
  edit(rig)
  assert.is(rig.row('eth0').connection, 'lan', 'it says that it is volatile')
})

test('a name that cannot be stored is left later', () => {
  const rig = new Rig().start([link('eth0')], [net])
  rig.store.failure = 'full'
  edit(rig, lan({}, 'lab', 'eth0'))
  assert.is(rig.row('eth0').connection, 'eth0')
  rig.store.failure = null
  rig.clock.run(5_000)
  assert.is(rig.row('eth0').connection, 'eth0-found')
})

test('a type that belongs to another plugin by now takes its connections with it', () => {
  const all = { ...stubborn, connectionTypes: ['lab', 'spare'] }
  const other = {
    id: 'y/lab',
    band: 'exact' as const,
    connectionTypes: [] as string[],
    configuredOnly: true,
    offer: () => ({ result: 'SUCCESS' as const, connection: 'lan' }),
  }
  const rig = new Rig({ settings: settings(lan()) }).start([link('eth0')], [all, other])
  assert.is(rig.row('eth0').provider, 'x/lab')
  const taken = [{ type: 'lab', owner: 'y' }]
  const now = [
    { ...all, connectionTypes: ['spare'], takenTypes: taken },
    { ...other, connectionTypes: ['lab'] },
  ]
  rig.engine.submit({ type: 'providers', providers: now.map(info) })
  rig.clock.run(2_000)
  assert.is(rig.row('eth0').provider, 'y/lab')
})

test('a provider whose types all belong to others is not asked for them, and explain names the owner', () => {
  const greedy = {
    ...stubborn,
    id: 'z/greedy',
    priority: 90,
    connectionTypes: [],
    takenTypes: [{ type: 'lab', owner: 'x' }],
  }
  const rig = new Rig({ settings: settings(lan()) }).start(
    [link('eth0')],
    [stubborn, { ...greedy, configuredOnly: true }],
  )
  assert.is(rig.row('eth0').provider, 'x/lab')
  const skipped = rig.rounds('eth0')[0]!.answers.find(({ provider }) => provider === 'z/greedy')!.skipped
  assert.match(skipped!, 'lab (which belongs to x)')

  const without = new Rig({ settings: settings(lan()) }).start([link('eth0')], [greedy])
  const answer = without.rounds('eth0')[0]!.answers[0]!
  assert.is(
    answer.result,
    'CONNECTION_ALREADY_EXISTS',
    'asked for a volatile claim, and has no right to the name',
  )
})

test('one edit leads to one round for each adapter, whatever number of providers it concerns', () => {
  const no = (id: string, type: string): TestProvider => ({
    id,
    connectionTypes: [type],
    offer: () => notMine(),
  })
  const rig = new Rig({ settings: settings(lan()) }).start(
    [link('eth0'), link('eth1')],
    [no('x/lab', 'lab'), no('x/vpn', 'vpn'), no('x/modem', 'modem')],
  )
  edit(rig, lan({}, 'vpn'))
  rig.clock.run(100)
  for (const name of ['eth0', 'eth1'])
    assert.equal(
      rig.rounds(name).map(({ trigger }) => trigger),
      ['it appeared, claimd started', 'the configured connections changed'],
    )
})

test('a connection that is claimed under another name for the same provider is taken over from nobody', () => {
  let name = 'lan'
  const lab: TestProvider = {
    ...stubborn,
    offer: () => ({ result: 'SUCCESS', connection: name }),
    verify: ({ connection }) =>
      connection === name ? { result: 'SUCCESS', connection } : { result: 'INVALID_CONNECTION' },
  }
  const rig = new Rig({ settings: settings(lan()) }).start([link('eth0')], [lab])
  name = 'office'
  edit(rig, lan({}, 'lab', 'office'))
  rig.clock.run(100)
  assert.is(rig.rounds('eth0').at(-1)?.outcome, 'claimed by x/lab as connection office')
})

test('a connection that is free again is not offered to the adapter that was held for it', () => {
  let isMine = true
  const lab: TestProvider = {
    ...stubborn,
    offer: () => (isMine ? stubborn.offer() : notMine()),
    verify: () => notMine(),
  }
  const rig = new Rig({ settings: settings(lan()) }).start([link('eth0')], [lab, net])
  isMine = false
  edit(rig, lan({ address: 1 }))
  rig.clock.run(100)
  assert.is(rig.row('eth0').provider, 'x/net')
  assert.is(rig.rounds('eth0').at(-1)?.trigger, 'x/lab says that it is no longer its own: not mine')
})

test('a connection that is free again is offered to the adapters that it fits, with that reason', () => {
  let meant = 'eth0'
  const provider = {
    id: 'x/lab',
    band: 'exact' as const,
    connectionTypes: ['lab'],
    offer: ({ adapter }: { adapter: { name: string } }) =>
      adapter.name === meant ? { result: 'SUCCESS' as const, connection: 'lan' } : notMine(),
    verify: ({ adapter }: { adapter: { name: string } }) =>
      adapter.name === meant ? { result: 'SUCCESS' as const, connection: 'lan' } : notMine(),
  }
  const eth0 = link('eth0')
  const rig = new Rig({ settings: settings(lan()) }).start([eth0, link('eth1')], [provider, net])
  assert.equal([rig.row('eth0').connection, rig.row('eth1').connection], ['lan', 'eth1'])
  meant = 'eth1'
  rig.link({ ...eth0, addresses: ['10.0.0.9/24'] })
  rig.clock.run(100)
  assert.equal([rig.row('eth0').connection, rig.row('eth1').connection], ['eth0', 'lan'])
  assert.ok(rig.rounds('eth1').some(({ trigger }) => trigger.includes('connection lan is free')))
})

test('a volatile connection that is free again is offered to the adapter that did not get it', async () => {
  const one = { id: 'x/one', offer: () => mine('one') }
  const rig = new Rig().start([link('eth0'), link('eth1'), link('eth2')], [one])
  assert.equal(
    ['eth0', 'eth1', 'eth2'].map((name) => rig.row(name).connection),
    ['one', null, null],
  )
  await rig.reply(rig.services.adapters.release('eth0', 'enough', { uid: 0, gid: 0, pid: 1 }))
  rig.clock.run(100)
  assert.is(rig.row('eth1').connection, 'one')
  const round = rig.rounds('eth1').at(-1)!
  assert.is(round.trigger, 'connection one is free: released by uid 0: enough')
  assert.equal(round.claimEnd, {
    adapter: rig.row('eth0').id,
    provider: 'x/one',
    connection: 'one',
    by: 'operator',
    because: 'released by uid 0: enough',
  })
})

test.run()
