import * as assert from 'uvu/assert'
import type { Link } from '../../../../host/core/adapters/link.js'
import type { Place } from '../../../../host/core/adapters/place.js'
import { suite } from '../../../harness.js'
import { link, mine, notMine, Rig, who } from '../rig.js'

const test = suite('core/claims/restart')

const labs = { id: 'x/a', offer: () => mine('lab'), verify: () => mine('lab') }

test('without any plugin a restored claim is orphaned, and stays protected', () => {
  const lab0 = link('lab0')
  const before = new Rig().start([lab0], [labs])
  const rig = new Rig({ store: before.store }).start([lab0], [])
  assert.is(rig.row('lab0').state, 'orphaned')
  assert.match(rig.row('lab0').because, 'its plugin is not there')
})

/** The state of the link after a restart of the host in another place, with a provider that declines it. */
function stateAfter(before: Link, first: Partial<Place>, after: Link, then: Partial<Place>): string {
  const { store } = new Rig({ place: first }).start([before], [labs])
  const rig = new Rig({ store, place: then })
  return rig.start([after], [{ id: 'x/b', offer: () => notMine() }]).row(after.name).state
}

test('in another network namespace nothing is inherited, even if it has the same inode number', () => {
  const lab0 = link('lab0')
  const inode = (namespace: string) => ({ namespace, cookie: null })
  assert.is(stateAfter(lab0, inode('net:[1]'), lab0, inode('net:[2]')), 'unmanaged')
  assert.is(stateAfter(lab0, { cookie: '5' }, lab0, { cookie: '6' }), 'unmanaged')
  assert.is(stateAfter(lab0, { cookie: '5' }, lab0, { cookie: '5' }), 'orphaned')
})

test('where only the inode number tells the namespace, a link with another address is another link', () => {
  const [unknown, known] = [{ cookie: null }, { cookie: '5' }]
  const lab0 = link('lab0')
  const readdressed = { ...lab0, address: '02:00:00:00:99:99' }
  const renamed = { ...lab0, name: 'lan0' }
  for (const [first, then] of [
    [unknown, unknown],
    [known, unknown],
    [unknown, known],
  ] as const) {
    assert.is(stateAfter(lab0, first, lab0, then), 'orphaned')
    assert.is(stateAfter(lab0, first, renamed, then), 'orphaned')
    assert.is(stateAfter(lab0, first, readdressed, then), 'unmanaged')
  }
  assert.is(stateAfter(lab0, known, readdressed, known), 'orphaned')
  const tunnel = link('wg0', { kind: 'wireguard', address: null })
  assert.is(stateAfter(tunnel, unknown, tunnel, unknown), 'orphaned')
  assert.is(stateAfter(tunnel, unknown, { ...tunnel, name: 'wg1' }, unknown), 'unmanaged')
  const card = link('eth0', { permanentAddress: '02:00:00:00:00:07' })
  assert.is(stateAfter(card, unknown, { ...card, address: '02:00:00:00:99:99' }, unknown), 'orphaned')
})

test('a claim that was stored before cookies were is still protected', () => {
  const lab0 = link('lab0')
  const { store } = new Rig().start([lab0], [labs])
  const stored = store.load()
  const rows = stored.rows.map((row) => {
    const { cookie: _, ...value } = row.value as { cookie?: string }
    return { ...row, value }
  })
  store.load = () => ({ ...stored, rows })
  assert.is(new Rig({ store }).start([lab0], []).row('lab0').state, 'orphaned')
})

test('a port that is known before its bridge is named after it, also after a restart', () => {
  const port = link('port0', { index: 500, master: 900, portOf: 'bridge' })
  const bridge = link('br0', { index: 900, kind: 'bridge' })
  for (const links of [
    [port, bridge],
    [bridge, port],
  ]) {
    const rig = new Rig().start(links, [])
    assert.is(rig.row('port0').because, 'it is a port of bridge br0')
    const again = new Rig({ store: rig.store }).start(links, [])
    assert.equal(
      [again.row('port0').because, again.row('port0').master],
      ['it is a port of bridge br0', 'br0'],
    )
    again.link({ ...bridge, name: 'lan' })
    assert.is(again.row('port0').master, 'lan')
  }
})

test('a generic claim whose link became a port meanwhile ends; also one that was ignored before', () => {
  const lab0 = link('lab0')
  const net = { id: 'x/net', band: 'generic' as const, offer: () => mine('net'), verify: () => mine('net') }
  const before = new Rig().start([lab0, link('br0', { index: 900, kind: 'bridge', up: false })], [net])
  const port = { ...lab0, master: 900, portOf: 'bridge' }
  const rig = new Rig({ store: before.store })
  rig.start([port, link('br0', { index: 900, kind: 'bridge', up: false })], [net])
  assert.equal([rig.row('lab0').state, rig.row('lab0').connection], ['ignored', null])

  const ignored = new Rig().start([lab0], [net])
  const settings = { order: [], ignore: [{ name: 'lab0' }], connections: [] }
  ignored.engine.submit({ type: 'settings', settings })
  ignored.link(port)
  assert.is(ignored.row('lab0').connection, null)
})

test('a bridge whose address follows its ports is the same bridge after a restart', async () => {
  const bridge = link('br0', { kind: 'bridge' })
  const before = new Rig().start([bridge], [labs])
  await before.reply(before.services.adapters.release('br0', 'not now', who))
  const rig = new Rig({ store: before.store }).start([{ ...bridge, address: '02:aa:00:00:00:01' }], [labs])
  assert.match(rig.row('br0').because, 'released by')
})

test('a link whose address changed while events were lost keeps its claim; one of another kind does not', () => {
  const lab0 = link('lab0')
  const rig = new Rig().start([lab0], [labs])
  const { id } = rig.row('lab0')
  rig.engine.submit({
    type: 'snapshot',
    reason: 'overflow',
    links: [{ ...lab0, address: '02:bb:00:00:00:01' }],
  })
  rig.clock.run()
  assert.equal([rig.row('lab0').id, rig.row('lab0').state], [id, 'claimed'])
  // The store knows the new address, so that a restart finds the link.
  const again = new Rig({ store: rig.store }).start([{ ...lab0, address: '02:bb:00:00:00:01' }], [labs])
  assert.is(again.row('lab0').id, id)
  again.engine.submit({ type: 'snapshot', reason: 'overflow', links: [{ ...lab0, kind: 'tun' }] })
  again.clock.run()
  assert.is.not(again.row('lab0').id, id)
})

test('udev naming another manager leads to a round', () => {
  const lab0 = link('lab0')
  const rig = new Rig().start(
    [lab0],
    [{ id: 'x/a', manages: ['m'], offer: ({ adapter }) => (adapter ? notMine() : notMine()) }],
  )
  rig.clock.run(5_000)
  const before = rig.asked.length
  rig.link({ ...lab0, managedBy: 'm' })
  assert.is(rig.asked.length, before + 1)
})

test('one timer for one adapter, however often it changes', () => {
  const lab0 = link('lab0')
  const rig = new Rig().start([lab0], [{ id: 'x/a', offer: () => notMine() }])
  for (let i = 0; i < 1_000; i++) rig.link({ ...lab0, addresses: [`10.0.${i >> 8}.${i & 255}/24`] })
  assert.ok(rig.clock.size <= 2, `${rig.clock.size} timers`)
})

test('a store that comes and goes is tried every two seconds, however often', () => {
  const lab0 = link('lab0')
  const rig = new Rig().start([lab0], [{ id: 'x/a', offer: () => notMine() }])
  for (let i = 0; i < 20; i++) {
    rig.store.failure = 'full'
    rig.link({ ...lab0, addresses: [`10.0.0.${i}/24`] })
    rig.store.failure = null
    rig.link({ ...lab0, addresses: [`10.0.1.${i}/24`] })
  }
  rig.store.failure = 'full'
  rig.link(lab0)
  const before = rig.store.attempts
  rig.clock.run(20_000)
  assert.ok(rig.store.attempts - before <= 11, `${rig.store.attempts - before} attempts in 20 s`)
})

test.run()
