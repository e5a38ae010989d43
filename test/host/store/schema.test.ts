import { chmodSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { Database } from '../../../host/store/database.js'
import { openStore } from '../../../host/store/open-store.js'
import { applicationId } from '../../../host/store/schema.js'
import { suite } from '../../harness.js'
import { adapter, batch, claim, event, release, roundEvent } from './batches.js'
import { Folders } from './folders.js'

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
    claims: [claim('1.1')],
    releases: [release('2.2')],
    holders: [],
  }
  for (const time of ['first', 'second']) {
    const store = openStore(folder)
    assert.equal(store.load(), state, `the ${time} time`)
    assert.equal(
      store.events(0, 10_000),
      Array.from({ length: 2_500 }, (_, i) => journalled(i + 1)),
    )
    assert.is(store.rounds('1.1', 1)[0]!.trigger, 'round 2499')
    store.close()
  }
  const store = openStore(folder)
  store.commit(batch({ events: [event(2_501)], dropClaims: ['1.1'] }))
  store.close()
  const again = openStore(folder)
  assert.equal([again.load().revision, again.load().claims, again.oldestRevision()], [2_501, [], 1])
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

test.run()
