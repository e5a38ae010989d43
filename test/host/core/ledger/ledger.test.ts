import * as fc from 'fast-check'
import * as assert from 'uvu/assert'
import type { Change, Owner } from '../../../../host/core/ledger/undo-entry.js'
import { suite } from '../../../harness.js'
import { byPlugin, World } from './world.js'

const test = suite('core/ledger')

let world: World
test.before.each(() => {
  world = new World([{ name: 'a0' }, { name: 'a1', addresses: ['10.9.0.1/24'] }, { name: 'b0' }], ['a', 'b'])
})
test.after.each(() => world.close())

function owner(name: string): Owner {
  const { plugin, provider, connection, adapter, fence } = world.held(name)
  return { plugin, provider, connection, adapter: adapter.id, fence }
}

const address = (text: string): Change => ({ type: 'address', address: text })

/** Does what a service does: writes down, acts, writes down. */
async function add(name: string, text: string): Promise<void> {
  const declared = world.ledger.declare(owner(name), world.held(name).adapter, address(text))
  await world.changer.addAddress(world.index(name), text)
  world.ledger.made(declared)
}

test('what is undone goes newest first, and nothing but what these owners have', async () => {
  const order: string[] = []
  world.restarted({
    changer: {
      ...world.changer,
      addresses: (index) => world.changer.addresses(index),
      removeAddress: (index, text) => {
        order.push(text)
        return world.changer.removeAddress(index, text)
      },
    },
  })
  await add('a0', '10.0.0.1/24')
  await add('b0', '10.0.0.2/24')
  await add('a0', '10.0.0.3/24')
  const undone = await world.ledger.undo(byPlugin('a'))
  assert.equal(order, ['10.0.0.3/24', '10.0.0.1/24'])
  assert.equal(
    undone.map(({ outcome }) => outcome),
    ['undone', 'undone'],
  )
  assert.equal(await world.addresses('b0'), ['10.0.0.2/24'])
  assert.equal(
    world.ledger.entries().map((entry) => entry.owner.plugin),
    ['b'],
  )
  assert.match(world.notes[0]!.message, 'taken back what plugin a did: address 10.0.0.3/24 on a0')
})

test('after a kill between writing down and doing, taking it back does nothing, and takes nothing of others', async () => {
  world.ledger.declare(owner('a0'), world.held('a0').adapter, address('10.0.0.1/24'))
  world.ledger.declare(owner('a1'), world.held('a1').adapter, address('10.9.0.1/24'))
  world.restarted()
  await world.settle()
  assert.is(world.ledger.entries().length, 2)
  const undone = await world.ledger.undo(byPlugin('a'))
  assert.equal(
    undone.map(({ outcome }) => outcome),
    ['gone', 'gone'],
  )
  assert.equal(await world.addresses('a1'), ['10.9.0.1/24'], 'it was there before, and is not ours')
  assert.equal(world.restarted().entries(), [])
})

test('what somebody else took away and made again is theirs', async () => {
  await add('a0', '10.0.0.1/24')
  world.source.change('a0', { addresses: [] })
  world.source.change('a0', { addresses: ['10.0.0.1/24'] })
  const [undoing] = await world.ledger.undo(byPlugin('a'))
  assert.is(undoing!.outcome, 'gone')
  assert.equal(await world.addresses('a0'), ['10.0.0.1/24'])
})

test('what another plugin holds by now is left as it is, and stays in the ledger', async () => {
  await add('a0', '10.0.0.1/24')
  const foreign = { ...owner('a0'), plugin: 'c' }
  world.ledger.declare(foreign, world.held('a0').adapter, address('10.0.0.1/24'))
  const [undoing] = await world.ledger.undo(byPlugin('c'))
  assert.equal([undoing!.outcome, undoing!.because], ['left', 'plugin a holds what would be changed'])
  assert.equal(await world.addresses('a0'), ['10.0.0.1/24'])
  assert.is(world.ledger.entries(byPlugin('c')).length, 1)
  assert.equal(
    world.notes.map(({ type }) => type),
    ['undo-failed'],
  )
})

test('with its link the line is gone: while claimd runs, after a restart, after a boot', async () => {
  await add('a0', '10.0.0.1/24')
  await add('a1', '10.0.0.2/24')
  await add('b0', '10.0.0.3/24')
  const [first, second] = [world.held('a0').adapter.id, world.held('a1').adapter.id]
  world.ledger.forget(first)
  assert.is(world.ledger.entries().length, 2)
  world.source.remove('a1')
  await world.told()
  world.restarted()
  await world.settle()
  assert.equal(
    world.ledger.entries().map(({ owner }) => owner.adapter),
    [world.held('b0').adapter.id],
  )
  assert.not(
    world
      .restarted()
      .entries()
      .some(({ owner }) => owner.adapter === second),
  )
  world.restarted({ where: { ...world.source.where, boot: 'another' } })
  await world.settle()
  assert.equal(world.restarted().entries(), [])
})

test('lines of another network namespace are kept, and left alone', async () => {
  await add('a0', '10.0.0.1/24')
  world.restarted({ where: { ...world.source.where, cookie: '9' } })
  await world.settle()
  const [undoing] = await world.ledger.undo(byPlugin('a'))
  assert.is(undoing!.outcome, 'left')
  assert.equal(await world.addresses('a0'), ['10.0.0.1/24'])
})

test('up and MTU go back to what was before the first change, unless somebody else has changed them', async () => {
  const { index, name } = world.held('a0').adapter
  const set = async (mtu: number, act = true) => {
    const now = (await world.changer.look(index))!.mtu
    const change: Change = { type: 'mtu', before: now, from: now, after: mtu }
    const declared = world.ledger.declare(owner('a0'), { index, name }, change)
    if (act) await world.changer.setMtu(index, mtu)
    if (act) world.ledger.made(declared)
  }
  const mtu = async () => (await world.changer.look(index))!.mtu
  await set(1400)
  await set(1300)
  assert.is(world.ledger.entries().length, 1)
  await world.ledger.undo(byPlugin('a'))
  assert.is(await mtu(), 1500)
  await set(1400)
  await set(1500)
  assert.equal(world.ledger.entries(), [], 'its owner took it back')
  await set(1400)
  await set(1300, false)
  world.restarted()
  await world.ledger.undo(byPlugin('a'))
  assert.is(await mtu(), 1500, 'killed before the second change was made')
  await set(1400)
  await world.changer.setMtu(index, 1350)
  await world.ledger.undo(byPlugin('a'))
  assert.is(await mtu(), 1350)
})

test('a link is known again by its address, even if claimd was killed before it could write down its index', async () => {
  const maker: Owner = { plugin: 'a', provider: null, connection: null, adapter: null, fence: null }
  const recipe = { kind: 'bridge', name: 'link0', address: '02:11:22:33:44:55' } as const
  world.ledger.declare(maker, { index: null, name: 'link0' }, { type: 'link', recipe })
  await world.changer.create(recipe)
  await world.told()
  world.restarted()
  await world.settle()
  assert.is(world.ledger.entries()[0]!.index, world.index('link0'))
  world.source.rename('link0', 'link1')
  await world.ledger.undo(byPlugin('a'))
  assert.is(await world.changer.find('link1'), null)

  world.ledger.declare(maker, { index: null, name: 'link0' }, { type: 'link', recipe })
  await world.changer.create({ ...recipe, address: '02:00:00:00:00:99' })
  world.restarted()
  await world.settle()
  assert.equal(world.ledger.entries(), [], 'that is a link of somebody else')
  assert.ok(await world.changer.find('link0'))
})

test('what carries the mark and is in no ledger is told of, and left alone', async () => {
  await world.changer.addAddress(world.index('a0'), '10.0.0.1/24')
  await world.settle()
  assert.match(world.notes[0]!.message, 'in no ledger, so it is left alone: address 10.0.0.1/24')
  assert.equal(await world.addresses('a0'), ['10.0.0.1/24'])
})

test('nothing is declared that could not be written down', () => {
  world.records.failure = new Error('the disk is full')
  assert.throws(
    () => world.ledger.declare(owner('a0'), world.held('a0').adapter, address('10.0.0.1/24')),
    'the disk is full',
  )
  assert.equal(world.ledger.entries(), [])
})

test('always: whenever it is killed, undoing leaves what others made and nothing of its own', async () => {
  const texts = ['10.0.0.1/24', '10.0.0.2/24', '10.0.0.3/24', 'fd00::1/64']
  const step = fc.record({
    what: fc.constantFrom('add', 'add', 'remove', 'other-adds', 'other-removes'),
    text: fc.constantFrom(...texts),
    killed: fc.constantFrom('no', 'no', 'no', 'before', 'after'),
  })
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
      const here = new World([{ name: 'a0' }], ['a'])
      world.close()
      world = here
      const others = new Set<string>()
      const now = () => here.addresses('a0')
      for (const { what, text, killed } of steps) {
        const has = (await now()).includes(text)
        if (what === 'other-adds' && !has) {
          here.source.change('a0', { addresses: [...(await now()), text] })
          others.add(text)
        } else if (what === 'other-removes' && has) {
          here.source.change('a0', { addresses: (await now()).filter((one) => one !== text) })
          others.delete(text)
        } else if (what === 'add' && !has) {
          const declared = here.ledger.declare(owner('a0'), here.held('a0').adapter, address(text))
          if (killed !== 'before') await here.changer.addAddress(here.index('a0'), text)
          if (killed === 'no') here.ledger.made(declared)
        } else if (what === 'remove' && has && !others.has(text)) {
          if (killed !== 'before') await here.changer.removeAddress(here.index('a0'), text)
          const entry = here.ledger.find(here.held('a0').adapter.id, address(text))
          if (killed === 'no') here.ledger.strike(entry!)
        }
        await here.told()
        if (killed !== 'no') {
          here.restarted()
          await here.settle()
        }
      }
      await here.ledger.undo(byPlugin('a'))
      assert.equal((await now()).sort(), [...others].sort())
      assert.equal(here.ledger.entries(), [])
    }),
    { numRuns: 60 },
  )
})

test.run()
