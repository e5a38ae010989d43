import type { LinksAction } from '@claimd/sdk/wire'
import * as fc from 'fast-check'
import * as assert from 'uvu/assert'
import type { UndoneEvent } from '../../../../host/core/kernel/provider-port.js'
import { UndoByFence } from '../../../../host/core/ledger/undo-by-fence.js'
import type { Caller } from '../../../../host/plugin-host/services/caller.js'
import { linkHandlers } from '../../../../host/plugin-host/services/links/links-service.js'
import { suite } from '../../../harness.js'
import { World } from './world.js'

const test = suite('core/ledger/undo-by-fence')

const caller = {
  plugin: 'a',
  granted: { links: { change: ['address', 'any-route', 'up', 'mtu'], create: ['*'] } },
  signal: new AbortController().signal,
  isCurrent: () => true,
  note: () => {},
} as unknown as Caller

let world: World
let told: UndoneEvent[]
test.before.each(() => {
  world = new World([{ name: 'a0' }, { name: 'a1', addresses: ['10.9.0.1/24'] }], ['a'])
  told = []
})
test.after.each(() => world.close())

type OnAdapter<A extends LinksAction = LinksAction> = A extends { fence: number }
  ? Omit<A, 'adapter' | 'fence'>
  : never

/** What a plugin does through `context.links` to an adapter that it holds. */
async function does(name: string, action: OnAdapter): Promise<void> {
  const { adapter, fence } = world.held(name)
  await asks({ ...action, adapter: adapter.id, fence } as LinksAction)
}

async function asks(action: LinksAction): Promise<void> {
  await linkHandlers(world).links!(action, caller)
  await world.told()
}

/** @returns what the event says had to stay */
async function undone(name: string, port = portOf()): Promise<readonly string[]> {
  const { fence } = world.held(name)
  const before = told.length
  port.undo(fence)
  await world.ledger.inTurn(async () => {})
  await world.told()
  assert.equal(
    told.slice(before).map((event) => [event.type, event.fence]),
    [['undone', fence]],
  )
  return told.at(-1)!.left
}

const portOf = () => new UndoByFence(world.ledger, (event) => void told.push(event))
const linesOf = (name: string) =>
  world.ledger.entries(({ fence }) => fence === world.held(name).fence).map(({ change }) => change.type)

/** All that is known of a link. */
async function stateOf(name: string) {
  const index = world.index(name)
  const { up, mtu } = (await world.changer.look(index))!
  const routes = (await world.changer.routes(index)).map((route) => JSON.stringify(route)).sort()
  return { up, mtu, routes, addresses: (await world.addresses(name)).sort() }
}

test('what was made with a fence is taken back, told once, and again does no harm', async () => {
  const before = [await stateOf('a0'), await stateOf('a1')]
  await does('a0', { action: 'setMtu', mtu: 1400 })
  await does('a0', { action: 'addAddress', address: '10.0.0.2/24' })
  await does('a0', {
    action: 'addRoute',
    route: { destination: 'default', gateway: '10.0.0.1', metric: 100 },
  })
  await does('a1', { action: 'addAddress', address: '10.0.1.2/24' })
  assert.equal(await undone('a0'), [])
  assert.equal(await stateOf('a0'), before[0])
  assert.equal((await stateOf('a1')).addresses, ['10.0.1.2/24', '10.9.0.1/24'])
  assert.equal([linesOf('a0'), linesOf('a1')], [[], ['address']])
  assert.equal(
    world.notes.map(({ type }) => type),
    ['undone', 'undone', 'undone'],
  )
  assert.equal(await undone('a0'), [])
  assert.is(world.notes.length, 3)
  assert.equal(await undone('a1'), [])
  assert.equal(await stateOf('a1'), before[1])
})

test('it is taken back newest first, also by a ledger that was read anew', async () => {
  await does('a0', { action: 'setMtu', mtu: 1400 })
  await does('a0', { action: 'addAddress', address: '10.0.0.2/24' })
  await does('a0', { action: 'addRoute', route: { destination: '10.5.0.0/16', gateway: '10.0.0.1' } })
  world.restarted()
  await undone('a0')
  assert.equal(
    world.notes.map((note) => String(note.message).replace(/^taken back what plugin a did: /, '')),
    [
      'route to 10.5.0.0/16 via 10.0.0.1, metric 0 through a0',
      'address 10.0.0.2/24 on a0',
      'MTU 1400 of a0, before 1500',
    ],
  )
})

test('what the kernel refuses to take back stays in the ledger, is named, and the rest is taken back', async () => {
  await does('a0', { action: 'addAddress', address: '10.0.0.2/24' })
  await does('a0', { action: 'addAddress', address: '10.0.0.3/24' })
  const remove = world.changer.removeAddress
  world.changer.removeAddress = (index, address) =>
    address === '10.0.0.3/24'
      ? Promise.reject(new Error('EBUSY (device or resource busy)'))
      : remove.call(world.changer, index, address)
  assert.equal(await undone('a0'), ['address 10.0.0.3/24 on a0 (EBUSY (device or resource busy))'])
  assert.equal(await world.addresses('a0'), ['10.0.0.3/24'])
  assert.equal(linesOf('a0'), ['address'])
  assert.equal(
    world.notes.map(({ type }) => type),
    ['undo-failed', 'undone'],
  )
  world.changer.removeAddress = remove
  assert.equal(await undone('a0'), [])
  assert.equal(await world.addresses('a0'), [])
})

test('it is told after all that it has led to', async () => {
  await does('a0', { action: 'addAddress', address: '10.0.0.2/24' })
  const order: string[] = []
  const links = {
    catchUp: async () => {
      order.push((await world.addresses('a0')).length === 0 ? 'links, without the address' : 'links')
    },
  }
  const port = new UndoByFence(
    world.ledger,
    (event) => {
      order.push('undone')
      told.push(event)
    },
    links,
  )
  assert.equal(await undone('a0', port), [])
  assert.equal(order, ['links, without the address', 'undone'])
})

test('a ledger that fails is told of as well', async () => {
  const { fence } = world.held('a0')
  const broken = { undo: () => Promise.reject(new Error('the disk is gone')) }
  assert.equal(await undone('a0', new UndoByFence(broken, (event) => void told.push(event))), [
    'the disk is gone',
  ])
  assert.is(told[0]!.fence, fence)
})

test('a link on top of an adapter goes with the fence by which it was made', async () => {
  const { adapter, fence } = world.held('a0')
  const parent = { adapter: adapter.id, fence }
  await asks({ action: 'create', link: { kind: 'macvlan', name: 'm0', parent } })
  await asks({ action: 'create', link: { kind: 'dummy', name: 'd0' } })
  await undone('a1')
  assert.ok(await world.changer.find('m0'))
  assert.equal(await undone('a0'), [])
  assert.is(await world.changer.find('m0'), null)
  assert.ok(await world.changer.find('d0'), 'it was made by no fence')
})

test('what is there already by an earlier fence goes with the later one', async () => {
  const [before, first] = [await stateOf('a0'), world.held('a0')]
  const parent = { adapter: first.adapter.id, fence: first.fence }
  world.source.change('a0', { up: false })
  await world.told()
  const all = async () => {
    await does('a0', { action: 'up' })
    await does('a0', { action: 'setMtu', mtu: 1400 })
    await does('a0', { action: 'addAddress', address: '10.0.0.2/24' })
    await does('a0', { action: 'addRoute', route: { destination: '10.5.0.0/16', gateway: '10.0.0.1' } })
  }
  await all()
  await asks({ action: 'create', link: { kind: 'macvlan', name: 'm0', parent } })
  const { adapters } = world.rig.services
  const operator = { uid: 0, gid: 0, pid: 1 }
  const released = adapters.release('a0', 'a test', operator)
  world.rig.clock.run()
  await released
  const offered = adapters.offer('a0', operator)
  world.rig.clock.run(5_000)
  await offered
  const { fence } = world.held('a0')
  assert.ok(fence > first.fence)
  await all()
  await asks({ action: 'create', link: { kind: 'macvlan', name: 'm0', parent: { ...parent, fence } } })
  assert.equal(linesOf('a0'), ['up', 'mtu', 'address', 'route', 'link'])
  assert.equal(await undone('a0'), [])
  assert.equal(await stateOf('a0'), { ...before, up: false })
  assert.is(await world.changer.find('m0'), null)
})

/** Something that happens to a link. */
type Step =
  | { on: 'a0' | 'a1'; by: 'plugin'; action: OnAdapter }
  | { on: 'a0' | 'a1'; by: 'other'; address: string }

const on = fc.constantFrom('a0' as const, 'a1' as const)
const address = fc.nat({ max: 5 }).map((host) => `10.0.0.${host + 1}/24`)
const route = fc.record({
  destination: fc.constantFrom('default', '10.5.0.0/16', '10.6.0.0/16'),
  gateway: fc.constantFrom('10.0.0.201', '10.0.0.202'),
  metric: fc.nat({ max: 2 }),
})
const action: fc.Arbitrary<OnAdapter> = fc.oneof(
  fc.record({ action: fc.constantFrom('addAddress' as const, 'removeAddress' as const), address }),
  fc.record({ action: fc.constantFrom('addRoute' as const, 'removeRoute' as const), route }),
  fc.record({ action: fc.constant('setMtu' as const), mtu: fc.constantFrom(1400, 1450, 1500) }),
  fc.record({ action: fc.constantFrom('up' as const, 'down' as const) }),
)
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ on, by: fc.constant('plugin' as const), action }) },
  { weight: 1, arbitrary: fc.record({ on, by: fc.constant('other' as const), address }) },
)

test('always: the undo of one fence leaves what the other one made, and what others made', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 25 }), on, async (steps, undo) => {
      world.close()
      world = new World([{ name: 'a0' }, { name: 'a1' }], ['a'])
      told = []
      const foreign = { a0: new Set<string>(), a1: new Set<string>() }
      for (const one of steps) {
        if (one.by === 'plugin') {
          // Such as a route that is there through the other link.
          await does(one.on, one.action).catch(() => {})
          continue
        }
        // Another program toggles an address: also one that the plugin had added, which is the program's from then on.
        const there = await world.addresses(one.on)
        const isThere = there.includes(one.address)
        if (isThere) foreign[one.on].delete(one.address)
        else foreign[one.on].add(one.address)
        const addresses = isThere ? there.filter((text) => text !== one.address) : [...there, one.address]
        world.source.change(one.on, { addresses })
        await world.told()
      }
      const other = undo === 'a0' ? 'a1' : 'a0'
      const before = { state: await stateOf(other), lines: linesOf(other) }
      assert.equal(await undone(undo), [])
      assert.equal(await stateOf(undo), {
        up: true,
        mtu: 1500,
        routes: [],
        addresses: [...foreign[undo]].sort(),
      })
      assert.equal(linesOf(undo), [])
      assert.equal({ state: await stateOf(other), lines: linesOf(other) }, before)
    }),
    { numRuns: 200 },
  )
})

test.run()
