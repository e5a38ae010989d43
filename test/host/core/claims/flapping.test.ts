import type { EventDocument } from '@claimd/sdk'
import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { suite } from '../../../harness.js'
import { link, mine, notMine, Rig, who } from '../rig.js'

const test = suite('core/claims/flapping')

const lab0 = link('lab0', { addresses: ['10.0.0.1/24'] })
const lab = { id: 'x/lab', offer: () => mine('lab'), verify: () => mine('lab') }

/** Sets the link down and up again, so many times, one a second. */
function flap(rig: Rig, times: number, it = lab0): void {
  for (let time = 0; time < times; time++) {
    rig.link({ ...it, up: false, carrier: null })
    rig.clock.run(500)
    rig.link(it)
    rig.clock.run(500)
  }
}

/** What was told since `from`, without what a round adds. */
const told = (rig: Rig, from = 0) => rig.events.slice(from).map(({ type }) => type)
const flapping = (rig: Rig) => rig.events.filter(({ type }) => type === 'flapping')

test('two flaps are told one by one; from the third in ten seconds on, only how many, every ten seconds', () => {
  const rig = new Rig().start([lab0], [lab])
  const [events, commits] = [rig.events.length, rig.store.commits]
  flap(rig, 2)
  assert.equal(
    told(rig, events),
    [1, 2, 3, 4].map(() => 'adapter-changed'),
  )
  flap(rig, 58)
  rig.clock.run(30_000)
  assert.equal(
    flapping(rig).map(({ count }) => count),
    [3, 7, 10, 10, 10, 10, 10, 0],
  )
  const [first, ...rest] = flapping(rig)
  assert.match(
    first!.message,
    'lab0 flapped 3 times in 2 s; from now on that is told every 10 s until it stops',
  )
  assert.match(first!.message, 'held by x/lab')
  const last = rest.pop()!
  assert.equal([last.total, last.over, rest.some(({ over }) => over)], [60, true, false])
  assert.is(told(rig, events).length, 6 + 8, told(rig, events).join())
  assert.is(rig.store.commits - commits, 6 + 7)
  assert.is(rig.row('lab0').provider, 'x/lab')
  const before = rig.events.length
  flap(rig, 1)
  assert.equal(told(rig, before), ['adapter-changed', 'adapter-changed'], 'then each is told again')
})

test('links that flap together are told, and stored, together', () => {
  const both = [lab0, link('lab1')]
  const rig = new Rig().start(both, [lab])
  const step = (up: boolean) => {
    rig.link(...both.map((it) => ({ ...it, up, carrier: up || null })))
    rig.clock.run(500)
  }
  for (let time = 0; time < 40; time++) step(time % 2 === 1)
  const commits = rig.store.commits
  rig.clock.run(10_000)
  assert.is(rig.store.commits - commits, 1)
  assert.equal(
    flapping(rig)
      .slice(-2)
      .map(({ name }) => name),
    ['lab0', 'lab1'],
  )
})

test('offers that change nothing and confirmations are kept back, and the newest of them told in the end', () => {
  const it = lab0
  const rig = new Rig().start(
    [it],
    [
      { id: 'x/never', offer: () => notMine() },
      { id: 'x/net', band: 'generic', offer: () => mine('net') },
    ],
  )
  flap(rig, 4)
  const events = rig.events.length
  for (let time = 0; time < 20; time++) {
    rig.link({ ...it, carrier: false })
    rig.clock.run(400)
    rig.link(it)
    rig.clock.run(400)
  }
  assert.equal(
    told(rig, events)
      .filter((type) => type !== 'flapping')
      .sort(),
    ['round', 'round', 'verified', 'verified'],
  )
  const rounds = flapping(rig).map((event) => Number(event.rounds))
  assert.ok(Math.max(...rounds) > 5, String(rounds))
})

test('what happens to a claim is told at once, and so is what an operator waits for', async () => {
  const it = lab0
  const says = { verify: mine('lab') }
  const rig = new Rig().start([it], [{ ...lab, offer: () => notMine(), verify: () => says.verify }])
  rig.provide([{ ...lab, verify: () => says.verify }])
  flap(rig, 5)
  await rig.reply(rig.services.adapters.offer('lab0', who)).catch(() => {})
  const events = rig.events.length
  rig.link({ ...it, addresses: [...it.addresses, '10.0.0.2/24'] })
  assert.equal(told(rig, events), ['adapter-changed'])
  rig.provide([{ ...lab, offer: () => notMine(), verify: () => notMine('no cable') }])
  rig.link({ ...it, carrier: false })
  rig.link(it)
  rig.clock.run(10)
  assert.is(rig.row('lab0').provider, null)
  assert.ok(told(rig, events).includes('claim-ended'), told(rig, events).join())
  rig.provide([lab])
  const since = rig.events.length
  rig.link({ ...it, carrier: false })
  rig.link(it)
  rig.clock.run(1_000)
  assert.is(rig.row('lab0').provider, 'x/lab')
  assert.equal(
    told(rig, since).filter((type) => type !== 'flapping'),
    ['claimed', 'round'],
  )
})

test('a link that goes while it flaps: what was not told is told before', () => {
  const rig = new Rig().start([lab0], [lab])
  flap(rig, 6)
  const events = rig.events.length
  rig.gone(lab0.index)
  rig.clock.run(30_000)
  assert.equal(told(rig, events), ['flapping', 'adapter-removed', 'claim-ended'])
  assert.equal(flapping(rig).at(-1)!.over, true)
})

/** What somebody knows who hears what is told, and nothing else. */
function follow(events: readonly EventDocument[]): { up: boolean; addresses: string[]; flaps: number } {
  const known = { up: true, addresses: new Set(lab0.addresses), flaps: 0 }
  for (const { type, changes = [], count, total } of events) {
    for (const word of changes as string[]) {
      if (word === 'went down') known.up = false
      if (word === 'came up') known.up = true
      const [, address, what] = /^(\S+) (added|removed)$/.exec(word) ?? []
      if (what === 'added') known.addresses.add(address!)
      if (what === 'removed') known.addresses.delete(address!)
      if (type === 'adapter-changed' && word === 'came up') known.flaps++
    }
    // Those with which it began were told one by one before.
    if (type === 'flapping' && Number(total) > Number(count)) known.flaps += Number(count)
  }
  return { ...known, addresses: [...known.addresses].sort() }
}

test('whatever a link does, who hears what is told knows in the end how it is, and how often it came back', () => {
  const step = fc.record({
    what: fc.constantFrom('down', 'up', 'up', 'down', 'one', 'two'),
    ms: fc.constantFrom(0, 50, 100, 200, 400, 900, 4_000, 11_000),
  })
  fc.assert(
    fc.property(fc.array(step, { minLength: 20, maxLength: 80 }), (steps) => {
      let it = lab0
      const rig = new Rig().start([it], [lab])
      let flaps = 0
      for (const { what, ms } of steps) {
        const address = what === 'one' ? '10.0.0.1/24' : '10.0.0.2/24'
        const before = it
        if (what === 'up' || what === 'down')
          it = { ...it, up: what === 'up', carrier: what === 'up' || null }
        else if (it.addresses.includes(address))
          it = { ...it, addresses: it.addresses.filter((one) => one !== address) }
        else it = { ...it, addresses: [...it.addresses, address] }
        if (!before.up && it.up) flaps++
        rig.link(it)
        rig.clock.run(ms)
      }
      rig.clock.run(60_000)
      const known = follow(rig.events)
      assert.equal(known, { up: it.up, addresses: [...it.addresses].sort(), flaps })
      assert.is(rig.row('lab0').provider, 'x/lab')
      assert.is(rig.store.fenceOf(rig.row('lab0').id) !== null, true)
    }),
  )
})

test.run()
