import { mock } from 'node:test'
import type { EventDocument } from '@claimd/sdk'
import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { suite } from '../../harness.js'
import * as documents from '../cli/documents.js'
import { until } from './daemon.js'
import { FakeServices } from './fake-services.js'
import { open, Reader } from './reader.js'

const test = suite('control/event-stream')

const upTo = (last: number, first = 1) =>
  Array.from({ length: last - first + 1 }, (_, index) => first + index)
const many = (count: number, event: Partial<EventDocument> = {}) => Array.from({ length: count }, () => event)

test('without a revision it says at once that it is connected, and sends new events only', () => {
  const services = new FakeServices()
  services.append(many(3))
  const reader = open(services)
  assert.is(reader.text, ': connected\nid: 3\n\n')
  services.append([{ type: 'claimed' }])
  assert.match(reader.text, /\n\nid: 4\nevent: claimed\ndata: \{"revision":4,.*\}\n\n$/)
})

test('from a revision on it sends pages of the journal, then goes on with what happens', async () => {
  const services = new FakeServices()
  services.append(many(1_234))
  const reader = open(services, { since: 7 })
  services.append(many(2))
  await until(() => reader.revisions.length === 1_229)
  services.append(many(1))
  await until(() => reader.revisions.length === 1_230)
  assert.equal(reader.revisions, upTo(1_237, 8))
})

test('what the journal no longer holds is announced first, by a resync up to where it was lost', async () => {
  const services = new FakeServices()
  services.append(many(10))
  services.trim(6)
  const reader = open(services, { since: 2, types: ['nothing'] })
  assert.is(reader.events.length, 1)
  const { revision, type, oldest, message } = reader.events[0]!
  assert.equal({ revision, type, oldest }, { revision: 6, type: 'resync', oldest: 7 })
  assert.ok(message)
  assert.equal(open(services, { since: 6 }).revisions, [7, 8, 9, 10])
})

test('a journal that lost everything, or that is another one, leads to a resync at the newest revision', () => {
  const services = new FakeServices()
  services.append(many(10))
  assert.equal(open(services, { since: 99 }).revisions, [10])
  services.trim(10)
  const reader = open(services, { since: 2 })
  assert.equal(
    reader.events.map(({ type, revision, oldest }) => [type, revision, oldest]),
    [['resync', 10, 0]],
  )
  assert.equal(open(services, { since: 10 }).revisions, [])
  services.append(many(1))
  assert.equal(reader.revisions, [10, 11])
})

test('that nothing can be stored is told at once, to those who are there and to those who come', () => {
  const services = new FakeServices()
  services.append(many(2))
  const [reader, filtered] = [open(services), open(services, { types: ['claimed'] })]
  services.degrade('the disk is full')
  const told = ({ events }: Reader) =>
    events.map(({ revision, type, reason, stored }) => [revision, type, reason, stored])
  assert.equal(told(reader), [[2, 'degraded', 'the disk is full', false]])
  assert.equal(told(filtered), [])
  assert.equal(told(open(services)), told(reader))
  services.degrade(null)
  assert.equal(told(open(services)), [])
  services.append(many(1))
  assert.equal(reader.revisions, [2, 3])
})

test('filters: a word is a name first, then an id; alternative names are those of the adapters that are there', () => {
  const services = new FakeServices()
  const row = { ...documents.adapter({ name: 'eth0' }), id: '2.1' }
  services.rows = [
    row,
    { ...row, id: '7.4', name: '2.1' },
    { ...row, id: '8.5', name: 'lan0', alternativeNames: ['uplink'] },
  ]
  const words = ['2.1', 'id:2.1', 'name:2.1', '8.5', '9.9', 'up*']
  const readers = words.map((word) => open(services, { adapters: [word] }))
  services.append([
    { adapter: '2.1', name: 'eth0' },
    { adapter: '7.4', name: '2.1' },
    { adapter: '8.5', name: 'lan0' },
    { adapter: '9.9', name: 'new0' },
  ])
  assert.equal(
    readers.map((reader) => reader.revisions),
    [[2], [1], [2], [3], [4], [3]],
  )
})

test('filters: by id, by the name at that moment, by type', () => {
  const services = new FakeServices()
  const readers = [
    open(services, { adapters: ['2.1'] }),
    open(services, { adapters: ['eth0'] }),
    open(services, { types: ['claimed', 'released'] }),
    open(services, { adapters: ['eth1'], types: ['claimed'] }),
  ]
  services.append([
    { adapter: '2.1', name: 'eth0', type: 'claimed' },
    { adapter: '2.1', name: 'lan0', type: 'link' },
    { adapter: '3.1', name: 'eth0', type: 'released' },
    { adapter: '4.1', name: 'eth1', type: 'claimed' },
    { adapter: null, name: null, type: 'claimed' },
  ])
  assert.equal(
    readers.map((reader) => reader.revisions),
    [[1, 2], [1, 3], [1, 3, 4, 5], [4]],
  )
})

test('filters: a link named like the id of another adapter is told apart by name: and id:', () => {
  const services = new FakeServices()
  const readers = [['3.3'], ['name:3.3'], ['id:3.3'], ['name:3.*', 'id:9.9']].map((adapters) =>
    open(services, { adapters }),
  )
  services.append([
    { adapter: '3.3', name: 'eth0', type: 'claimed' },
    { adapter: '4.4', name: '3.3', type: 'claimed' },
    { adapter: '9.9', name: null, type: 'claimed' },
  ])
  assert.equal(
    readers.map((reader) => reader.revisions),
    [[1, 2], [2], [1], [2, 3]],
  )
})

test('a client that does not read costs a bounded buffer, and misses nothing once it reads', async () => {
  const services = new FakeServices()
  const reader = open(services, {}, new Reader(true))
  const event = { message: 'x'.repeat(2_000) }
  for (let batch = 0; batch < 50; batch++) services.append(many(100, event))
  assert.ok(reader.writableLength < 270_000, `${reader.writableLength} bytes wait`)
  reader.resume()
  await until(() => reader.revisions.at(-1) === 5_000)
  assert.equal(reader.revisions, upTo(5_000))
})

test('a client that reads again after the journal has moved on gets a resync, then the rest', async () => {
  const services = new FakeServices()
  const reader = open(services, {}, new Reader(true))
  services.append(many(1_000, { message: 'x'.repeat(2_000) }))
  services.trim(900)
  reader.resume()
  await until(() => reader.revisions.at(-1) === 1_000)
  const { events } = reader
  const resync = events.findIndex(({ type }) => type === 'resync')
  assert.equal(reader.revisions.slice(0, resync), upTo(resync))
  assert.equal([events[resync]!.revision, events[resync]!.oldest], [900, 901])
  assert.equal(reader.revisions.slice(resync + 1), upTo(1_000, 901))
})

test('a journal that cannot be read ends the stream with a clear last event', async () => {
  const services = new FakeServices()
  services.append(many(3))
  services.events.after = () => {
    throw new Error('disk on fire')
  }
  const reader = open(services, { since: 0 })
  await until(() => reader.writableFinished)
  assert.match(reader.text, /event: failed\ndata: \{"result":"UNEXPECTED","code":"INTERNAL".*\}\n\n$/)
  assert.not.match(reader.text, 'disk on fire')
  assert.is(services.listeners, 0)
})

test('every 15 s a comment shows that it is alive, with the revision to resume from', () => {
  mock.timers.enable({ apis: ['setInterval'] })
  try {
    const services = new FakeServices()
    const reader = open(services, { types: ['nothing'] })
    services.append(many(2))
    mock.timers.tick(15_000)
    assert.is(reader.text, ': connected\nid: 0\n\n: still here\nid: 2\n\n')
    reader.destroy()
  } finally {
    mock.timers.reset()
  }
})

test('a client that went away is forgotten', async () => {
  const services = new FakeServices()
  const reader = open(services)
  assert.is(services.listeners, 1)
  reader.destroy(new Error('reset'))
  await until(() => services.listeners === 0)
  services.append(many(1))
})

test(
  'every revision after the given one is sent once, in order, however appends and reads mix',
  async () => {
    const step = fc.oneof(
      fc.record({ do: fc.constant('append' as const), count: fc.integer({ min: 1, max: 700 }) }),
      // Durable, but announced only later.
      fc.record({ do: fc.constant('append late' as const), count: fc.integer({ min: 1, max: 40 }) }),
      fc.record({
        do: fc.constantFrom('pause' as const, 'resume' as const, 'turns' as const, 'announce' as const),
      }),
      fc.record({ do: fc.constant('trim' as const), count: fc.integer({ min: 1, max: 300 }) }),
    )
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: 900 }),
        fc.integer({ min: 0, max: 600 }),
        fc.array(step, { maxLength: 25 }),
        async (before, back, steps) => {
          const services = new FakeServices()
          const event = { message: 'x'.repeat(3_000) }
          services.append(many(before, event))
          const since = Math.max(0, before - back)
          const reader = open(services, { since })
          let announce = () => {}
          for (const { do: what, ...rest } of steps) {
            const count = 'count' in rest ? rest.count : 0
            if (what.startsWith('append')) {
              // Announcements come in the order of the appends.
              announce()
              announce = services.append(many(count, event), true)
            }
            if (what === 'append' || what === 'announce') {
              announce()
              announce = () => {}
            } else if (what === 'trim') services.trim(count)
            else if (what === 'pause') reader.pause()
            else if (what === 'resume') reader.resume()
            else if (what === 'turns') for (let turn = 0; turn < 8; turn++) await new Promise(setImmediate)
            assert.ok(reader.writableLength < 270_000)
          }
          announce()
          reader.resume()
          const caughtUp = () => (reader.revisions.at(-1) ?? since) === services.revision
          await until(caughtUp)
          await new Promise(setImmediate)
          reader.destroy()

          let cursor = since
          for (const { type, revision } of reader.events) {
            if (type === 'resync') assert.ok(revision > cursor)
            else assert.is(revision, cursor + 1)
            cursor = revision
          }
        },
      ),
      { numRuns: 60 },
    )
  },
  { timeout: 60_000 },
)

test('a stream of connections has the events about them, also those about the one that was held before', async () => {
  const services = new FakeServices()
  const reader = open(services, { connections: ['off*', 'home'] })
  services.append([
    { type: 'connection-state', adapter: null, about: { connection: 'office' } },
    { type: 'connection-state', adapter: null, about: { connection: 'other' } },
    { type: 'handed-over', about: { adapter: '2.1', connection: 'other' }, fromConnection: 'home' },
    { type: 'connection-renamed', about: { adapter: '2.1', connection: 'other' }, from: 'offshore' },
    { type: 'adapter-renamed', about: { adapter: '2.1' }, from: 'home' },
  ])
  await until(() => reader.events.length >= 3)
  assert.equal(reader.revisions, [1, 3, 4])
  reader.destroy()
})

test.run()
