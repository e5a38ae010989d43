import { join } from 'node:path'
import type { EventDocument } from '@claimd/sdk'
import * as assert from 'uvu/assert'
import { openStore } from '../../../../host/store/open-store.js'
import { suite } from '../../../harness.js'
import { Folders } from '../../store/folders.js'
import { link, MemoryStore, VirtualTimers } from '../rig.js'
import { TallyEngine } from './tally.js'

const test = suite('core/kernel/engine')
const folders = new Folders()
test.after(() => folders.removeAll())

const full = 'SQLITE_FULL: database or disk is full'

function started(store = new MemoryStore()) {
  const clock = new VirtualTimers()
  const engine = new TallyEngine(store, clock)
  const events: EventDocument[] = []
  engine.onEvents((some) => events.push(...some))
  engine.submit({ type: 'snapshot', reason: 'start', links: [link('lab0')] })
  clock.run()
  return { store, clock, engine, events, types: () => events.map(({ type }): string => type) }
}

test('a machine with an event, a request, a fact and rows of its own works beside the claims', async () => {
  const folder = join(folders.make(), 'state')
  const clock = new VirtualTimers()
  let store = openStore(folder)
  let engine = new TallyEngine(store, clock)
  for (let tick = 1; tick <= 12; tick++) engine.submit({ type: 'tick', name: 'lab' })
  engine.submit({ type: 'link', link: link('lab0') })
  const total = engine.ask({ type: 'total', name: 'lab' })
  clock.run()
  assert.is(await total, 12)
  engine.stop()
  store.close()
  store = openStore(folder)
  const { rows } = store.load()
  engine = new TallyEngine(store, clock)
  assert.equal(engine.countsIn(rows), { lab: 12 })
  assert.equal(engine.recordsIn(rows), [{ name: 'lab', count: 10 }])
  const types = store.events(0, 100).map(({ type }) => type)
  assert.is(types.filter((type) => type === 'ticked').length, 12)
  assert.is(types.indexOf('record'), 10, 'what is observed is told in the same turn, behind what led to it')
  assert.ok(types.includes('adapter-appeared'))
  engine.submit({ type: 'tick', name: 'lab' })
  clock.run()
  assert.is(engine.tally.counts.get('lab'), 13)
  store.close()
})

test('a wake comes to the machine that asked for it', () => {
  const { engine, clock } = started()
  engine.submit({ type: 'alarm', name: 'later', ms: 1_000 })
  clock.run(999)
  assert.is(engine.tally.counts.get('later'), undefined)
  clock.run(1)
  assert.is(engine.tally.counts.get('later'), 1)
})

test('an act is handed over once, after what was decided is stored, and never when that failed', async () => {
  const { engine, clock, store, types } = started()
  engine.submit({ type: 'tick', name: 'lab' })
  const done = engine.ask({ type: 'count-down', name: 'lab' })
  clock.run()
  assert.equal(await done, { name: 'lab', count: 0 })
  assert.is(engine.acts.length, 1)
  assert.equal(engine.countsIn(engine.acts[0]!.stored), { lab: 0 })
  store.failure = full
  const failed = engine.ask({ type: 'count-down', name: 'lab' }).catch((error: Error) => error)
  clock.run()
  assert.match(((await failed) as Error).message, 'could not be kept')
  assert.is(engine.tally.counts.get('lab'), 0, 'it was taken back')
  store.failure = null
  clock.run(10_000)
  assert.is(engine.acts.length, 1, 'nor later')
  assert.equal(engine.countsIn(store.load().rows), { lab: 0 })
  assert.equal(engine.tally.heard, [`failed: ${full}`, 'recovered, 1 lost'])
  assert.is(types().filter((type) => type === 'counted-down').length, 1)
})

test('every machine hears that nothing can be stored, as often as that fails, and once that it can again', () => {
  const { engine, clock, store } = started()
  store.failure = full
  engine.submit({ type: 'tick', name: 'lab' })
  clock.run(10_000)
  store.failure = null
  clock.run(10_000)
  assert.equal(engine.tally.heard.slice(-2), [`failed: ${full}`, 'recovered, 0 lost'])
  assert.is(engine.tally.heard.filter((one) => one.startsWith('recovered')).length, 1)
  assert.equal(engine.countsIn(store.load().rows), { lab: 1 })
})

test.run()
