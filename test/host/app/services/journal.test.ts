import type { JournalFilter } from '@claimd/sdk'
import * as assert from 'uvu/assert'
import { suite } from '../../../harness.js'
import { link, mine, notMine, Rig } from '../../core/rig.js'

const test = suite('app/services/journal')

/** Two adapters, two plugins; eth1 was renamed, and lost its holder. */
function rig(): Rig {
  const made = new Rig().start(
    [link('eth0', { index: 2 }), link('eth1', { index: 3 })],
    [
      {
        id: '@acme/lab/lab',
        plugin: '@acme/lab',
        match: [{ name: 'eth1' }, { name: 'wan' }],
        offer: () => mine('office'),
      },
      {
        id: 'other/one',
        plugin: 'other',
        band: 'generic',
        offer: ({ adapter }) => (adapter.name === 'eth0' ? mine('eth0') : notMine()),
      },
    ],
  )
  made.clock.run(60_000)
  made.link(link('wan', { index: 3 }))
  made.gone(3)
  return made
}

function find(from: Rig, filter: JournalFilter): string[] {
  const { events, next } = from.services.events.page(filter)
  assert.is(next, null)
  return events.map(({ type }) => type)
}

test('everything, oldest first; by type, connection and plugin', () => {
  const from = rig()
  const all = from.services.events.page({})
  assert.equal(all.events, from.events)
  assert.is(all.revision, from.events.at(-1)!.revision)
  assert.equal(find(from, { type: ['claim-ended'] }), ['claim-ended'])
  assert.equal(find(from, { connection: ['office'] }), ['claimed', 'claim-ended'])
  assert.equal(find(from, { connection: ['off*', 'eth0'], type: ['claimed'] }), ['claimed', 'claimed'])
  const acme = find(from, { plugin: ['@acme/lab'] })
  assert.ok(acme.includes('claimed') && acme.includes('round') && acme.includes('claim-ended'))
  assert.equal(find(from, { plugin: ['lab'] }), acme)
  assert.equal(find(from, { plugin: ['nobody'] }), [])
})

test('an adapter is found by the name that it had, and by its id under all its names', () => {
  const from = rig()
  const before = find(from, { adapter: ['eth1'] })
  const after = find(from, { adapter: ['wan'] })
  assert.ok(before.includes('claimed') && !before.includes('claim-ended'))
  assert.ok(after.includes('claim-ended') && !after.includes('claimed'))
  const id = from.events.find(({ name }) => name === 'eth1')!.adapter!
  assert.equal(find(from, { adapter: [id] }), [...before, ...after])
})

test('what is only in the past of an event finds it: the holder before, the name before, and who was asked', () => {
  const from = new Rig().start(
    [link('lab0')],
    [
      { id: 'net/net', plugin: 'net', band: 'generic', offer: () => mine('net') },
      { id: 'no/no', plugin: 'no', band: 'exact', offer: () => notMine() },
    ],
  )
  from.provide([
    { id: 'net/net', plugin: 'net', band: 'generic', offer: () => mine('net') },
    { id: 'lab/lab', plugin: 'lab', band: 'exact', offer: () => mine('lab') },
  ])
  assert.ok(find(from, { plugin: ['net'] }).includes('handed-over'))
  assert.ok(find(from, { connection: ['net'] }).includes('handed-over'))
  assert.ok(find(from, { connection: ['lab'] }).includes('handed-over'))
  assert.equal(find(from, { plugin: ['no'] }), ['round'])
})

test('what was done for a plugin is found by the adapter that it was done to', () => {
  const from = rig()
  const undone = { plugin: 'other', connection: 'eth0', target: '2.9', change: 'address', because: null }
  from.engine.submit({ type: 'note', note: { type: 'undone', ...undone } })
  from.clock.run()
  assert.equal(find(from, { adapter: ['2.9'] }), ['undone'])
  assert.equal(find(from, { adapter: ['2.9'], plugin: ['other'], connection: ['eth0'] }), ['undone'])
})

test('an event that an earlier version stored, without what it is about, is found all the same', () => {
  const from = rig()
  const old = { at: '2025-01-01T00:00:00.000Z', adapter: '9.1', name: 'old0', message: 'as it was then' }
  const { revision } = from.engine
  const claim = { provider: '@acme/lab/lab', connection: 'attic' }
  const events = [{ revision: revision + 1, type: 'claimed', ...old, ...claim }]
  from.store.commit({ events, generation: 9, fence: 9, rows: [], sync: false })
  for (const filter of [{ connection: ['attic'] }, { adapter: ['old0'] }, { adapter: ['9.1'] }])
    assert.equal(find(from, filter), ['claimed'], JSON.stringify(filter))
  assert.ok(from.services.events.page({ plugin: ['lab'] }).events.some(({ name }) => name === 'old0'))
})

test('since and until are moments, both included', () => {
  const from = rig()
  const renamed = from.events.find(({ type }) => type === 'adapter-renamed')!
  const since = find(from, { since: renamed.at })
  const until = find(from, { until: renamed.at })
  assert.ok(since.includes('adapter-renamed') && !since.includes('adapter-appeared'))
  assert.ok(until.includes('adapter-renamed') && until.includes('adapter-appeared'))
  assert.equal(find(from, { since: '2099-01-01T00:00:00.000Z' }), [])
})

test('pages follow each other to the end, also where nothing fits for long', () => {
  const from = new Rig().start([], [])
  for (let number = 0; number < 5_000; number++)
    from.engine.submit({
      type: 'note',
      note: { type: number === 4_999 ? 'stopped' : 'started', version: '1.0.0' },
    })
  from.clock.run()
  const seen: number[] = []
  let [after, pages]: [number | null, number] = [0, 0]
  while (after !== null) {
    const page = from.services.events.page({ after, type: ['stopped'] })
    seen.push(...page.events.map(({ revision }) => revision))
    after = page.next
    pages++
  }
  assert.equal(seen, [from.events.at(-1)!.revision])
  assert.is(pages, 3)
  const first = from.services.events.page({ limit: 2 })
  assert.is(first.events.length, 2)
  assert.is(from.services.events.page({ after: first.next!, limit: 1 }).events[0]!.revision, 3)
})

test.run()
