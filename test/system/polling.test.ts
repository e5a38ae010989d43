import { isDeepStrictEqual } from 'node:util'
import * as assert from 'uvu/assert'
import type { Link } from '../../host/core/adapters/link.js'
import { skip, suite } from '../harness.js'
import { Namespace, Watch } from './links-watch.js'

const test = suite('system/polling')

let namespace: Namespace
let watch: Watch

test.before.each(async () => {
  if (process.getuid?.() !== 0) skip('needs root to make network namespaces')
  namespace = new Namespace()
  watch = await Watch.start(namespace, '', [], ['polling'])
})
test.after.each(() => {
  watch?.kill()
  namespace?.remove()
})

/** What netlink says at this moment. */
async function netlink(): Promise<Link[]> {
  const [snapshot] = await watch.ask('fresh', 'fresh')
  assert.ok(snapshot?.type === 'snapshot')
  return snapshot.links
}

/** Waits until polling and netlink say the same. */
async function agrees(): Promise<void> {
  for (let count = 0; count < 60; count++) {
    if (isDeepStrictEqual(watch.links, await netlink())) return
    await new Promise((done) => setTimeout(done, 100))
  }
  assert.equal(watch.links, await netlink())
}

/** What was told of an index since some event: `link NAME`, `gone`. */
function told(index: number, from: number): string[] {
  return watch.events.slice(from).flatMap((event) => {
    if (event.type === 'link' && event.link.index === index) return [`link ${event.link.name}`]
    return event.type === 'link-gone' && event.index === index ? ['gone'] : []
  })
}

test(
  'rows are those of netlink, for links of all kinds that there are here',
  async () => {
    namespace.tryIp(`link set lo up
link add br0 type bridge
link add va address 02:00:00:00:00:0a type veth peer name vb
link set vb master br0
link add ma0 link va type macvlan
link add mt0 link va type macvtap
tuntap add tun0 mode tun
tuntap add tap0 mode tap
link add vx0 type vxlan id 5 dev va dstport 4789
link add vx1 type vxlan id 6 dstport 4790
link add ifb0 type ifb
link add dm type dummy
link add vl link va type vlan id 3
link add bo type bond
link add vr type vrf table 9
link set va up
link set vb up
link set br0 up
link set ifb0 up
link set tun0 up
link set ma0 up
link set vx0 up`)
    await agrees()
    const rows = new Map(watch.links.map((link) => [link.name, link]))
    assert.is(rows.get('vb')?.portOf, 'bridge')
    assert.is(rows.get('vb')?.master, rows.get('br0')?.index)
    assert.is(rows.get('ma0')?.peer, `-:${rows.get('va')?.index}`)
    assert.is(rows.get('va')?.carrier, true)
    assert.is(rows.get('tun0')?.carrier, false)
  },
  { timeout: 30_000 },
)

test(
  'addresses are those of netlink: secondary ones, labels, far ends, temporary ones',
  async () => {
    namespace.ip(`link add va type veth peer name vb
link set va up
link set vb up
addr add 10.0.0.1/24 dev va
addr add 10.0.0.2/24 dev va
addr add 10.1.0.1/16 dev va label va:1
addr add 10.0.0.3 peer 10.9.9.9/32 dev va
addr add 2001:db8::1/64 dev va nodad
addr add 10.7.7.1/32 dev lo`)
    await watch.untilLink('va', (link) => link.addresses.length === 6)
    await agrees()
    namespace.ip('addr del 10.0.0.1/24 dev va')
    await watch.untilLink('va', (link) => !link.addresses.includes('10.0.0.1/24'))
    await agrees()
  },
  { timeout: 30_000 },
)

test('ports join and leave, links go up and down', async () => {
  namespace.ip(`link add br0 type bridge
link add va type veth peer name vb
link set va master br0`)
  await watch.untilLink('va', (link) => link.portOf === 'bridge')
  namespace.ip('link set va nomaster')
  await watch.untilLink('va', (link) => link.master === null && link.portOf === null)
  namespace.ip('link set va up')
  await watch.untilLink('va', (link) => link.up && link.carrier === false)
  namespace.ip('link set vb up')
  await watch.untilLink('va', (link) => link.carrier === true)
  namespace.ip('link set va down')
  await watch.untilLink('va', (link) => !link.up && link.carrier === null)
})

test('a rename, and a swap of names, keeps links apart', async () => {
  namespace.ip(`link add one address 02:00:00:00:00:01 type ifb
link add two address 02:00:00:00:00:02 type ifb`)
  const one = await watch.untilLink('one')
  const two = await watch.untilLink('two')
  const from = watch.events.length
  namespace.ip(`link set one name tmp
link set two name one
link set tmp name two
addr add 10.0.0.1/24 dev one`)
  await watch.until(() => watch.links.some((link) => link.name === 'one' && link.addresses.length > 0))
  assert.is(watch.link('one').index, two.index)
  assert.is(watch.link('two').index, one.index)
  assert.not([...told(one.index, from), ...told(two.index, from)].includes('gone'))
  await agrees()
})

test('an index that another link has got shows as gone and new, even with the same name and address', async () => {
  namespace.ip('link add one address 02:00:00:00:00:01 type ifb')
  const { index } = await watch.untilLink('one')
  const from = watch.events.length
  namespace.ip(`link del one
link add one index ${index} address 02:00:00:00:00:01 type ifb`)
  await watch.until(() => told(index, from).length >= 2)
  assert.equal(told(index, from), ['gone', 'link one'])
})

test('a carrier that was away between two looks is not missed', async () => {
  namespace.ip(`link add va type veth peer name vb
link set va up
link set vb up`)
  await watch.untilLink('va', (link) => link.carrier === true)
  for (let round = 1; ; round++) {
    const from = watch.rows('va').length
    namespace.ip(`link set vb down
link set vb up`)
    // Something else about the link may be told before.
    const seen = () => watch.rows('va').slice(from)
    await watch.until(() => seen().some(({ carrier }) => carrier === false))
    await watch.until(() => seen().at(-1)?.carrier === true)
    if (round === 3) break
  }
})

test('a /sys of another namespace is not believed, and that is said', async () => {
  namespace.ip('link add va type veth peer name vb')
  watch.kill()
  // Only the network namespace is entered; /sys stays the one of this process.
  const other = await Watch.start(
    namespace,
    '',
    ['nsenter', `--mount=/proc/${process.pid}/ns/mnt`, '--'],
    ['polling'],
  )
  try {
    const status = await other.ask('status', 'status')
    assert.match(status.because ?? '', /\/sys shows another network namespace/)
    const va = other.link('va')
    assert.equal([va.kind, va.driver, va.peer], ['veth', 'veth', null])
    // Without it another link is told by its name and address.
    const from = other.events.length
    namespace.ip(`link del va
link add ifb9 index ${va.index} type ifb`)
    await other.untilLink('ifb9')
    assert.is(other.link('ifb9').index, va.index)
    assert.ok(
      other.events.slice(from).some((event) => event.type === 'link-gone' && event.index === va.index),
    )
  } finally {
    other.kill()
  }
})

test('a namespace of which /sys is the own has no shortcoming', async () => {
  assert.is((await watch.ask('status', 'status')).because, null)
})

test('when it has caught up, all that happened before has been told', async () => {
  namespace.ip('link add d0 type ifb')
  await agrees()
  for (const [address, args] of [
    [['10.0.0.1/24'], 'addr add 10.0.0.1/24 dev d0'],
    [[], 'addr del 10.0.0.1/24 dev d0'],
  ] as const) {
    await watch.ask(`ip ${args}`, 'caughtUp')
    assert.equal(watch.links.find(({ name }) => name === 'd0')!.addresses, address)
  }
})

test.run()
