import { readdirSync, renameSync, rmSync, statSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import * as assert from 'uvu/assert'
import type { StoredState } from '../../../host/core/kernel/store-port.js'
import { openStore } from '../../../host/store/open-store.js'
import type { SqliteStore } from '../../../host/store/sqlite-store.js'
import { suite } from '../../harness.js'
import { byKind } from '../core/rows-by-kind.js'
import { adapter, batch, claim, event, release, roundEvent } from './batches.js'
import { Folders } from './folders.js'

const test = suite('store/sqlite-store')
const folders = new Folders()
let folder: string
let store: SqliteStore

test.before.each(() => {
  folder = join(folders.make(), 'state')
  store = openStore(folder)
})
test.after.each(() => store.close())
test.after(() => folders.removeAll())

function reopen(): void {
  store.close()
  store = openStore(folder)
}

const empty: StoredState = {
  revision: 0,
  generation: 0,
  fence: 0,
  rows: [],
}

test('a new state is empty, in a folder and a file for the owner alone', () => {
  assert.equal(store.load(), empty)
  assert.is(store.oldestRevision(), 0)
  assert.equal(store.events(0, 10), [])
  assert.is(statSync(folder).mode & 0o777, 0o700)
  for (const name of readdirSync(folder)) assert.is(statSync(join(folder, name)).mode & 0o777, 0o600, name)
})

test('everything that was committed is there after a restart', () => {
  const row = adapter('1.1', { name: 'half \ud800 and NUL \0', evidence: 'ü' })
  const held = claim('1.1', { evidence: 'said \0 it', fence: 9 })
  const events = [
    event(1),
    roundEvent(2, '1.1'),
    event(3, { message: 'a\0b', detail: { deep: [true, null] } }),
  ]
  store.commit(batch({ events, generation: 4, fence: 9, putAdapters: [row], putHoldings: [held] }))
  const holders = ['one', 'two', 'three'].map((key) => ({ key, provider: `x/${key}` }))
  store.commit(
    batch({
      putAdapters: [adapter('2.3')],
      putReleases: [release('2.3')],
      putHolders: holders,
      sync: true,
    }),
  )
  const moved = { key: 'one', provider: 'x/other' }
  store.commit(batch({ putHolders: [moved], dropHolders: ['two'] }))
  reopen()
  assert.equal(byKind(store.load()), {
    revision: 3,
    generation: 4,
    fence: 9,
    adapters: [row, adapter('2.3')],
    holdings: [held],
    releases: [release('2.3')],
    holders: [holders[2], moved],
  })
  assert.equal(store.events(0, 10), events)
  assert.equal(store.events(1, 1), [events[1]])
  assert.equal(readdirSync(folder).sort(), ['claimd.db', 'claimd.db-wal'])
})

test('rows are replaced and dropped; a dropped adapter takes its claim and its release along', () => {
  const rows = [adapter('1.1'), adapter('2.1'), adapter('3.1')]
  const claims = [claim('1.1'), claim('2.1')]
  store.commit(
    batch({ putAdapters: rows, putHoldings: claims, putReleases: [release('2.1'), release('3.1')] }),
  )
  store.commit(batch({ putAdapters: [adapter('1.1', { name: 'renamed' })], dropAdapters: ['2.1'] }))
  store.commit(
    batch({ dropReleases: ['3.1'], dropHoldings: ['1.1'], putHoldings: [claim('1.1', { fence: 7 })] }),
  )
  const state = byKind(store.load())
  assert.equal(state.adapters, [adapter('1.1', { name: 'renamed' }), adapter('3.1')])
  assert.equal(state.holdings, [claim('1.1', { fence: 7 })])
  assert.equal(state.releases, [])
})

test('a claim for an adapter that the same batch drops is not kept', () => {
  store.commit(batch({ putAdapters: [adapter('1.1')] }))
  store.commit(batch({ dropAdapters: ['1.1', '2.1'], putHoldings: [claim('1.1'), claim('2.1')] }))
  assert.equal(store.load(), empty)
})

test('a batch that fails leaves nothing behind, whatever in it failed', () => {
  const good = batch({
    events: [event(1)],
    fence: 1,
    putAdapters: [adapter('1.1')],
    putHoldings: [claim('1.1')],
  })
  store.commit(good)
  const before = store.load()
  const more: Parameters<typeof batch>[0] = {
    fence: 9,
    putAdapters: [adapter('2.1')],
    putHoldings: [claim('2.1')],
    dropHoldings: ['1.1'],
  }
  const faulty: Parameters<typeof batch>[0][] = [
    { events: [event(2), event(3, { type: true as never })] },
    { events: [event(2), event(2)] },
    { putReleases: [{ ...release('2.1'), adapter: '2\0' }] },
    { dropAdapters: [undefined as never] },
  ]
  for (const parts of faulty) {
    assert.throws(() => store.commit(batch({ ...more, ...parts })))
    assert.equal(store.load(), before)
    assert.equal(store.events(0, 10), good.events)
  }
  reopen()
  assert.equal(store.load(), before)
  store.commit(batch({ ...more, events: [event(2)] }))
  assert.is(store.load().fence, 9)
})

test('revisions, generations and fences never go back', () => {
  store.commit(batch({ events: [event(5)], generation: 3, fence: 8 }))
  for (const revision of [5, 4, 1, 0, -1]) {
    assert.throws(() => store.commit(batch({ events: [event(revision)] })), /Revision/)
  }
  store.commit(batch({ events: [event(6)], generation: 1, fence: 2 }))
  reopen()
  const { revision, generation, fence } = store.load()
  assert.equal([revision, generation, fence], [6, 3, 8])
})

test('rounds are those of the adapter, the newest ones, oldest first', () => {
  const events = [1, 2, 3, 4, 5, 6].map((revision) => roundEvent(revision, revision % 2 ? '1.1' : '2.1'))
  store.commit(batch({ events: [...events, event(7, { adapter: '1.1' })] }))
  const triggers = (adapter: string, limit: number) =>
    store.rounds(adapter, limit).map(({ trigger }) => trigger)
  assert.equal(triggers('1.1', 2), ['round 3', 'round 5'])
  assert.equal(triggers('2.1', 10), ['round 2', 'round 4', 'round 6'])
  assert.equal(triggers('3.1', 10), [])
})

test(
  'the database is what a plain map would be, whatever is put and dropped',
  () => {
    const ids = fc.constantFrom('1.1', '2.1', '3.1')
    const step = fc.record({
      put: fc.array(ids),
      claimed: fc.array(ids),
      unclaimed: fc.array(ids),
      dropped: fc.array(ids),
    })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 6 }), (steps) => {
        const at = join(folders.make(), 'state')
        const tried = openStore(at)
        const adapters = new Set<string>()
        const claims = new Map<string, number>()
        steps.forEach(({ put, claimed, unclaimed, dropped }, fence) => {
          tried.commit(
            batch({
              putAdapters: put.map((id) => adapter(id)),
              putHoldings: claimed.map((id) => claim(id, { fence })),
              dropHoldings: unclaimed,
              dropAdapters: dropped,
            }),
          )
          for (const id of put) adapters.add(id)
          for (const id of unclaimed) claims.delete(id)
          for (const id of claimed) claims.set(id, fence)
          for (const id of dropped) for (const rows of [adapters, claims]) rows.delete(id)
        })
        tried.close()
        const again = openStore(at)
        const state = byKind(again.load())
        again.close()
        assert.equal(state.adapters.map(({ id }) => id).sort(), [...adapters].sort())
        assert.equal(
          new Map(state.holdings.map(({ adapter, fence }) => [adapter, fence]).sort() as never),
          new Map([...claims].sort()),
        )
      }),
      { numRuns: 25 },
    )
  },
  { timeout: 30_000 },
)

for (const name of ['claimd.db', 'claimd.db-wal']) {
  test(`a commit fails when ${name} was removed: nobody would find again what it writes`, () => {
    store.commit(batch({ events: [event(1)] }))
    const file = join(folder, name)
    renameSync(file, `${file}.aside`)
    assert.throws(() => store.commit(batch({ events: [event(2)] })), /was removed or replaced/)
    assert.throws(() => store.assertInPlace(), /was removed or replaced/)
    symlinkSync(name, file)
    assert.throws(() => store.assertInPlace(), /was removed or replaced/)
    rmSync(file)
    renameSync(`${file}.aside`, file)
    store.assertInPlace()
    store.commit(batch({ events: [event(2)] }))
    rmSync(file)
    assert.throws(() => store.commit(batch({ events: [event(3)] })), /was removed or replaced/)
  })
}

test.run()
