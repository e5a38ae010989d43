import { statSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import type { StoredEvent } from '../../../host/core/kernel/journal-event.js'
import type { JournalLimits } from '../../../host/store/journal.js'
import { openStore } from '../../../host/store/open-store.js'
import type { SqliteStore } from '../../../host/store/sqlite-store.js'
import { suite } from '../../harness.js'
import { adapter, batch, event, roundEvent } from './batches.js'
import { Folders } from './folders.js'

const test = suite('store/journal')
const folders = new Folders()
let folder: string
let store: SqliteStore

const hour = 3_600_000
const day = 24 * hour
/** The monotonic clock that the store is given. */
let now = 0

test.before.each(() => {
  folder = folders.make()
  now = 0
})
test.after.each(() => store.close())
test.after(() => folders.removeAll())

function open(journal: Partial<JournalLimits>): SqliteStore {
  store?.close()
  store = openStore(folder, { journal, now: () => now })
  return store
}

const sizeOf = (events: readonly StoredEvent[]) =>
  events.reduce((sum, each) => sum + Buffer.byteLength(JSON.stringify(each)), 0)

function assertContinuous(last: number): void {
  const events = store.events(0, 1_000_000)
  assert.is(events.at(-1)?.revision, last)
  assert.is(events[0]!.revision, store.oldestRevision())
  assert.is(events.length, last - store.oldestRevision() + 1, 'nothing is missing in between')
}

test('keeps its size, whatever the size of the batches, and loses only the oldest', () => {
  const bytes = 40_000
  open({ bytes })
  let revision = 0
  for (const size of [1, 3, 200, 1, 1, 700, 2, 1, 1, 1, 50, 1, 1]) {
    const events = Array.from({ length: size }, () => event(++revision))
    store.commit(batch({ events }))
    assert.ok(sizeOf(store.events(0, 10_000)) <= bytes + sizeOf(events), `after ${size}`)
    assertContinuous(revision)
  }
  for (let i = 0; i < 10; i++) store.commit(batch({ events: [event(++revision)] }))
  const kept = sizeOf(store.events(0, 10_000))
  assert.ok(kept <= bytes && kept > bytes * 0.9, `${kept} bytes are kept`)
})

test('knows its size after a restart without counting', () => {
  const bytes = 20_000
  open({ bytes })
  let revision = 0
  for (let round = 0; round < 5; round++) {
    for (let i = 0; i < 60; i++) store.commit(batch({ events: [event(++revision)] }))
    open({ bytes })
    const kept = sizeOf(store.events(0, 10_000))
    assert.ok(kept <= bytes && (round < 3 || kept > bytes * 0.9), `${kept} bytes are kept`)
  }
  assertContinuous(revision)
})

test('does not grow on the disk once the ring is full', () => {
  const bytes = 200_000
  open({ bytes })
  let revision = 0
  const fill = () => {
    for (let i = 0; i < 40; i++)
      store.commit(batch({ events: Array.from({ length: 50 }, () => event(++revision)) }))
  }
  fill()
  open({ bytes })
  const size = statSync(join(folder, 'claimd.db')).size
  fill()
  fill()
  open({ bytes })
  assert.ok(statSync(join(folder, 'claimd.db')).size <= size * 1.1)
})

test('forgets what is older than its days', () => {
  open({ days: 2 })
  for (let revision = 1; revision <= 100; revision++) {
    now += hour
    store.commit(batch({ events: [event(revision)] }))
  }
  const oldest = store.oldestRevision()
  assert.ok(oldest >= 51 && oldest <= 52, `the oldest is ${oldest}`)
  assertContinuous(100)
})

test('looks at age also after a long time without events', () => {
  open({ days: 2 })
  store.commit(batch({ events: [event(1), event(2)] }))
  now += 3 * day
  store.commit(batch({ events: [event(3)] }))
  assert.is(store.oldestRevision(), 3)
})

test('days are those in which claimd ran, in one run or in several', () => {
  open({ days: 2 })
  for (let revision = 1; revision <= 7; revision++) {
    // The clock of another process, and of another boot, begins anywhere.
    now = revision * 1_000 * day
    open({ days: 2 })
    now += day / 2
    store.commit(batch({ events: [event(revision)] }))
  }
  assert.is(store.oldestRevision(), 3)
  assertContinuous(7)
})

test('a wall clock that jumps, by years, forth or back, neither empties the journal nor keeps it for ever', () => {
  const jumps = ['2026-01-01', '2056-01-01', '1970-01-01', '2026-01-02', '9999-12-31', '2000-01-01']
  open({ days: 2 })
  let revision = 0
  const commit = () => {
    revision++
    const at = `${jumps[revision % jumps.length]}T00:00:00.000Z`
    store.commit(batch({ events: [event(revision, { at })] }))
  }
  for (let i = 0; i < 48; i++) {
    now += hour
    commit()
    if (i % 5 === 0) open({ days: 2 })
  }
  assert.is(store.oldestRevision(), 1, 'nothing is two days old')
  assertContinuous(revision)
  for (let i = 0; i < 48; i++) {
    now += hour
    commit()
  }
  const oldest = store.oldestRevision()
  assert.ok(oldest >= 48 && oldest <= 50, `the oldest is ${oldest}`)
  assertContinuous(revision)
  assert.equal(
    store.events(0, 1_000).map((each) => each.revision),
    Array.from({ length: revision - oldest + 1 }, (_, i) => oldest + i),
  )
})

test('a monotonic clock that stands still or goes back (no such thing should be) fails nothing', () => {
  open({ days: 2 })
  for (let revision = 1; revision <= 20; revision++) {
    now = revision % 2 ? 5 * day : -5 * day
    store.commit(batch({ events: [event(revision)] }))
  }
  assertContinuous(20)
})

test('revisions go on even when everything was dropped', () => {
  open({ bytes: 0 })
  store.commit(batch({ events: [event(1), event(2)] }))
  store.commit(batch({ events: [event(3)] }))
  assert.is(store.oldestRevision(), 0)
  assert.equal(store.events(0, 10), [])
  open({ bytes: 0 })
  assert.is(store.load().revision, 3)
  assert.throws(() => store.commit(batch({ events: [event(3)] })), /Revision/)
  store.commit(batch({ events: [event(4)] }))
  assert.is(store.load().revision, 4)
})

test('the last round of an adapter that is still there is kept for explain, and is no part of the events', () => {
  const bytes = 5_000
  open({ bytes })
  const triggers = (id: string) => store.rounds(id, 10).map(({ trigger }) => trigger)
  store.commit(batch({ putAdapters: [adapter('1.1'), adapter('2.1')] }))
  store.commit(
    batch({
      events: [roundEvent(1, '1.1'), roundEvent(2, '1.1'), roundEvent(3, '2.1'), roundEvent(4, '9.9')],
    }),
  )
  let revision = 4
  const fill = () => {
    for (let i = 0; i < 100; i++) store.commit(batch({ events: [event(++revision)] }))
  }
  fill()
  assert.equal(['1.1', '2.1', '9.9'].map(triggers), [['round 2'], ['round 3'], []])
  assertContinuous(revision)
  store.commit(batch({ events: [roundEvent(++revision, '1.1')], dropAdapters: ['2.1'] }))
  fill()
  assert.equal(['1.1', '2.1'].map(triggers), [['round 105'], []])
  open({ bytes })
  assertContinuous(revision)
})

test.run()
