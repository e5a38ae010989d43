import * as assert from 'uvu/assert'
import { goneRows } from '../../../../host/core/claims/rows.js'
import { suite } from '../../../harness.js'
import { link, MemoryStore, mine, notMine, Rig, type TestProvider, who } from '../rig.js'

const test = suite('core/claims/predecessors')

const lab: TestProvider = { id: 'x/lab', offer: ({ adapter }) => mine(adapter.name) }

/** An adapter that x/lab holds. */
function held(store = new MemoryStore(), one = link('lab0')): { rig: Rig; id: string; index: number } {
  const rig = new Rig({ store }).start([one], [lab])
  return { rig, id: rig.row(one.name).id, index: one.index }
}

function predecessorOf(rig: Rig, name = 'lab0') {
  const { predecessor } = rig.services.adapters.get(name)
  assert.equal(rig.services.adapters.explain(name).predecessor, predecessor)
  return predecessor
}

test('a link that is made again points to the adapter that it was, and inherits nothing', async () => {
  const { rig, id, index } = held()
  assert.is(predecessorOf(rig), null)
  assert.is(rig.events.find(({ type }) => type === 'adapter-appeared')!.predecessor, null)
  await rig.reply(rig.services.adapters.release('lab0', 'maintenance', who))
  await rig.reply(rig.services.adapters.offer('lab0', who))
  assert.is(rig.row('lab0').provider, 'x/lab')
  rig.clock.run(60_000)
  const until = rig.clock.at()
  rig.gone(index)
  rig.provide([{ ...lab, offer: () => notMine() }])
  rig.clock.run(60_000)
  rig.link(link('lab0', { index: index + 100 }))
  const held0 = { provider: 'x/lab', connection: 'lab0' }
  const expected = { id, name: 'lab0', because: `it was removed at ${until}`, until, ...held0 }
  assert.equal(predecessorOf(rig), expected)
  const appeared = rig.events.findLast(({ type }) => type === 'adapter-appeared')!
  assert.is(appeared.predecessor, id)
  assert.match(appeared.message, `it was made again, before it was ${id}`)
  assert.equal([rig.row('lab0').state, rig.row('lab0').provider], ['unmanaged', null])
})

test('the same hardware is found under another name, before what had its name', () => {
  const usb = link('usb0', { permanentAddress: '02:00:00:00:00:99', path: 'usb/1-2:1.0' })
  const { rig, id, index } = held(undefined, usb)
  rig.link(link('usb1', { index: index + 1 }))
  const other = rig.row('usb1').id
  rig.gone(index)
  rig.gone(index + 1)
  rig.link({ ...usb, index: index + 2, name: 'usb1' })
  assert.is(predecessorOf(rig, 'usb1')!.id, id)
  assert.is(predecessorOf(rig, 'usb1')!.name, 'usb0')
  rig.gone(index + 2)
  rig.link(link('usb1', { index: index + 3, kind: 'dummy' }))
  assert.not.equal(predecessorOf(rig, 'usb1')!.id, other, 'the last one that had the name')
})

test('a restart between the end of a link and its return does not lose what it was', () => {
  const store = new MemoryStore()
  const { rig, id, index } = held(store)
  rig.gone(index)
  const again = new Rig({ store }).start([], [lab])
  assert.match(again.services.adapters.explain(id).because, 'it was removed at')
  again.link(link('lab0', { index: index + 1 }))
  assert.is(predecessorOf(again)!.id, id)
  assert.is(predecessorOf(again)!.provider, 'x/lab')
  const later = new Rig({ store }).start([link('lab0', { index: index + 1 })], [lab])
  assert.is(predecessorOf(later)!.id, id, 'nor does one after it')
})

test('what was made again while claimd did not run, or over a reboot, points back as well', () => {
  for (const boot of ['boot-1', 'boot-2']) {
    const store = new MemoryStore()
    const { id, index } = held(store)
    const rig = new Rig({ store, place: { boot } }).start([link('lab0', { index: index + 1 })], [lab])
    const { provider, connection, ...rest } = predecessorOf(rig)!
    assert.equal([rest.id, provider, connection], [id, 'x/lab', 'lab0'])
  }
})

test('rows that an earlier version stored are read: then the name decides', () => {
  const store = new MemoryStore()
  const { id, index } = held(store)
  const earlier = new MemoryStore()
  const { rows, ...numbers } = store.load()
  const writes = rows.map(({ value, ...row }) => {
    const { key: _, predecessor: __, ...known } = value as Record<string, unknown>
    return { ...row, value: row.kind === 'adapter' ? known : value, last: false }
  })
  earlier.commit({ events: [], rows: writes, sync: false, ...numbers })
  const rig = new Rig({ store: earlier }).start([link('lab0', { index: index + 1 })], [lab])
  assert.is(predecessorOf(rig)!.id, id)
})

test('a link that comes and goes all the time costs no more than the last 256', () => {
  const store = new MemoryStore()
  const { rig, index } = held(store)
  rig.gone(index)
  for (let number = 1; number <= 300; number++) {
    rig.link(link('lab0', { index: index + number }))
    rig.gone(index + number)
  }
  const kept = goneRows.of(store.load().rows)
  assert.is(kept.length, 256)
  assert.is(kept.at(-1)!.id.split('.')[0], String(index + 300))
  rig.link(link('lab0', { index: index + 400 }))
  assert.is(predecessorOf(rig)!.id, kept.at(-1)!.id)
})

test.run()
