import { rmSync } from 'node:fs'
import * as assert from 'uvu/assert'
import { skip } from '../harness/skip.js'
import { suite } from '../harness.js'
import { Lab } from './lab.js'
import { Changing } from './link-changes.js'

const test = suite('system/link-changes', { timeout: 30_000 })

let lab: Lab
let changing: Changing
let index: number
test.before(() => {
  lab = new Lab().withNamespace()
})
test.before.each(async () => {
  lab.link('lab0')
  changing = new Changing(lab.namespace, lab.state)
  index = (await changing.call('find', 'lab0')).index
})
test.after.each(async () => {
  await changing.end()
  lab.batch(lab.ip('-o link').includes(' lab0@') ? 'link del lab0' : '')
  rmSync(lab.state, { recursive: true, force: true })
})
test.after(() => lab.close())

const routes = () => lab.ip('route show dev lab0')
const addresses = () => lab.ip('-o addr show dev lab0')

test('what is made carries the mark, and is there as `ip` sees it', async () => {
  await changing.call('addAddress', index, '10.50.0.2/24')
  await changing.call('addAddress', index, 'fd50::2/64')
  await changing.call('addRoute', index, { destination: '0.0.0.0/0', gateway: '10.50.0.1', metric: 7 })
  await changing.call('addRoute', index, { destination: 'fd51::/16', gateway: null, metric: 1024 })
  assert.match(addresses(), 'inet 10.50.0.2/24 brd 10.50.0.255')
  assert.match(routes(), /default via 10\.50\.0\.1 proto 193 metric 7/)
  assert.match(lab.ip('-6 route show dev lab0'), /fd51::\/16 proto 193/)
  const marked = (await changing.call('marked')) as { index: number; change: { type: string } }[]
  assert.equal(marked.map(({ change }) => change.type).sort(), ['address', 'address', 'route', 'route'])
  assert.ok(marked.every((one) => one.index === index))
})

test('others’ addresses and routes are told from ours, and ours alone are removed', async () => {
  lab.batch(
    'addr add 10.50.0.9/24 dev lab0\nroute add 10.60.0.0/16 dev lab0\nroute add 10.61.0.0/16 dev lab0 proto 193',
  )
  await changing.call('addAddress', index, '10.51.0.2/24')
  const of = (rows: { ours: boolean }[]) => rows.map((row) => [Object.values(row)[0], row.ours])
  assert.equal(of(await changing.call('addresses', index)), [
    ['10.50.0.9/24', false],
    ['10.51.0.2/24', true],
  ])
  const foreign = { destination: '10.60.0.0/16', gateway: null, metric: 0 }
  assert.is(await changing.call('removeRoute', index, foreign), false)
  assert.is(await changing.call('removeRoute', index, { ...foreign, destination: '10.61.0.0/16' }), true)
  assert.match(routes(), '10.60.0.0/16')
})

test('when an address goes, the later ones of its network stay, and the routes of others too', async () => {
  await changing.call('addAddress', index, '10.50.0.2/24')
  lab.batch('addr add 10.50.0.9/24 dev lab0\nroute add 10.60.0.0/16 via 10.50.0.1 dev lab0')
  await changing.call('removeAddress', index, '10.50.0.2/24')
  assert.not.match(addresses(), '10.50.0.2')
  assert.match(addresses(), '10.50.0.9/24')
  assert.match(routes(), '10.60.0.0/16 via 10.50.0.1')
})

test('errors carry their name and the kernel’s own words', async () => {
  await changing.call('addAddress', index, '10.50.0.2/24')
  assert.match(
    await changing.fails('addAddress', index, '10.50.0.2/24'),
    /^LINK_NOT_CHANGED: EEXIST .*: ipv4: Address already assigned$/,
  )
  const unreachable = { destination: '10.60.0.0/16', gateway: '172.16.0.1', metric: 0 }
  assert.match(
    await changing.fails('addRoute', index, unreachable),
    /ENETUNREACH .*: Nexthop has invalid gateway$/,
  )
  assert.match(await changing.fails('setMtu', index, 68_000), /EINVAL .*: mtu greater than device maximum$/)
  assert.match(await changing.fails('setUp', 4711, true), /ENODEV/)
})

test('what is gone is removed without a word; so is everything of a link that is gone', async () => {
  const route = { destination: '10.60.0.0/16', gateway: null, metric: 0 }
  assert.is(await changing.call('removeAddress', index, '10.50.0.2/24'), false)
  assert.is(await changing.call('removeRoute', index, route), false)
  assert.is(await changing.call('remove', 4711), false)
  assert.is(await changing.call('removeAddress', 4711, '10.50.0.2/24'), false)
  assert.is(await changing.call('removeAddress', 4711, 'fd50::2/64'), false)
  assert.is(await changing.call('removeRoute', 4711, route), false)
  assert.is(await changing.call('look', 4711), null)
  assert.is(await changing.call('find', 'nothing'), null)
  assert.equal([await changing.call('addresses', 4711), await changing.call('routes', 4711)], [[], []])
})

test('links that this kernel can make are made as asked for, the others refused with its words', async () => {
  const address = '02:50:00:00:00:01'
  const recipes = [
    { kind: 'bridge', name: 'n0', address },
    { kind: 'veth', name: 'n0', address, peer: 'n1' },
    { kind: 'macvlan', name: 'n0', address, parent: index },
    { kind: 'dummy', name: 'n0', address },
    { kind: 'vlan', name: 'n0', parent: index, id: 77 },
    { kind: 'wireguard', name: 'n0' },
  ]
  let made = 0
  for (const recipe of recipes) {
    try {
      await changing.call('create', recipe)
    } catch (error) {
      assert.match((error as Error).message, 'Unknown device type', recipe.kind)
      continue
    }
    made++
    const link = await changing.call('find', 'n0')
    assert.equal([link.kind, link.up], [recipe.kind, false])
    if ('address' in recipe) assert.is(link.address, address)
    if (recipe.kind === 'veth') assert.is((await changing.call('find', 'n1')).kind, 'veth')
    if (recipe.kind === 'vlan') assert.match(lab.ip('-d link show n0'), 'id 77')
    assert.is(await changing.call('remove', link.index), true)
  }
  assert.ok(made >= 3)
})

test('the loop goes on while the kernel works', async () => {
  assert.ok((await changing.call('removeWhileTurning', index)) > 5)
})

test('without the privilege nothing is changed, and it says what to do', async () => {
  const user = ['setpriv', '--reuid=12345', '--regid=12345', '--clear-groups']
  const weak = new Changing(lab.namespace, '', user)
  let failure: string
  try {
    failure = await weak.fails('addAddress', index, '10.50.0.2/24')
  } catch {
    skip('needs a checkout that ordinary users can read')
  } finally {
    await weak.end()
  }
  assert.match(failure!, /^LINK_NOT_CHANGED: EPERM/)
})

/** What there is beside what the kernel makes by itself. */
const everything = () =>
  ['-6 addr show scope global', 'route show table all', '-6 route show table all', 'neigh show nud permanent']
    .map((what) => lab.ip(what))
    .join('')
    .split('\n')
    .map((line) => line.trim().replace(/ (?:linkdown|tentative)\b/g, ''))
    .filter((line) => /lab0/.test(line) || /nexthop|inet6/.test(line))
    .filter((line) => !/proto kernel|valid_lft|^\d+:/.test(line))
    .sort()

test('what the kernel removes of a link that goes down is named, and put back as it was', async () => {
  lab.batch(
    `addr add 192.0.2.7/24 dev lab0
addr add fd50::5/64 dev lab0 nodad
addr add fd51::5/64 dev lab0 nodad valid_lft 3000 preferred_lft 2000
route add 10.61.0.1 dev lab0
route add 10.60.0.0/16 via 10.61.0.1 dev lab0 src 192.0.2.7 mtu 1400
route add default via 192.0.2.1 dev lab0
route add 10.62.0.0/16 via 10.99.0.1 dev lab0 onlink table 100 proto static metric 50
route add default via fd50::1 dev lab0 metric 7
route add fd60::/16 via fd50::1 dev lab0
neigh add 192.0.2.1 lladdr 02:50:00:00:00:09 dev lab0
route add 10.64.0.0/16 dev lab0 proto 193`,
  )
  const before = everything()
  const losses = await changing.call('losses', index, 'down')
  assert.equal(
    losses.map(({ what }: { what: string }) => what),
    [
      'route to 10.62.0.0/16 via 10.99.0.1, metric 50, table 100, through lab0',
      'route to 0.0.0.0/0 via 192.0.2.1, metric 0, through lab0',
      'route to 10.60.0.0/16 via 10.61.0.1, metric 0, through lab0',
      'route to 10.61.0.1/32, metric 0, through lab0',
      'neighbour 192.0.2.1 on lab0',
      'address fd51::5/64 on lab0',
      'address fd50::5/64 on lab0',
      'route to fd60::/16 via fd50::1, metric 1024, through lab0',
      'route to ::/0 via fd50::1, metric 7, through lab0',
    ],
  )
  await changing.call('setUp', index, false)
  await changing.call('setUp', index, true)
  assert.not.equal(everything(), before)
  const lost = await changing.call('restore', index, losses)
  assert.equal(
    lost.map(({ what }: { what: string }) => what),
    ['address fd51::5/64 on lab0'],
  )
  assert.equal(
    everything(),
    before.filter((line) => !/fd51|proto 193/.test(line)),
  )
  assert.equal(await changing.call('restore', index, losses), lost, 'what is there is left as it is')
})

test('with a link its VLANs go down: what they have is named as well', async () => {
  try {
    lab.batch('link add link lab0 name lab0.7 type vlan id 7')
  } catch {
    skip('needs a kernel with VLANs')
  }
  lab.batch('link set lab0.7 up\nroute add 10.63.0.0/16 dev lab0.7')
  const losses = await changing.call('losses', index, 'down')
  const what = 'route to 10.63.0.0/16, metric 0, through lab0.7'
  assert.equal(
    losses.map((loss: { what: string }) => loss.what),
    [what],
  )
  await changing.call('setUp', index, false)
  await changing.call('setUp', index, true)
  assert.equal(await changing.call('restore', index, losses), [])
  assert.match(lab.ip('route show dev lab0.7'), '10.63.0.0/16')
})

for (const when of ['before', 'after'] as const) {
  test(`kill -9 ${when} a change is made: undone after the restart, and nothing of others with it`, async () => {
    lab.ip('addr add 10.50.0.9/24 dev lab0')
    const changes = [
      { type: 'address', address: '10.51.0.2/24' },
      { type: 'route', route: { destination: '10.60.0.0/16', gateway: null, metric: 3 } },
      { type: 'link', recipe: { kind: 'bridge', name: 'n0', address: '02:50:00:00:00:02' } },
      { type: 'up', before: true, from: true, after: false },
    ]
    for (const change of changes) {
      const dying = new Changing(lab.namespace, lab.state)
      await dying.dies('dies', when, index, change.type === 'link' ? null : `${index}.1`, change)
    }
    assert.is(lab.ip('-o link').includes('n0:'), when === 'after')
    const { outcomes, left, notes } = await changing.call('undo', 'p')
    assert.is(left, 0)
    // The kernel drops the routes of a link that goes down. A link that was never made is dropped at the start.
    const expected = when === 'after' ? ['undone', 'undone', 'gone', 'undone'] : ['gone', 'gone', 'gone']
    assert.equal(outcomes, expected, notes.join('\n'))
    assert.not.match(addresses(), '10.51.0.2')
    assert.match(addresses(), '10.50.0.9/24')
    assert.not.match(lab.ip('-o link'), 'n0:')
    assert.match(lab.ip('link show lab0'), /<.*\bUP\b.*>/)
    assert.equal(await changing.call('marked'), [])
  })
}

test.run()
