import { fileURLToPath } from 'node:url'
import * as assert from 'uvu/assert'
import { suite } from '../harness.js'
import { Lab, until } from './lab.js'
import { Changing } from './link-changes.js'

const test = suite('system/wired-connect', { timeout: 60_000 })
const child = fileURLToPath(new URL('./wired-child.js', import.meta.url))

let lab: Lab
let wired: Changing
test.before(() => {
  lab = new Lab().withNamespace()
})
test.before.each(() => {
  // The far end is up: the near one has a carrier as soon as it is up. It was up before, which leaves it a queue for good.
  lab.ip('link add wire0 type veth peer name far0')
  // What IPv6 does at the far end when it gets a carrier would count as a change.
  lab.exec('sysctl -qw net.ipv6.conf.far0.disable_ipv6=1')
  lab.batch(`link set far0 up
    link set wire0 up
    link set wire0 down`)
  wired = new Changing(lab.namespace, '', [], child)
})
test.after.each(async () => {
  await wired.end()
  lab.ip('link del wire0')
})
test.after(() => lab.close())

const office = {
  match: { name: 'wire0' },
  method: 'static',
  addresses: ['192.0.2.7/24', 'fd00:1::7/64'],
  gateway: ['192.0.2.1', 'fd00:1::1'],
  routes: [
    { destination: '10.0.0.0/8', gateway: '203.0.113.1', metric: 5 },
    { destination: '203.0.113.0/24' },
    { destination: 'fd00:2::/32', gateway: 'fe80::1' },
  ],
  mtu: 1400,
}

/** All that is known of the links and what leads through them. */
function everything(): string {
  return [
    // Without what counts as time goes by.
    lab.ip('-o addr show').replace(/(valid|preferred)_lft \w+/g, ''),
    lab.ip('-o link show'),
    lab.ip('route show table all'),
    lab.ip('-6 route show table all'),
  ].join('\n')
}

test('connect and its undo: the links and all routes are as they were', async () => {
  const before = everything()
  const { answer, lines } = await wired.call('connect', 'wire0', office)
  assert.equal(answer, { result: 'SUCCESS', evidence: 'static 192.0.2.7/24, fd00:1::7/64 on wire0' })
  assert.is(lines, 9)
  assert.match(lab.ip('-o link show wire0'), /UP.* mtu 1400/)
  const routes = lab.ip('route show dev wire0')
  for (const route of [
    'default via 192.0.2.1 proto 193 metric 100',
    '10.0.0.0/8 via 203.0.113.1 proto 193 metric 5',
    '203.0.113.0/24 proto 193 scope link metric 100',
  ])
    assert.ok(routes.includes(route), `${route} in ${routes}`)
  const routes6 = lab.ip('-6 route show dev wire0')
  for (const route of [
    'default via fd00:1::1 proto 193 metric 100',
    'fd00:2::/32 via fe80::1 proto 193 metric 100',
  ])
    assert.ok(routes6.includes(route), `${route} in ${routes6}`)
  assert.not.match(lab.ip('-6 -o addr show dev wire0'), /fd00:1::7\/64 .*tentative/)
  assert.equal(await wired.call('status', 'wire0', office), { result: 'SUCCESS', state: 'connected' })
  const undone = await wired.call('undo', 'wire0')
  assert.equal([undone.type, undone.left], ['undone', []])
  assert.is(everything(), before)
  assert.equal((await wired.call('undo', 'wire0')).left, [])
})

test('what others have set is used and stays; what they add meanwhile stays as well', async () => {
  lab.batch(`link set wire0 up mtu 1400
    addr add 192.0.2.7/24 dev wire0
    route add default via 192.0.2.1 dev wire0 metric 100
    addr add 198.51.100.9/24 dev wire0`)
  await until(
    async () => !lab.ip('-6 addr show dev wire0').includes('tentative'),
    () => 'its link-local address stays tentative',
  )
  const before = everything()
  const small = { ...office, addresses: ['192.0.2.7/24', '192.0.2.8/24'], gateway: '192.0.2.1', routes: [] }
  const { answer, lines } = await wired.call('connect', 'wire0', small)
  assert.equal([answer.result, lines], ['SUCCESS', 1], 'only what was not there is claimd’s')
  assert.equal((await wired.call('undo', 'wire0')).left, [])
  assert.is(everything(), before)
})

test('no carrier: said so, and only the link was set up, which is undone', async () => {
  lab.ip('link set far0 down')
  const before = everything()
  const { answer, progress, lines } = await wired.call('connect', 'wire0', office)
  assert.equal([answer.cause, answer.reason], ['no-carrier', 'wire0 has had no carrier for 1.5 s'])
  assert.equal(progress, ['waiting for a carrier on wire0'])
  assert.is(lines, 2)
  await wired.call('undo', 'wire0')
  assert.is(everything(), before)
})

test('a carrier or an address that goes is told by status', async () => {
  await wired.call('connect', 'wire0', office)
  const becomes = (state: string) =>
    until(
      async () => (await wired.call('status', 'wire0', office)).state === state,
      async () => `not ${state}: ${JSON.stringify(await wired.call('status', 'wire0', office))}`,
    )
  lab.ip('link set far0 down')
  await becomes('suspended')
  lab.ip('link set far0 up')
  await becomes('connected')
  lab.ip('addr del 192.0.2.7/24 dev wire0')
  await becomes('disconnected')
})

test('a route with the same destination and metric through another link stays, and ends the connect', async () => {
  lab.batch(`addr add 203.0.113.9/24 dev far0
    route add default via 203.0.113.1 dev far0 metric 100`)
  const before = everything()
  const { answer } = await wired.call('connect', 'wire0', { ...office, gateway: '192.0.2.1', routes: [] })
  assert.is(answer.cause, 'resource-busy')
  assert.match(
    answer.reason,
    'the route to 0.0.0.0/0 via 192.0.2.1, metric 100, cannot be set through wire0: EEXIST',
  )
  await wired.call('undo', 'wire0')
  assert.is(everything(), before)
})

test.run()
