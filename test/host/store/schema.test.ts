import { chmodSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import * as assert from 'uvu/assert'
import { Database } from '../../../host/store/database.js'
import { openStore } from '../../../host/store/open-store.js'
import { applicationId } from '../../../host/store/schema.js'
import { suite } from '../../harness.js'
import { root } from '../../system/lab.js'
import { byKind } from '../core/rows-by-kind.js'
import { adapter, batch, claim, event, release, roundEvent } from './batches.js'
import { Folders, failure } from './folders.js'

const test = suite('store/schema')
const folders = new Folders()
test.after(() => folders.removeAll())

/** A state as claimd wrote it in format 1, with so many events in its journal. */
function formatOne(events: number): string {
  const folder = folders.make()
  const file = join(folder, 'claimd.db')
  const database = new Database(file)
  database.script(`
    CREATE TABLE state (id INTEGER PRIMARY KEY CHECK (id = 1), revision INTEGER NOT NULL,
      generation INTEGER NOT NULL, fence INTEGER NOT NULL, journal_begin INTEGER NOT NULL,
      journal_bytes INTEGER NOT NULL) STRICT;
    CREATE TABLE journal (revision INTEGER PRIMARY KEY, at INTEGER NOT NULL, type TEXT NOT NULL, adapter TEXT,
      data TEXT NOT NULL) STRICT;
    CREATE INDEX journal_rounds ON journal (adapter, revision) WHERE type = 'round';
    CREATE TABLE adapters (id TEXT PRIMARY KEY, data TEXT NOT NULL) STRICT;
    CREATE TABLE claims (adapter TEXT PRIMARY KEY, data TEXT NOT NULL) STRICT;
    CREATE TABLE releases (adapter TEXT PRIMARY KEY, data TEXT NOT NULL) STRICT;
    PRAGMA application_id = ${applicationId}; PRAGMA user_version = 1`)
  database.transaction(() => {
    let bytes = 0
    for (let revision = 1; revision <= events; revision++) {
      const made = journalled(revision)
      const data = JSON.stringify(made)
      const columns = [revision, Date.parse(made.at), made.type, made.adapter, data]
      bytes += data.length
      database.run('INSERT INTO journal VALUES (?, ?, ?, ?, ?)', columns)
    }
    database.run('INSERT INTO state VALUES (1, ?, 2, 9, 1, ?)', [events, bytes])
    database.run('INSERT INTO adapters VALUES (?, ?)', ['1.1', JSON.stringify(adapter('1.1'))])
    database.run('INSERT INTO adapters VALUES (?, ?)', ['2.2', JSON.stringify(adapter('2.2'))])
    database.run('INSERT INTO claims VALUES (?, ?)', ['1.1', JSON.stringify(claim('1.1'))])
    database.run('INSERT INTO releases VALUES (?, ?)', ['2.2', JSON.stringify(release('2.2'))])
  })
  database.close()
  chmodSync(file, 0o600)
  return folder
}

const journalled = (revision: number) => (revision % 3 === 0 ? roundEvent(revision, '1.1') : event(revision))

test('a state of format 1 is taken over whole, its journal too, and goes on', () => {
  const folder = formatOne(2_500)
  const state = {
    revision: 2_500,
    generation: 2,
    fence: 9,
    adapters: [adapter('1.1'), adapter('2.2')],
    holdings: [claim('1.1')],
    releases: [release('2.2')],
    holders: [],
  }
  for (const time of ['first', 'second']) {
    const store = openStore(folder)
    assert.equal(byKind(store.load()), state, `the ${time} time`)
    assert.equal(
      store.events(0, 10_000),
      Array.from({ length: 2_500 }, (_, i) => journalled(i + 1)),
    )
    assert.is(store.rounds('1.1', 1)[0]!.trigger, 'round 2499')
    store.close()
  }
  const store = openStore(folder)
  store.commit(batch({ events: [event(2_501)], dropHoldings: ['1.1'] }))
  store.close()
  const again = openStore(folder)
  assert.equal([again.load().revision, again.load().rows.length, again.oldestRevision()], [2_501, 3, 1])
  again.close()
})

test('events of format 1 are as old as the day they were taken over', () => {
  const folder = formatOne(10)
  let now = 0
  const options = { journal: { days: 2 }, now: () => now }
  const store = openStore(folder, options)
  store.commit(batch({ events: [event(11)] }))
  assert.is(store.oldestRevision(), 1)
  now = 3 * 86_400_000
  store.commit(batch({ events: [event(12)] }))
  assert.is(store.oldestRevision(), 12)
  store.close()
})

/** A state that claimd wrote when that was its format. */
function written(format: number): string {
  const folder = folders.make()
  const file = join(root, `test/host/store/databases/format-${format}.db.gz`)
  writeFileSync(join(folder, 'claimd.db'), gunzipSync(readFileSync(file)), { mode: 0o600 })
  return folder
}

test('a state of format 5 is taken over whole: claims, releases, who held what, records and the journal', () => {
  const folder = written(5)
  const state = {
    revision: 5,
    generation: 3,
    fence: 10,
    adapters: [adapter('1.1'), adapter('2.2'), adapter('3.3')],
    holdings: [claim('1.1', { fence: 9, evidence: 'said so', volatile: false, connection: 'office' })],
    releases: [release('2.2')],
    holders: [
      { key: 'two', provider: 'x/two' },
      { key: 'three', provider: 'x/three' },
      { key: 'one', provider: 'x/other' },
    ],
  }
  for (const time of ['first', 'second']) {
    const store = openStore(folder)
    assert.equal(byKind(store.load()), state, `the ${time} time`)
    assert.equal(store.records.all('plugin-trust'), [
      { key: '@acme/lab', value: { build: 'abc', permissions: { links: { change: ['lab*'] } } } },
      { key: 'other', value: { build: 'def' } },
    ])
    assert.equal(store.records.all('undo'), [
      { key: '1', value: { kind: 'address', adapter: '1.1', fence: 9 } },
    ])
    assert.equal(store.events(0, 10), [
      event(1),
      roundEvent(2, '1.1'),
      event(3),
      roundEvent(4, '3.3'),
      event(5),
    ])
    store.close()
  }
})

test('what is damaged in a state of format 5 gets no new checksums: it is refused as it is', () => {
  for (const change of [
    "DELETE FROM claims WHERE adapter = '1.1'",
    "UPDATE claims SET data = replace(data, 'office', 'home')",
    "DELETE FROM records WHERE id = 'undo 1'",
    'UPDATE state SET fence = 1',
  ]) {
    const folder = written(5)
    const file = join(folder, 'claimd.db')
    const database = new Database(file)
    database.script(change)
    database.close()
    const before = readFileSync(file)
    assert.is(failure(() => openStore(folder)).code, 'STATE_DAMAGED', change)
    assert.ok(readFileSync(file).equals(before))
  }
})

test.run()
