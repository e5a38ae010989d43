import * as assert from 'uvu/assert'
import type { LinkEvent } from '../../../../host/core/adapters/link.js'
import { SimulatedSource } from '../../../../host/links/simulator/index.js'
import { suite } from '../../../harness.js'

const test = suite('links/simulator')

class Heard {
  readonly deliveries: LinkEvent[][] = []
  #seen = 1
  constructor(readonly source: SimulatedSource) {}
  async start(): Promise<this> {
    await this.source.start((events) => this.deliveries.push(events))
    return this
  }
  /** The events of the first delivery that has not been looked at; the snapshot at the start has been. */
  async next(): Promise<LinkEvent[]> {
    while (this.deliveries.length <= this.#seen) await new Promise((resolve) => setTimeout(resolve, 1))
    return this.deliveries[this.#seen++]!
  }
}

test('starts with a snapshot before the promise resolves', async () => {
  const { source, deliveries } = await new Heard(new SimulatedSource({ links: [{ name: 'eth0' }] })).start()
  source.close()
  assert.equal(deliveries, [
    [
      {
        type: 'snapshot',
        reason: 'start',
        links: [
          {
            index: 1,
            name: 'eth0',
            kind: 'ethernet',
            driver: null,
            address: '02:00:00:00:00:01',
            permanentAddress: null,
            path: null,
            vendor: null,
            product: null,
            peer: null,
            loopback: false,
            up: true,
            carrier: true,
            master: null,
            portOf: null,
            managedBy: null,
            awaitsUdev: false,
            alternativeNames: [],
            addresses: [],
          },
        ],
      },
    ],
  ])
})

test('never delivers within the caller’s turn, and one turn’s changes together', async () => {
  const heard = await new Heard(new SimulatedSource()).start()
  heard.source.add({ name: 'a' })
  heard.source.add({ name: 'b' })
  heard.source.change('a', { up: false })
  assert.is(heard.deliveries.length, 1)
  const events = await heard.next()
  heard.source.close()
  assert.equal(
    events.map((event) => event.type === 'link' && [event.link.name, event.link.up, event.link.carrier]),
    [
      ['b', true, true],
      ['a', false, null],
    ],
  )
})

test('what has happened is told when it has caught up, and once', async () => {
  const heard = await new Heard(new SimulatedSource({ links: [{ name: 'eth0' }] })).start()
  heard.source.add({ name: 'eth1' })
  await heard.source.catchUp()
  assert.is(heard.deliveries.length, 2)
  await new Promise((resolve) => setTimeout(resolve, 5))
  await heard.source.catchUp()
  assert.is(heard.deliveries.length, 2)
  heard.source.close()
})

test('a burst is one delivery', async () => {
  const heard = await new Heard(new SimulatedSource()).start()
  heard.source.burst(500, (number) => ({ name: `sim${number}` }))
  assert.is((await heard.next()).length, 500)
  heard.source.close()
})

test('indexes are not reused unless they are asked for', async () => {
  const { source } = await new Heard(new SimulatedSource()).start()
  const first = source.add({ name: 'a' })
  source.remove('a')
  assert.is(source.add({ name: 'a' }), first + 1)
  source.remove('a')
  assert.is(source.add({ name: 'a', index: first }), first)
  source.close()
})

test('a link that is removed and added again is told as both', async () => {
  const heard = await new Heard(new SimulatedSource({ links: [{ name: 'a' }] })).start()
  heard.source.remove('a')
  heard.source.add({ name: 'a', index: 1 })
  assert.equal(
    (await heard.next()).map((event) => event.type),
    ['link-gone', 'link'],
  )
  heard.source.close()
})

test('a removal can be a move', async () => {
  const heard = await new Heard(new SimulatedSource({ links: [{ name: 'a' }] })).start()
  heard.source.remove('a', { namespace: 2, index: 7 })
  assert.equal(await heard.next(), [{ type: 'link-gone', index: 1, movedTo: { namespace: 2, index: 7 } }])
  heard.source.close()
})

test('a port knows its bridge and loses it', async () => {
  const script = {
    links: [
      { name: 'br0', kind: 'bridge' },
      { name: 'a', master: 'br0' },
    ],
  }
  const heard = await new Heard(new SimulatedSource(script)).start()
  const [snapshot] = heard.deliveries[0]!
  assert.ok(snapshot?.type === 'snapshot')
  assert.is(snapshot.links[1]?.master, 1)
  assert.is(snapshot.links[1]?.portOf, 'bridge')
  heard.source.remove('br0')
  const [gone, port] = await heard.next()
  assert.is(gone?.type, 'link-gone')
  assert.ok(port?.type === 'link')
  assert.is(port.link.master, null)
  assert.is(port.link.portOf, null)
  heard.source.close()
})

test('an overflow is a snapshot, and counted', async () => {
  const heard = await new Heard(new SimulatedSource()).start()
  heard.source.add({ name: 'a' })
  heard.source.overflow()
  const [snapshot, ...more] = await heard.next()
  assert.ok(snapshot?.type === 'snapshot')
  assert.is(snapshot.reason, 'overflow')
  assert.is(snapshot.links.length, 1)
  assert.equal(more, [])
  assert.is(heard.source.resyncs, 1)
  heard.source.close()
})

test('a script’s steps are played in order; those without a delay come with the step before', async () => {
  const source = new SimulatedSource({
    links: [{ name: 'a' }],
    steps: [
      { after: 1, add: { name: 'b' } },
      { change: { name: 'b', addresses: ['10.0.0.1/24'] } },
      // Long enough not to fall together with the step before on a busy machine.
      { after: 50, rename: { from: 'b', to: 'c' } },
      { remove: 'a' },
    ],
  })
  const heard = await new Heard(source).start()
  const first = await heard.next()
  const second = await heard.next()
  source.close()
  assert.equal(
    first.map((event) => event.type === 'link' && [event.link.name, event.link.addresses]),
    [['b', ['10.0.0.1/24']]],
  )
  assert.equal(
    second.map((event) => (event.type === 'link' ? event.link.name : event.type)),
    ['c', 'link-gone'],
  )
})

test('a script that repeats begins again', async () => {
  const source = new SimulatedSource({
    links: [],
    steps: [
      { after: 50, add: { name: 'a' } },
      { after: 50, remove: 'a' },
    ],
    repeat: true,
  })
  const heard = await new Heard(source).start()
  while (heard.deliveries.length < 6) await heard.next()
  source.close()
  const types = heard.deliveries.flat().map((event) => event.type)
  assert.equal(types.slice(0, 6), ['snapshot', 'link', 'link-gone', 'link', 'link-gone', 'link'])
})

test('nothing is delivered after close', async () => {
  const source = new SimulatedSource({ links: [], steps: [{ after: 1, add: { name: 'a' } }] })
  const heard = await new Heard(source).start()
  source.add({ name: 'b' })
  source.close()
  await new Promise((resolve) => setTimeout(resolve, 20))
  assert.is(heard.deliveries.length, 1)
})

test.run()
