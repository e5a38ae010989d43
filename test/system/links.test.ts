import * as assert from 'uvu/assert'
import type { Link } from '../../host/core/adapters/link.js'
import { skip, suite } from '../harness.js'
import { Namespace, Watch } from './links-watch.js'

const test = suite('system/links')

let home: Namespace
let away: Namespace
let watch: Watch

test.before(async () => {
  if (process.getuid?.() !== 0) skip('needs root to make network namespaces')
  home = new Namespace()
  away = new Namespace()
  watch = await Watch.start(home)
})
test.after(() => {
  watch?.kill()
  home?.remove()
  away?.remove()
})

/** Changes something harmless and waits for it, so that everything before it has been told. */
async function settled(): Promise<void> {
  const name = `mark${watch.events.length}`
  home.ip(`link add ${name} type ifb`)
  await watch.untilLink(name)
  home.ip(`link delete ${name}`)
  await watch.until(() => !watch.links.some((link) => link.name === name))
}

test('starts with a snapshot of everything', () => {
  const [first] = watch.events
  assert.ok(first?.type === 'snapshot')
  assert.is(first.reason, 'start')
  const lo = first.links.find((link) => link.name === 'lo')
  assert.is(lo?.kind, 'loopback')
  assert.ok(lo?.loopback)
})

test('a link that appears is told with its kind, driver, address and peer', async () => {
  home.ip('link add va address 02:00:00:00:00:0a type veth peer name vb')
  const va = await watch.untilLink('va')
  const vb = await watch.untilLink('vb', (link) => link.peer !== null)
  assert.is(va.kind, 'veth')
  assert.is(va.driver, 'veth')
  assert.is(va.address, '02:00:00:00:00:0a')
  assert.is(va.peer, `-:${vb.index}`)
  assert.is(vb.peer, `-:${va.index}`)
  assert.is(va.up, false)
  assert.is(va.carrier, null)
  assert.is(va.path, null)
})

test('up, carrier and down', async () => {
  home.ip('link set va up')
  await watch.untilLink('va', (link) => link.up && link.carrier === false)
  home.ip('link set vb up')
  await watch.untilLink('va', (link) => link.carrier === true)
  home.ip('link set vb down')
  await watch.untilLink('va', (link) => link.carrier === false)
  home.ip('link set va down')
  await watch.untilLink('va', (link) => !link.up && link.carrier === null)
})

test('IPv4 and IPv6 addresses come and go', async () => {
  home.ip(`link set va up
link set vb up
addr add 10.7.0.1/24 dev va
addr add 2001:db8:7::1/64 dev va nodad
addr add 10.7.1.1 peer 10.7.1.2/32 dev va`)
  const { addresses } = await watch.untilLink('va', (link) => link.addresses.length >= 4)
  assert.equal(addresses.slice(0, 3), ['10.7.0.1/24', '10.7.1.1/32', '2001:db8:7::1/64'])
  assert.match(addresses[3]!, /^fe80::/)
  home.ip('addr del 10.7.0.1/24 dev va')
  await watch.untilLink('va', (link) => !link.addresses.includes('10.7.0.1/24'))
})

test('temporary IPv6 addresses are left out', async () => {
  home.exec('sysctl', '-qw', 'net.ipv6.conf.va.use_tempaddr=2')
  home.ip('addr add 2001:db8:8::1/64 dev va mngtmpaddr nodad')
  await watch.untilLink('va', (link) => link.addresses.includes('2001:db8:8::1/64'))
  await settled()
  const seen = home.exec('ip', '-6', 'addr', 'show', 'dev', 'va')
  if (!/2001:db8:8:.*temporary/.test(seen)) skip('this kernel makes no temporary address for a manual one')
  const of8 = watch
    .rows('va')
    .flatMap((link) => link.addresses.filter((text) => text.startsWith('2001:db8:8:')))
  assert.equal([...new Set(of8)], ['2001:db8:8::1/64'])
})

test('an address under duplicate detection is told only when it can be used', async () => {
  home.ip('addr add 2001:db8:9::1/64 dev va')
  const tentative = /2001:db8:9::1\/64.*tentative/
  while (tentative.test(home.exec('ip', '-6', 'addr', 'show', 'dev', 'va')))
    assert.not.ok(
      watch.link('va').addresses.includes('2001:db8:9::1/64') &&
        tentative.test(home.exec('ip', '-6', 'addr', 'show', 'dev', 'va')),
    )
  await watch.untilLink('va', (link) => link.addresses.includes('2001:db8:9::1/64'))
})

test('a rename keeps the index; nothing goes', async () => {
  const { index } = watch.link('va')
  home.ip(`link set va down
link set va name vz`)
  assert.is((await watch.untilLink('vz')).index, index)
  home.ip('link set vz name va')
  await watch.untilLink('va')
  assert.not.ok(watch.events.some((event) => event.type === 'link-gone' && event.index === index))
})

test('two links swap their names', async () => {
  home.ip('link set vb down')
  const [a, b] = [watch.link('va').index, watch.link('vb').index]
  home.ip(`link set va name tmp
link set vb name va
link set tmp name vb`)
  await watch.until(() => watch.links.some((link) => link.name === 'va' && link.index === b))
  await watch.until(() => watch.links.some((link) => link.name === 'vb' && link.index === a))
})

test('a port joins a bridge and leaves it, and does not go', async () => {
  home.ip('link add br0 type bridge')
  const { index } = await watch.untilLink('va')
  const bridge = await watch.untilLink('br0')
  home.ip('link set va master br0')
  const port = await watch.untilLink('va', (link) => link.master !== null)
  assert.is(port.master, bridge.index)
  assert.is(port.portOf, 'bridge')
  home.ip('link set va nomaster')
  const free = await watch.untilLink('va', (link) => link.master === null)
  assert.is(free.portOf, null)
  await settled()
  assert.not.ok(watch.events.some((event) => event.type === 'link-gone' && event.index === index))
})

test('a link that is deleted and made again with the same index went in between', async () => {
  home.ip('link add again index 7001 type ifb')
  await watch.untilLink('again')
  const from = watch.events.length
  home.ip(`link delete again
link add again index 7001 type ifb`)
  await watch.until(() => watch.events.length >= from + 2)
  const [gone, back] = watch.events.slice(from).filter((event) => event.type !== 'snapshot')
  assert.equal(gone, { type: 'link-gone', index: 7001, movedTo: null })
  assert.ok(back?.type === 'link' && back.link.index === 7001)
  home.ip('link delete again')
  await settled()
})

test('a move to another namespace says so, and the way back is a new appearance', async () => {
  const { index } = watch.link('va')
  const from = watch.events.length
  home.ip(`link set va netns ${away.name}`)
  await watch.until(() => !watch.links.some((link) => link.name === 'va'))
  const gone = watch.events.slice(from).find((event) => event.type === 'link-gone' && event.index === index)
  assert.ok(gone?.type === 'link-gone')
  assert.type(gone.movedTo?.namespace, 'number')
  assert.type(gone.movedTo?.index, 'number')
  const partner = await watch.untilLink('vb', (link) => !link.peer?.startsWith('-'))
  assert.is(partner.peer, `${gone.movedTo?.namespace}:${gone.movedTo?.index}`)
  away.ip(`link set va netns ${home.name}`)
  await watch.untilLink('va')
})

test('alternative names are told when the kernel tells them: at once of a link that is up, else with its next message', async () => {
  home.ip('link add named type ifb\nlink property add dev named altname first')
  await settled()
  home.ip('link set named up')
  await watch.untilLink('named', (link) => link.alternativeNames.join() === 'first')
  home.ip('link property add dev named altname second')
  await watch.untilLink('named', (link) => link.alternativeNames.join() === 'first,second')
  home.ip('link property del dev named altname first')
  await watch.untilLink('named', (link) => link.alternativeNames.join() === 'second')
  home.ip('link set named down\nlink property del dev named altname second\nlink set named name renamed')
  await watch.untilLink('renamed', (link) => link.alternativeNames.length === 0)
  home.ip('link delete renamed')
})

test('a link with as many alternative names as the kernel takes is seen, by whoever comes later as well', async () => {
  const name = (i: number) => `${'many'.padEnd(120, 'x')}${i}`
  const all = Array.from({ length: 480 }, (_, i) => `link property add dev named altname ${name(i)}`)
  home.ip(`link add named type ifb\n${all.join('\n')}\nlink set named up`)
  const { alternativeNames } = await watch.untilLink('named', (link) => link.up)
  assert.equal(
    alternativeNames,
    all.map((_, i) => name(i)),
  )
  await watch.comesToRest()
  assert.is((await watch.ask('status', 'status')).resyncs, 0)
  home.ip('link delete named')
})

test('what changes nothing that is shown is not told', async () => {
  await settled()
  const from = watch.events.length
  home.ip(`link set va mtu 1400
link set va txqueuelen 500
link set va alias something`)
  await settled()
  assert.not.ok(watch.events.slice(from).some((event) => event.type === 'link' && event.link.name === 'va'))
})

test(
  '500 links in a burst: all are told, once each',
  async () => {
    const from = watch.events.length
    home.ip(Array.from({ length: 500 }, (_, i) => `link add burst${i} type ifb`).join('\n'))
    await watch.until(() => watch.links.filter((link) => link.name.startsWith('burst')).length === 500)
    await settled()
    const told = watch.events.slice(from).flatMap((event) => (event.type === 'link' ? [event.link] : []))
    const burst = told.filter((link) => link.name.startsWith('burst'))
    assert.is(new Set(burst.map((link) => link.name)).size, 500)
    assert.is((await watch.ask('status', 'status')).resyncs, 0)
  },
  { timeout: 30_000 },
)

test('after all this somebody new sees the same', async () => {
  const [snapshot] = await watch.ask('fresh', 'fresh')
  assert.ok(snapshot?.type === 'snapshot')
  assert.equal(watch.links, snapshot.links as Link[])
  assert.is((await watch.ask('status', 'status')).malformed, 0)
})

test('when it has caught up, all that happened before has been told', async () => {
  home.ip('link add d0 type ifb')
  await watch.untilLink('d0')
  for (const [address, args] of [
    [['10.0.0.1/24'], 'addr add 10.0.0.1/24 dev d0'],
    [[], 'addr del 10.0.0.1/24 dev d0'],
  ] as const) {
    await watch.ask(`ip ${args}`, 'caughtUp')
    assert.equal(watch.links.find(({ name }) => name === 'd0')!.addresses, address)
  }
})

test.run()
