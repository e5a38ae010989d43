import * as fc from 'fast-check'
import * as assert from 'uvu/assert'
import { describeUndoing } from '../../../../host/core/ledger/describe-undoing.js'
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

/** Sets a link up or down as a service does. */
async function setUp(name: string, up: boolean): Promise<void> {
  const index = world.index(name)
  const losses = up ? [] : await world.changer.losses(index, 'down')
  const { up: before } = (await world.changer.look(index))!
  const declared = world.ledger.declare(owner(name), world.held(name).adapter, {
    type: 'up',
    before,
    from: before,
    after: up,
    ...(losses.length > 0 ? { losses } : {}),
  })
  await world.changer.setUp(index, up)
  world.ledger.made(declared)
}
const told = () => world.ledger.changesBy('a').map(({ what }) => what)

test('what the kernel removes of a link that goes down is in its line, and put back with it', async () => {
  world.source.change('a1', { addresses: ['10.9.0.1/24', 'fd00::5/64'] })
  await setUp('a1', false)
  assert.equal(await world.addresses('a1'), ['10.9.0.1/24'])
  world.restarted()
  assert.equal(told(), ['a1 set down, which removed address fd00::5/64 on a1'])
  const undone = await world.ledger.undo(byPlugin('a'))
  assert.is(describeUndoing(undone), '1 change to links taken back')
  assert.equal(await world.addresses('a1'), ['10.9.0.1/24', 'fd00::5/64'])
  assert.ok((await world.changer.look(world.index('a1')))!.up)
})

for (const who of ['the plugin', 'somebody else'] as const) {
  test(`it is put back as well when ${who} has set the link up again meanwhile`, async () => {
    world.source.change('a1', { addresses: ['fd00::5/64'] })
    await setUp('a1', false)
    if (who === 'the plugin') {
      await setUp('a1', true)
      assert.equal(told(), ['a1 set down and up again, which removed address fd00::5/64 on a1'])
      world.source.change('a1', { addresses: ['fd00::6/64'] })
      await setUp('a1', false)
      await setUp('a1', true)
    } else world.source.change('a1', { up: true })
    world.restarted()
    await world.ledger.undo(byPlugin('a'))
    const second = who === 'the plugin' ? ['fd00::6/64'] : []
    assert.equal(await world.addresses('a1'), ['fd00::5/64', ...second])
    assert.equal(world.ledger.entries(), [])
  })
}

test('a link that somebody else has set down since stays down', async () => {
  world.source.change('a1', { addresses: ['fd00::5/64'] })
  await setUp('a1', false)
  await setUp('a1', true)
  world.source.change('a1', { up: false })
  const [undoing] = await world.ledger.undo(byPlugin('a'))
  assert.is(undoing!.outcome, 'gone')
  assert.not((await world.changer.look(world.index('a1')))!.up)
})

test('what cannot be put back is named, in the message and in the event', async () => {
  const losses = [{ what: 'address fd00::7/64 on a0', restore: null }]
  const change: Change = { type: 'up', before: true, from: true, after: false, losses }
  const declared = world.ledger.declare(owner('a0'), world.held('a0').adapter, change)
  await world.changer.setUp(world.index('a0'), false)
  world.ledger.made(declared)
  const undone = await world.ledger.undo(byPlugin('a'))
  const lost =
    'lost, since it could not be put back: address fd00::7/64 on a0 (only whoever made it can make it again)'
  assert.is(describeUndoing(undone), `1 change to links taken back; ${lost}`)
  const [note] = world.notes
  assert.is(note!.type, 'undone')
  assert.ok(note!.message.endsWith(`; ${lost}`), note!.message)
})

test('a link that was set up is not set down while what others made would go with it', async () => {
  world.source.change('a0', { up: false })
  await setUp('a0', true)
  world.source.change('a0', { addresses: ['fd00::8/64'] })
  const [undoing] = await world.ledger.undo(byPlugin('a'))
  assert.is(undoing!.outcome, 'left')
  assert.is(undoing!.because, 'it would remove what others have made: address fd00::8/64 on a0')
  assert.is(
    describeUndoing([undoing!]),
    `no change to links taken back; what stays: a0 set up (${undoing!.because})`,
  )
  assert.is(describeUndoing([]), 'nothing about links to take back')
  assert.ok((await world.changer.look(world.index('a0')))!.up)
  world.source.change('a0', { addresses: [] })
  assert.is((await world.ledger.undo(byPlugin('a')))[0]!.outcome, 'undone')
  assert.not((await world.changer.look(world.index('a0')))!.up)
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
