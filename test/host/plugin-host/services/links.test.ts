import type { LinkChange, LinkPermissions } from '@claimd/sdk'
import * as fc from 'fast-check'
import * as assert from 'uvu/assert'
import {
  checkAddress,
  checkMtu,
  checkNewLink,
  checkRoute,
} from '../../../../host/plugin-host/services/links/link-arguments.js'
import { linkHandlers } from '../../../../host/plugin-host/services/links/links-service.js'
import { suite } from '../../../harness.js'
import { byPlugin, World } from '../../core/ledger/world.js'
import { AskingLab } from './support.js'

const test = suite('plugin-host/services/links')

const change: LinkChange[] = ['address', 'any-route', 'up', 'mtu']

let world: World
let lab: AskingLab
test.before(async () => {
  world = new World(
    [
      { name: 'asks0' },
      { name: 'other0', addresses: ['10.9.0.1/24'] },
      { name: 'asks1', addresses: ['10.8.0.1/24'] },
      { name: 'free' },
    ],
    ['asks', 'other'],
  )
  const { changer, ledger, holdings } = world
  lab = await AskingLab.start(linkHandlers({ changer, ledger, holdings }), { links: { change } })
})
test.after(async () => {
  await lab.end()
  world.close()
})
test.after.each(async () => {
  await world.ledger.undo(byPlugin('asks'))
  await world.told()
})

/** The first two arguments of a call on a link by its holder. */
const on = (name: string, by = 0) => {
  const { adapter, fence } = world.held(name)
  return `${JSON.stringify(adapter.id)}, ${fence + by}`
}
const call = (method: string, ...args: string[]) => `await context.links.${method}(${args.join(', ')})`
/** The plugin with the permission to make links. */
const maker = (...create: string[]) => AskingLab.start(linkHandlers(world), { links: { create } })
/** The plugin with these permissions, while it runs a test. */
async function granted(links: LinkPermissions, run: (lab: AskingLab) => Promise<void>): Promise<void> {
  const asking = await AskingLab.start(linkHandlers(world), { links })
  try {
    await run(asking)
  } finally {
    await asking.end()
  }
}
const recorded = (type: string) => world.rig.events.filter((event) => event.type === type)

test('a holder acts on its adapter, and each thing is in the ledger until it takes it back', async () => {
  await lab.run(call('addAddress', on('asks0'), `'10.0.0.1/24'`))
  await lab.run(call('addRoute', on('asks0'), `{ destination: 'default', gateway: '10.0.0.254' }`))
  await lab.run(call('setMtu', on('asks0'), '1400'))
  await lab.run(call('down', on('asks0')))
  const { index } = world.held('asks0').adapter
  assert.equal(await world.addresses('asks0'), ['10.0.0.1/24'])
  const link = (await world.changer.look(index))!
  assert.equal([link.up, link.mtu], [false, 1400])
  const lines = world.ledger.entries()
  assert.equal(
    lines.map(({ change }) => change.type),
    ['address', 'route', 'mtu', 'up'],
  )
  const { provider, connection, fence, adapter } = world.held('asks0')
  assert.equal(lines[0]!.owner, { plugin: 'asks', provider, connection, fence, adapter: adapter.id })

  await lab.run(call('up', on('asks0')))
  await lab.run(call('setMtu', on('asks0'), '1500'))
  await lab.run(call('removeRoute', on('asks0'), `{ destination: '0.0.0.0/0', gateway: '10.0.0.254' }`))
  await lab.run(call('removeAddress', on('asks0'), `'10.0.0.1/24'`))
  assert.equal(world.ledger.entries(), [])
  assert.equal(await world.addresses('asks0'), [])
  await world.told()
  const changes = recorded('adapter-changed').map(({ message }) => message)
  assert.equal(changes, [
    'asks0: 10.0.0.1/24 added (by its holder)',
    'asks0: went down (by its holder)',
    'asks0: came up (by its holder)',
    'asks0: 10.0.0.1/24 removed (by its holder)',
  ])
})

test('what a change removes of others is told as its own, in its line, and back after the undo', async () => {
  const before = ['10.8.0.1/24', 'fd00::5/64']
  for (const [one, said] of [
    [call('down', on('asks1')), 'asks1 set down'],
    [call('setMtu', on('asks1'), '1000'), 'MTU 1000 of asks1, before 1500'],
  ] as const) {
    world.source.change('asks1', { addresses: before })
    await world.told()
    const events = recorded('adapter-changed').length
    await lab.run(one)
    await world.told()
    assert.equal(await world.addresses('asks1'), ['10.8.0.1/24'])
    assert.ok(
      recorded('adapter-changed')
        .slice(events)
        .every(({ message }) => message.endsWith('(by its holder)')),
    )
    assert.equal(
      world.ledger.changesBy('asks').map(({ what }) => what),
      [`${said}, which removed address fd00::5/64 on asks1`],
    )
    await world.ledger.undo(byPlugin('asks'))
    assert.equal(await world.addresses('asks1'), before)
  }
  world.source.change('asks1', { addresses: ['10.8.0.1/24'] })
  await world.told()
})

test('a holder sees its adapter as it is now, without any permission, and no other one', async () => {
  await granted({}, async (asking) => {
    world.source.change('asks0', { carrier: false, addresses: ['10.0.0.9/24'] })
    await world.told()
    await asking.run(
      `const { name, carrier, addresses } = await context.links.look(${on('asks0')})
       const seen = JSON.stringify([name, carrier, addresses])
       if (seen !== '["asks0",false,["10.0.0.9/24"]]') throw new Error(seen)`,
    )
    for (const one of [call('look', on('asks0', -1)), call('look', on('other0'))])
      assert.is((await asking.fails(one)).code, 'NOT_ALLOWED', one)
    world.source.change('asks0', { carrier: true, addresses: [] })
    await world.told()
  })
})

test('SC-29: an old fence, the adapter of another, one that nobody holds: NOT_ALLOWED, recorded once, not done', async () => {
  const before = recorded('action-refused').length
  const free = world.rig.row('free').id
  const calls = [
    call('addAddress', on('asks0', -1), `'10.0.0.1/24'`),
    call('down', on('other0')),
    call('setMtu', `'${free}'`, '7', '1400'),
    call('removeAddress', on('other0'), `'10.9.0.1/24'`),
    call('addRoute', `'1.99'`, '0', `{ destination: '10.0.0.0/8' }`),
  ]
  for (const one of calls) {
    const { code, expected } = await lab.fails(one)
    assert.is(code, 'NOT_ALLOWED', one)
    assert.ok(expected)
  }
  world.rig.clock.run()
  const refusals = recorded('action-refused').slice(before)
  assert.is(refusals.length, calls.length)
  assert.match(refusals[1]!.message, 'plugin asks may not set it down on other0: other/main holds other0')
  assert.equal(lab.refusals(), [], 'not a second time')
  assert.equal(world.ledger.entries(), [])
  assert.equal(await world.addresses('other0'), ['10.9.0.1/24'])
})

test('every kind of change takes its permission, which the refusal names, and is recorded', async () => {
  await granted({ create: ['lab-*'] }, async (asking) => {
    const calls: [kind: LinkChange, call: string][] = [
      ['up', call('down', on('asks1'))],
      ['up', call('up', on('asks1'))],
      ['mtu', call('setMtu', on('asks1'), '1400')],
      ['address', call('addAddress', on('asks1'), `'10.0.0.1/24'`)],
      ['address', call('removeAddress', on('asks1'), `'10.8.0.1/24'`)],
      ['route', call('addRoute', on('asks1'), `{ destination: '10.8.0.0/25' }`)],
      ['route', call('removeRoute', on('asks1'), `{ destination: '10.8.0.0/25' }`)],
    ]
    for (const [at, [kind, one]] of calls.entries()) {
      const { code, remedy } = await asking.fails(one)
      assert.is(code, 'NOT_ALLOWED', one)
      assert.match(remedy!, 'permissions.links.change', one)
      assert.match(remedy!, kind, one)
      assert.is(asking.refusals().length, at + 1, one)
    }
    const { index } = world.held('asks1').adapter
    assert.equal(
      [(await world.changer.look(index))!.up, await world.addresses('asks1')],
      [true, ['10.8.0.1/24']],
    )
  })
})

test('a route beyond the networks of its adapter, and a network as wide as the Internet, take any-route', async () => {
  await granted({ change: ['address', 'route'] }, async (asking) => {
    await asking.run(call('addRoute', on('asks1'), `{ destination: '10.8.0.128/25' }`))
    for (const one of [
      call('addRoute', on('asks1'), `{ destination: 'default', gateway: '10.8.0.9' }`),
      call('addRoute', on('asks1'), `{ destination: '10.8.0.0/16' }`),
      call('addRoute', on('asks1'), `{ destination: '10.9.0.0/24', gateway: '10.8.0.9' }`),
      call('addAddress', on('asks1'), `'64.0.0.1/1'`),
      call('addAddress', on('asks1'), `'2000::1/3'`),
    ]) {
      const { code, remedy } = await asking.fails(one)
      assert.is(code, 'NOT_ALLOWED', one)
      assert.match(remedy!, 'any-route', one)
    }
    assert.equal(
      world.ledger.entries().map(({ change: { type } }) => type),
      ['route'],
    )
  })
})

test('what others made is left alone: adding it is no change, and removing it is refused', async () => {
  await lab.run(call('addAddress', on('asks1'), `'10.8.0.1/24'`))
  await lab.run(call('up', on('asks1')))
  assert.equal(world.ledger.entries(), [])
  const { code, message } = await lab.fails(call('removeAddress', on('asks1'), `'10.8.0.1/24'`))
  assert.is(code, 'NOT_ALLOWED')
  assert.match(message, 'it was not added through the host')
  assert.equal(await world.addresses('asks1'), ['10.8.0.1/24'])
  await lab.run(call('removeAddress', on('asks1'), `'10.8.0.77/24'`))
})

test('what the kernel refuses arrives with its words, is recorded, and is not in the ledger', async () => {
  await lab.run(call('addRoute', on('asks1'), `{ destination: '10.7.0.0/16' }`))
  const { code, found } = await lab.fails(call('addRoute', on('asks0'), `{ destination: '10.7.0.0/16' }`))
  assert.is(code, 'LINK_NOT_CHANGED')
  assert.match(found!, 'EEXIST')
  assert.is(world.ledger.entries().length, 1)
  await world.told()
  assert.match(recorded('act-failed').at(-1)!.message, 'could not add the route to 10.7.0.0/16 on asks0')
})

test('what cannot be written down is not done', async () => {
  world.records.failure = Object.assign(new Error('the disk is full'), { code: 'STORE_DEGRADED' })
  const { message } = await lab.fails(call('addAddress', on('asks0'), `'10.0.0.1/24'`))
  world.records.failure = null
  assert.match(message, 'the disk is full')
  assert.equal(await world.addresses('asks0'), [])
})

test('the fence is looked at again after the kernel was asked: a claim may end meanwhile', async () => {
  const look = world.changer.addresses
  const { fence } = world.held('asks1')
  const args = on('asks1')
  world.changer.addresses = async (index) => {
    world.changer.addresses = look
    const found = await look.call(world.changer, index)
    const released = world.rig.services.adapters.release('asks1', 'a test', { uid: 0, gid: 0, pid: 1 })
    world.rig.clock.run()
    await released
    return found
  }
  const { code } = await lab.fails(call('addAddress', args, `'10.0.0.1/24'`))
  assert.is(code, 'NOT_ALLOWED')
  assert.equal(await world.addresses('asks1'), ['10.8.0.1/24'])
  const offered = world.rig.services.adapters.offer('asks1', { uid: 0, gid: 0, pid: 1 })
  world.rig.clock.run(5_000)
  await offered
  assert.ok(world.held('asks1').fence > fence)
})

test('links are made by permission only, and removed by who made them', async () => {
  const made = call('create', `{ kind: 'veth', name: 'lab-a', peer: 'lab-b' }`)
  const { code, expected, remedy } = await lab.fails(made)
  assert.equal([code, expected], ['NOT_ALLOWED', 'nothing of this kind: none was granted'])
  assert.match(remedy!, 'permissions.links.create')
  assert.is(lab.refusals().length, 1)
  const loud = await maker('lab-*')
  try {
    const half = await loud.fails(call('create', `{ kind: 'veth', name: 'lab-a', peer: 'eth7' }`))
    assert.is(half.code, 'NOT_ALLOWED', 'both ends have a name')
    await loud.run(made)
    await loud.run(made)
    assert.is(world.ledger.entries().length, 1, 'what is there already is no error')
    const taken = await loud.fails(call('create', `{ kind: 'bridge', name: 'lab-b' }`))
    assert.match(taken.found!, 'EEXIST')
    for (const name of ['free', 'lab-b', 'nothing']) {
      assert.is((await loud.fails(call('remove', `'${name}'`))).code, 'NOT_ALLOWED', name)
    }
    await world.told()
    await loud.run(call('remove', `'lab-a'`))
    assert.is(await world.changer.find('lab-b'), null)
    assert.equal(world.ledger.entries(), [])
    assert.equal(
      loud.lab.notes.filter(({ type }) => type.startsWith('link-')).map(({ type }) => type),
      ['link-made', 'link-removed'],
    )
  } finally {
    await loud.end()
  }
})

test('a link that another plugin holds, or with which such a one would go, is not removed by its maker', async () => {
  const loud = await maker('mine', 'other*')
  try {
    await loud.run(call('create', `{ kind: 'veth', name: 'mine', peer: 'other7' }`))
    await world.told()
    assert.is(world.held('other7').plugin, 'other')
    const { code, message } = await loud.fails(call('remove', `'mine'`))
    assert.is(code, 'NOT_ALLOWED')
    assert.match(message, 'other/main holds other7')
    const [undoing] = await world.ledger.undo(byPlugin('asks'))
    assert.is(undoing!.outcome, 'left')
    world.source.remove('other7')
    await world.told()
    await loud.run(call('remove', `'mine'`))
    assert.is(await world.changer.find('mine'), null)
  } finally {
    await loud.end()
  }
})

test('a link on top of another one needs the fence of that', async () => {
  const loud = await maker('up-*')
  try {
    const macvlan = (name: string, adapter: string, fence: number) =>
      call(
        'create',
        `{ kind: 'macvlan', name: '${name}', parent: { adapter: '${adapter}', fence: ${fence} } }`,
      )
    const { adapter, fence } = world.held('asks0')
    assert.is((await loud.fails(macvlan('up-1', adapter.id, fence + 1))).code, 'NOT_ALLOWED')
    assert.is(await world.changer.find('up-1'), null)
    await loud.run(macvlan('up-1', adapter.id, fence))
    assert.ok(await world.changer.find('up-1'))
  } finally {
    await loud.end()
  }
})

test('rule 5: while claimd is being stopped, plugins change nothing', async () => {
  const own = new World([{ name: 'asks0' }], ['asks'])
  const stopping = await AskingLab.start(linkHandlers(own), { links: { change, create: ['made*'] } })
  try {
    const { adapter, fence } = own.held('asks0')
    await stopping.run(call('create', `{ kind: 'bridge', name: 'made' }`))
    own.rig.engine.stop()
    for (const one of [
      call('down', `'${adapter.id}'`, `${fence}`),
      call('remove', `'made'`),
      call('create', `{ kind: 'bridge', name: 'made2' }`),
    ]) {
      const outcome = await stopping.fails(one)
      assert.match(outcome.message, 'claimd is being stopped', one)
    }
    assert.is((await own.changer.look(adapter.index))!.up, true)
    assert.ok(await own.changer.find('made'))
  } finally {
    await stopping.end()
    own.close()
  }
})

test('arguments are checked before anything else', () => {
  const fails = (work: () => unknown) => assert.throws(work, /REQUEST_MALFORMED|cannot be used/)
  assert.is(checkAddress('FD00:0:0::0001/64'), 'fd00::1/64')
  assert.is(checkAddress('::ffff:10.0.0.1/128'), '::ffff:10.0.0.1/128')
  for (const address of [
    '10.0.0.1',
    '10.0.0.1/33',
    '10.0.0.1/0',
    '10.0.0.1/024',
    '10.0.0.1/24/',
    '010.0.0.1/24',
    '10.0.0/24',
    'fe80::1%eth0/64',
    '127.0.0.2/8',
    '224.0.0.1/24',
    '::1/128',
    'ff02::1/64',
    '0.0.0.0/8',
    '255.255.255.255/32',
    'fd00::1/129',
    '10.0.0.1/24 dev eth0',
    '',
  ])
    fails(() => checkAddress(address))
  const gateway = '10.0.0.1'
  assert.equal(checkRoute({ destination: 'default', gateway }), {
    destination: '0.0.0.0/0',
    gateway,
    metric: 0,
  })
  assert.equal(checkRoute({ destination: 'FD00::/8', metric: 0 }).metric, 1024)
  for (const route of [
    { destination: 'default' },
    { destination: '10.0.0.1/24' },
    { destination: 'fd00::1/64' },
    { destination: '10.0.0.0/8', gateway: 'fe80::1' },
    { destination: '10.0.0.0/8', gateway: '10.0.0.1/24' },
    { destination: '10.0.0.0/8', gateway: 'fe80::1%lo' },
    { destination: '10.0.0.0/8', metric: -1 },
    { destination: '10.0.0.0/8', metric: 2 ** 32 },
    { destination: 'all' },
  ])
    fails(() => checkRoute(route))
  for (const mtu of [0, 67, 65_536, 1400.5, Number.NaN]) fails(() => checkMtu(mtu))
  assert.is(checkMtu(68), 68)
  const parent = { adapter: '1.1', fence: 1 }
  for (const link of [
    { kind: 'bridge', name: 'eth%d' },
    { kind: 'bridge', name: '..' },
    { kind: 'bridge', name: '-x' },
    { kind: 'bridge', name: 'a/b' },
    { kind: 'bridge', name: 'sixteen-letters0' },
    { kind: 'bridge', name: 'a b' },
    { kind: 'bridge', name: 'b0', peer: 'b1' },
    { kind: 'veth', name: 'v0' },
    { kind: 'veth', name: 'v0', peer: 'v0' },
    { kind: 'veth', name: 'v0', peer: 'v/1' },
    { kind: 'vlan', name: 'v0', parent, id: 4095 },
    { kind: 'vlan', name: 'v0', id: 5 },
    { kind: 'macvlan', name: 'm0', parent, id: 5 },
  ])
    fails(() => checkNewLink(link as never))
})

test('always: what the checks let through is written as the kernel writes it', () => {
  fc.assert(
    fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), fc.nat(128), (text, length) => {
      let checked: string
      try {
        checked = checkAddress(`${text}/${length}`)
      } catch {
        return
      }
      assert.is(checkAddress(checked), checked)
      assert.match(checked, /^[0-9a-f.:]+\/\d+$/)
    }),
  )
})

test('many calls at once are done one after the other', async () => {
  const args = on('asks0')
  await lab.run(
    `const all = Array.from({ length: 30 }, (_, n) => context.links.addAddress(${args}, '10.1.0.' + (n + 1) + '/32'))
     await Promise.all(all)`,
  )
  assert.is((await world.addresses('asks0')).length, 30)
  assert.is(world.ledger.entries().length, 30)
})

test.run()
