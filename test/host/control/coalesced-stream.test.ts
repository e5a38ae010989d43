import { mock } from 'node:test'
import type { EventDocument, EventHead } from '@claimd/sdk'
import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { mostWaiting } from '../../../host/control/coalescing.js'
import { EventStream } from '../../../host/control/event-stream.js'
import { suite } from '../../harness.js'
import { until } from './daemon.js'
import { FakeServices } from './fake-services.js'
import { open, Reader } from './reader.js'

const test = suite('control/coalesced-stream')

const changed = { type: 'adapter-changed' }
const many = (count: number, event: Partial<EventHead<string>>) => Array.from({ length: count }, () => event)
const kept = ({ revision, type, merged }: EventDocument) => [revision, type, merged]

test('events wait for the end of the window that the first of them begins', () => {
  mock.timers.enable({ apis: ['setTimeout'] })
  try {
    const services = new FakeServices()
    const reader = open(services, { coalesce: 100 })
    services.append([changed, { type: 'claimed' }])
    mock.timers.tick(60)
    services.append([changed])
    assert.equal(reader.events, [])
    mock.timers.tick(40)
    assert.equal(reader.events.map(kept), [
      [2, 'claimed', undefined],
      [3, 'adapter-changed', 2],
    ])
    assert.is(reader.lastId, 3)
    services.append([changed])
    mock.timers.tick(99)
    assert.is(reader.events.length, 2)
    mock.timers.tick(1)
    assert.equal(kept(reader.events[2]!), [4, 'adapter-changed', undefined])
    reader.destroy()
  } finally {
    mock.timers.reset()
  }
})

test('a client that takes only a part of a window gets the rest once it reads again', async () => {
  const services = new FakeServices()
  const reader = open(services, { coalesce: 5 }, new Reader(true))
  const message = 'x'.repeat(1_000)
  services.append(many(mostWaiting, { type: 'claimed', message }))
  assert.ok(reader.writableLength < 270_000)
  services.append([changed, changed, { type: 'released', message }])
  reader.resume()
  await until(() => reader.revisions.at(-1) === services.revision)
  const all = services.journal.map(({ revision }) => revision)
  assert.equal(
    reader.revisions,
    all.filter((revision) => revision !== mostWaiting + 1),
  )
  reader.destroy()
})

test('while events wait, the sign of life does not say that they are past', () => {
  mock.timers.enable({ apis: ['setTimeout', 'setInterval'] })
  try {
    const services = new FakeServices()
    const reader = open(services, { coalesce: 60_000, types: ['adapter-changed'] })
    services.append([{ type: 'link' }])
    services.append([changed, { type: 'link' }])
    mock.timers.tick(15_000)
    assert.is(reader.text, ': connected\nid: 0\n\n: still here\nid: 1\n\n')
    reader.destroy()
  } finally {
    mock.timers.reset()
  }
})

test('so many wait at most; what would be more ends the window', async () => {
  const services = new FakeServices()
  const reader = open(services, { coalesce: 60_000 })
  services.append(many(mostWaiting + 1, { type: 'claimed' }))
  assert.is(reader.events.length, mostWaiting)
  services.append(many(5_000, changed))
  assert.is(reader.events.length, mostWaiting)
  reader.destroy()
})

test('what waits when the daemon stops is still sent', () => {
  const services = new FakeServices()
  const reader = new Reader()
  const query = { since: null, adapters: null, connections: null, types: null, coalesce: 60_000 }
  const stream = new EventStream(services, reader, query, 0)
  stream.start()
  services.append([changed, changed])
  stream.end()
  assert.equal(reader.events.map(kept), [[2, 'adapter-changed', 2]])
})

const states = ['adapter-changed', 'round', 'verified']
const acts = ['claimed', 'claim-ended', 'refused', 'released']
/** The newest revision of each state of each adapter. */
function lastStates(events: readonly EventDocument[]): Record<string, number> {
  const telling = events.filter(({ type }) => states.includes(type))
  return Object.fromEntries(telling.map(({ type, adapter, revision }) => [`${adapter} ${type}`, revision]))
}

test(
  'however it is read, broken off and resumed, a client ends with the same states and saw every act once',
  async () => {
    const event = fc.record({
      type: fc.constantFrom(...states, ...acts),
      adapter: fc.constantFrom('1.1', '2.2', '3.3'),
    })
    const step = fc.oneof(
      { weight: 4, arbitrary: fc.array(event, { maxLength: 120 }) },
      fc.constantFrom(
        'pause' as const,
        'resume' as const,
        'turns' as const,
        'wait' as const,
        'break' as const,
      ),
      fc.record({ trim: fc.integer({ min: 1, max: 60 }) }),
    )
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { maxLength: 30 }),
        fc.integer({ min: 1, max: 4 }),
        async (steps, coalesce) => {
          const services = new FakeServices()
          const all: EventDocument[] = []
          const seen: EventDocument[] = []
          let reader = open(services, { since: 0, coalesce })
          let since = 0
          const leave = () => {
            seen.push(...reader.events)
            since = reader.lastId ?? since
            reader.destroy()
          }
          for (const what of steps) {
            if (Array.isArray(what)) {
              const from = services.revision
              services.append(what.map((one) => ({ ...one, message: 'x'.repeat(12_000) })))
              all.push(...services.journal.filter(({ revision }) => revision > from))
            } else if (typeof what === 'object') services.trim(what.trim)
            else if (what === 'pause') reader.pause()
            else if (what === 'resume') reader.resume()
            else if (what === 'turns') for (let turn = 0; turn < 6; turn++) await new Promise(setImmediate)
            else if (what === 'wait') await new Promise((resolve) => setTimeout(resolve, coalesce + 1))
            else {
              leave()
              reader = open(services, { since, coalesce })
            }
            assert.ok(reader.writableLength < 280_000)
          }
          reader.resume()
          // An act is never merged away, and comes after everything before it.
          services.append([{ type: 'claimed', adapter: '9.9' }])
          all.push(services.journal.at(-1)!)
          await until(() => reader.revisions.at(-1) === services.revision)
          leave()

          // Up to a resync the client knows that it has to read everything anew.
          const lost = new Set<number>()
          let cursor = 0
          for (const { type, revision } of seen) {
            assert.ok(revision > cursor, 'in order, and nothing twice')
            if (type === 'resync') for (let one = cursor + 1; one <= revision; one++) lost.add(one)
            cursor = revision
          }
          const isAct = ({ type, revision }: EventDocument) => acts.includes(type) && !lost.has(revision)
          const revisions = (events: readonly EventDocument[]) => events.map(({ revision }) => revision)
          assert.equal(revisions(seen.filter(isAct)), revisions(all.filter(isAct)))
          const known = lastStates(seen)
          for (const [key, revision] of Object.entries(lastStates(all)))
            if (!lost.has(revision)) assert.is(known[key], revision)
        },
      ),
      { numRuns: 100 },
    )
  },
  { timeout: 60_000 },
)

test.run()
