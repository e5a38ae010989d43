import * as assert from 'uvu/assert'
import type { Link } from '../../../../host/core/adapters/link.js'
import { suite } from '../../../harness.js'
import { link, MemoryStore, mine, notMine, Rig, type TestProvider, who } from '../rig.js'

const test = suite('core/claims/previous-holders')

const usb: Partial<Link> = {
  kind: 'ethernet',
  driver: 'cdc_ether',
  path: 'usb/1-2:1.0',
  permanentAddress: '02:00:00:00:00:99',
}
const weaker: TestProvider = { id: 'x/weaker', priority: 10, offer: () => mine('weaker') }
const stronger: TestProvider = { id: 'x/stronger', priority: 90, offer: () => mine('stronger') }

/** An adapter that the weaker provider holds, since the stronger one came later. */
function held(one: Link, store = new MemoryStore(), others: Link[] = []): Rig {
  const rig = new Rig({ store }).start([one, ...others], [weaker])
  assert.is(rig.row(one.name).provider, 'x/weaker')
  rig.provide([stronger, weaker])
  return rig
}

test('SC-33: what is unplugged and plugged in again is offered first to the provider that held it', () => {
  const one = link('usb0', usb)
  const rig = held(one)
  rig.gone(one.index)
  assert.equal(rig.services.connections.list().connections, [], 'nothing is inherited')
  const past = rig.services.adapters.explain('usb0')
  assert.is(past.state, 'absent')
  assert.match(past.because, /^it was removed at 20/)
  assert.is(past.rounds.at(-1)!.outcome, 'claimed by x/weaker as connection weaker')
  rig.link({ ...one, index: one.index + 100, name: 'usb1' })
  assert.is(rig.row('usb1').provider, 'x/weaker')
  assert.equal(rig.story('usb1'), ['x/weaker SUCCESS'], 'it was asked, and first')
})

test('SC-33: a restart and a reboot do not forget who held it', () => {
  for (const boot of ['boot-1', 'boot-2']) {
    const store = new MemoryStore()
    const one = link('usb0', usb)
    held(one, store)
    const rig = new Rig({ store, place: { boot } }).start([{ ...one, index: 77 }], [stronger, weaker])
    assert.is(rig.row('usb0').provider, 'x/weaker', boot)
    assert.is(rig.asked[0]!.kind, 'offer')
  }
})

test('SC-36: what moved to another network namespace and is back is offered first to who held it', async () => {
  const one = link('veth7', { peer: '-:12' })
  // By its index the far end is another one the next time, so its name must not count.
  const farEnd = link('far7', { index: 12, addresses: [] })
  const rig = held(one, undefined, [farEnd])
  rig.engine.submit({ type: 'link-gone', index: one.index, movedTo: { namespace: 3, index: 5 } })
  rig.clock.run()
  const moved = rig.events.find((event) => event.type === 'adapter-moved')
  assert.equal(moved!.movedTo, { namespace: 3, index: 5 })
  assert.not.ok(rig.types().includes('adapter-removed'))
  assert.match(rig.services.adapters.explain('veth7').because, 'it moved to another network namespace')
  await rig.reply(rig.services.adapters.offer('veth7', who)).then(
    () => assert.unreachable('it is not there'),
    (error: Error) => assert.match(error.message, 'no adapter veth7 any more: it moved'),
  )
  rig.link({ ...one, index: 50, peer: '-:99' })
  assert.is(rig.row('veth7').provider, 'x/weaker')
  assert.equal(rig.story('veth7'), ['x/weaker SUCCESS'], 'it was asked, and first')
  const generationOf = (id: string) => Number(id.split('.')[1])
  assert.ok(generationOf(rig.row('veth7').id) > generationOf(moved!.adapter!), 'a generation of its own')
})

test('it is asked first only until somebody holds the adapter again, and the operator goes before', () => {
  const one = link('usb0', usb)
  const rig = held(one)
  assert.is(
    rig.services.adapters.explain('usb0').order[0]!.provider,
    'x/stronger',
    'while it holds it, nothing changes',
  )
  rig.gone(one.index)
  rig.provide([stronger, { ...weaker, offer: () => notMine() }])
  rig.link(one)
  assert.equal(rig.story('usb0'), ['x/weaker INVALID_CONNECTION', 'x/stronger SUCCESS'])
  rig.gone(one.index)
  rig.engine.submit({
    type: 'settings',
    settings: { order: ['x/weaker'], ignore: [], connections: [] },
  })
  rig.link(one)
  assert.equal(
    rig.services.adapters.explain('usb0').order.map((place) => place.provider),
    ['x/weaker', 'x/stronger'],
  )
})

test('the safety net is never asked first', () => {
  const one = link('usb0', usb)
  const net: TestProvider = { id: 'x/net', band: 'generic', offer: () => mine('net') }
  const rig = new Rig().start([one], [net])
  rig.gone(one.index)
  rig.provide([net, stronger])
  rig.link(one)
  assert.equal(rig.story('usb0'), ['x/stronger SUCCESS'])
  const other = link('usb0', { ...usb, path: 'usb/9-9:1.0' })
  const turned = held(other)
  turned.gone(other.index)
  turned.provide([stronger, { ...weaker, band: 'generic' }])
  turned.link(other)
  assert.equal(turned.story('usb0'), ['x/stronger SUCCESS'], 'also when it was not the safety net then')
})

test('SC-35: two adapters with one address are told apart by their place on the bus', () => {
  const [a, b] = ['usb/1-1:1.0', 'usb/1-2:1.0'].map((path, at) => link(`usb${at}`, { ...usb, path }))
  const own = (id: string, path: string): TestProvider => ({
    id,
    match: [{ path }],
    offer: () => mine(id.slice(2)),
  })
  const rig = new Rig().start([a!, b!], [own('x/a', 'usb/1-1:*'), own('x/b', 'usb/1-2:*')])
  assert.equal(
    ['usb0', 'usb1'].map((name) => rig.row(name).provider),
    ['x/a', 'x/b'],
  )
  for (const one of [a!, b!]) rig.gone(one.index)
  // Plugged in again in the other order, so that names and indexes are swapped.
  rig.provide([stronger, { ...own('x/a', 'usb/*'), priority: 10 }, { ...own('x/b', 'usb/*'), priority: 10 }])
  rig.link({ ...b!, name: 'usb0', index: a!.index }, { ...a!, name: 'usb1', index: b!.index })
  assert.equal(
    ['usb0', 'usb1'].map((name) => rig.row(name).provider),
    ['x/b', 'x/a'],
  )
})

test('a thousand adapters are remembered, those that were claimed last', () => {
  const store = new MemoryStore()
  const rig = new Rig({ store }).start([], [{ ...weaker, offer: ({ adapter }) => mine(adapter.name) }])
  for (let number = 0; number < 1_100; number++) {
    const one = link(`lab${number}`, { index: 5 })
    rig.link(one)
    rig.gone(5)
    // One that comes back again and again is not forgotten for those that come and go meanwhile.
    if (number % 500 !== 0) continue
    rig.link(link('modem', { ...usb, index: 6 }))
    rig.gone(6)
  }
  const { holders } = store.state()
  assert.is(holders.length, 1_024)
  assert.ok(holders.some(({ key }) => key.includes('usb/1-2')))
  assert.is(holders.at(-1)!.key, 'veth||lab1099')
  assert.is(holders[0]!.key, 'veth||lab77')
})

test.run()
