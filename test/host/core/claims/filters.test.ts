import type { AdapterFilter } from '@claimd/sdk'
import * as assert from 'uvu/assert'
import { suite } from '../../../harness.js'
import { link, mine, notMine, Rig } from '../rig.js'

const test = suite('core/claims/filters')

function rig(): Rig {
  return new Rig({ settings: { ignore: [{ name: 'docker*' }] } }).start(
    [
      link('eth0', {
        index: 2,
        kind: 'ethernet',
        addresses: ['192.0.2.2/24', 'fd00::2/64'],
        alternativeNames: ['lan'],
      }),
      link('docker0', { index: 3, kind: 'bridge' }),
      link('veth1', { index: 4, peer: '0:2', master: 3, portOf: 'bridge' }),
      link('veth2', { index: 5, peer: '-:6' }),
      link('wlan0', { index: 7, kind: 'wifi', address: '02:aa:00:00:00:01' }),
    ],
    [
      {
        id: '@claimd/as-found/as-found',
        offer: ({ adapter, connection }) => (adapter.addresses.length > 0 ? mine(connection) : notMine()),
      },
    ],
  )
}

test('each key alone, several values of one, and keys together', () => {
  const { services } = rig()
  const found = (filter: AdapterFilter) => services.adapters.list(filter).adapters.map(({ name }) => name)
  assert.equal(found({}), ['eth0', 'docker0', 'veth1', 'veth2', 'wlan0'])
  assert.equal(found({ state: ['claimed'] }), ['eth0'])
  assert.equal(found({ state: ['claimed', 'ignored'] }), ['eth0', 'docker0', 'veth1'])
  assert.equal(found({ kind: ['veth'] }), ['veth1', 'veth2'])
  assert.equal(found({ kind: ['w*', 'bridge'] }), ['docker0', 'wlan0'])
  assert.equal(found({ name: ['veth[!1]', 'l?n'] }), ['eth0', 'veth2'], 'an alternative name is as good')
  const { id } = services.adapters.get('veth2')
  assert.equal(found({ name: [`id:${id}`, 'name:w*'] }), ['veth2', 'wlan0'])
  assert.equal(found({ name: [`name:${id}`, 'id:wlan0'] }), [])
  assert.equal(found({ name: [id] }), ['veth2'])
  const held = (adapter: string) => services.connections.list({ adapter: [adapter] }).connections.length
  const eth0 = services.adapters.get('eth0').id
  assert.equal(
    ['eth*', 'name:eth0', `id:${eth0}`, `name:${eth0}`, `id:${id}`, eth0].map(held),
    [1, 1, 1, 0, 0, 1],
  )
  assert.equal(found({ plumbing: true }), ['docker0', 'veth1'])
  assert.equal(found({ plumbing: false, kind: ['veth'] }), ['veth2'])
  assert.equal(found({ state: ['claimed'], kind: ['veth'] }), [])
})

test('a word is a name first, then an id: where an adapter is called like the id of another, it means that one', () => {
  const id = '2.1'
  const { services } = new Rig().start(
    [
      link('eth0', { index: 2, addresses: ['192.0.2.2/24'] }),
      link(id, { index: 9, alternativeNames: ['x.1'] }),
    ],
    [{ id: 'x/any', offer: ({ adapter }) => mine(adapter.name === 'eth0' ? 'lan' : 'odd') }],
  )
  const found = (name: string) => services.adapters.list({ name: [name] }).adapters.map((row) => row.name)
  assert.is(services.adapters.get('eth0').id, id)
  assert.equal([id, `id:${id}`, `name:${id}`].map(found), [[id], ['eth0'], [id]])
  const held = (adapter: string) =>
    services.connections.list({ adapter: [adapter] }).connections.map((one) => one.name)
  assert.equal([id, `id:${id}`, `name:${id}`].map(held), [['odd'], ['lan'], ['odd']])
})

test("a provider by its id, by the end of it, by its plugin's name, or by a glob", () => {
  const { services } = rig()
  const found = (provider: string) => services.adapters.list({ provider: [provider] }).adapters.length
  assert.equal(['@claimd/as-found/as-found', 'as-found/as-found', 'as-found', '*'].map(found), [1, 1, 1, 1])
  assert.equal(['@claimd/as-found', '@claimd/*'].map(found), [1, 1])
  assert.equal(['found', '@claimd', ''].map(found), [0, 0, 0])
})

test('an address of either sort, with or without its prefix length', () => {
  const { services } = rig()
  const found = (address: string) =>
    services.adapters.list({ address: [address] }).adapters.map(({ name }) => name)
  for (const address of ['192.0.2.2', '192.0.2.2/24', '192.0.2.*', 'fd00::2'])
    assert.equal(found(address), ['eth0'])
  assert.equal(found('02:aa:*'), ['wlan0'])
})

test('connections', () => {
  const { engine, services, clock } = rig()
  const found = (filter: object) => services.connections.list(filter).connections.map(({ name }) => name)
  assert.equal(found({ state: ['connected'], provider: ['as-found'], adapter: ['eth*'], name: ['*'] }), [
    'eth0',
  ])
  assert.equal(found({ state: ['suspended'] }), [])
  assert.equal(found({ type: ['*'] }), [], 'what is not configured has no type')
  engine.submit({
    type: 'settings',
    settings: {
      ...{ order: [], ignore: [] },
      connections: [
        { name: 'home', type: 'wired', config: {} },
        { name: 'work', type: 'vpn', config: {} },
      ],
    },
  })
  clock.run()
  assert.equal(found({ type: ['wired', 'wifi*'] }), ['home'])
  assert.equal(found({ type: ['*'], name: ['w*'] }), ['work'])
})

test('one adapter is the row that stands among all of them', () => {
  const { services } = rig()
  for (const row of services.adapters.list().adapters) {
    assert.equal(services.adapters.get(row.id), {
      revision: services.status.get().revision,
      changes: [],
      predecessor: null,
      ...row,
    })
  }
  assert.throws(() => services.adapters.get('nosuch'), 'there is no adapter nosuch')
})

test('SC-15: 200 veths of a container engine: nobody is asked about them, and status counts them', () => {
  const veths = Array.from({ length: 200 }, (_, at) =>
    link(`veth${at}`, { index: at + 10, peer: `${at}:2`, master: 3, portOf: 'bridge' }),
  )
  const bridge = link('docker0', { index: 3, kind: 'bridge' })
  const rig = new Rig().start([bridge, ...veths], [{ id: 'p/any', offer: () => notMine() }])
  assert.equal(rig.askedWho, ['offer p/any docker0'])
  assert.is(rig.services.status.get().plumbing, 201)
})

test.run()
