import * as assert from 'uvu/assert'
import { skip, suite } from '../harness.js'
import { Namespace, Watch } from './links-watch.js'

// After each storm the links, as they were told event by event, equal a dump that somebody new makes.
const test = suite('system/links-storms', { timeout: 60_000 })

let home: Namespace
let away: Namespace
let watch: Watch

test.before(async () => {
  if (process.getuid?.() !== 0) skip('needs root to make network namespaces')
  home = new Namespace()
  away = new Namespace()
  watch = await Watch.start(home)
})
test.after.each(async () => {
  home.clear()
  away.clear()
  await watch.until(() => watch.links.length === 1)
})
test.after(() => {
  watch?.kill()
  home?.remove()
  away?.remove()
})

const times = (count: number, line: (i: number) => string): string =>
  Array.from({ length: count }, (_, i) => line(i)).join('\n')

async function noEventsWereLost(): Promise<void> {
  const { resyncs, malformed } = await watch.ask('status', 'status')
  assert.equal([resyncs, malformed], [0, 0])
}

test('2,000 links of 1,000 pairs come, and half of them go', async () => {
  home.ip(times(1000, (i) => `link add va${i} group ${1 + (i % 2)} type veth peer name vb${i}`))
  await watch.until(() => watch.links.length === 2001)
  await watch.comesToRest()
  home.ip('link delete group 1')
  await watch.until(() => watch.links.length === 1001)
  await watch.comesToRest()
  await noEventsWereLost()
})

test('links that come and go again while nobody can listen', async () => {
  const comeAndGo = (count: number) => () => {
    home.ip(times(count, (i) => `link add if${i} group 1 type ifb`))
    home.ip('link delete group 1')
    home.ip(`link add last${count} type ifb`)
  }
  const from = watch.events.length
  await watch.whileBlocked(comeAndGo(500))
  await watch.untilLink('last500')
  assert.is(watch.events.length, from + 1, 'what can be read in one go is not told when it is over')
  await watch.whileBlocked(comeAndGo(2000))
  await watch.untilLink('last2000')
  await watch.comesToRest()
  await noEventsWereLost()
})

test('flags, MTUs, addresses and groups flap', async () => {
  home.ip(times(20, (i) => `link add va${i} type veth peer name vb${i}\nlink set vb${i} up`))
  const round = (i: number) => `link set va${i % 20} up
link set va${i % 20} mtu ${1280 + (i % 200)}
link set va${i % 20} address 02:00:00:00:${(i % 200).toString(16)}:01
link set va${i % 20} multicast ${i % 2 ? 'on' : 'off'}
link set va${(i * 7) % 20} down`
  home.ip(times(300, round))
  await watch.comesToRest()
  await watch.whileBlocked(() => home.ip(times(300, round)))
  await watch.comesToRest()
  await noEventsWereLost()
})

test('SC-32: names go round in a cycle, and are swapped, again and again', async () => {
  const count = 12
  home.ip(times(count, (i) => `link add n${i} type ifb`))
  home.ip('link set n3 up\nlink set n4 up')
  await watch.until(() => watch.links.length === count + 1)
  const { index } = watch.link('n0')
  const cycle = ['link set n0 name spare']
  for (let i = 1; i < count; i++) cycle.push(`link set n${i} name n${i - 1}`)
  cycle.push(`link set spare name n${count - 1}`)
  home.ip(times(100, () => cycle.join('\n')))
  await watch.whileBlocked(() => {
    home.ip(times(25, () => cycle.join('\n')))
    home.ip(times(25, () => 'link set n0 name tmp\nlink set n1 name n0\nlink set tmp name n1'))
  })
  await watch.comesToRest()
  // 125 steps back, and once swapped.
  assert.is(watch.links.find((link) => link.index === index)?.name, `n${(12 * 125 - 125) % 12}`)
  assert.not.ok(watch.events.some((event) => event.type === 'link-gone' && event.index === index))
  await noEventsWereLost()
})

test('SC-37: a link that is deleted and made again under its name, or even its index, went each time', async () => {
  home.ip('link add again index 7000 type ifb')
  await watch.untilLink('again')
  const goings = () =>
    watch.events.filter((event) => event.type === 'link-gone' && event.index === 7000).length
  for (let round = 1; round <= 30; round++) {
    const kind = round % 2 ? 'bridge' : 'ifb'
    home.ip(`link delete again\nlink add again index 7000 type ${kind}`)
    await watch.untilLink('again', (link) => link.kind === kind)
    assert.is(goings(), round)
  }
  await watch.whileBlocked(() =>
    home.ip(times(50, () => 'link delete again\nlink add again index 7000 type ifb')),
  )
  await watch.comesToRest()
  // All those that nobody could see between the first and the last are not told.
  assert.is(goings(), 31)
  home.ip(times(100, () => 'link delete again\nlink add again type ifb'))
  await watch.comesToRest()
  await noEventsWereLost()
})

test('ports join and leave bridges', async () => {
  home.ip('link add br0 type bridge\nlink add br1 type bridge\nlink set br0 up')
  home.ip(
    times(20, (i) => `link add va${i} type veth peer name vb${i}\nlink set va${i} up\nlink set vb${i} up`),
  )
  const round = (i: number) => `link set va${i % 20} master br${i % 2}
link set vb${(i * 3) % 20} master br1
link set va${(i * 7) % 20} nomaster`
  home.ip(times(200, round))
  await watch.comesToRest()
  await watch.whileBlocked(() => home.ip(times(200, round)))
  await watch.comesToRest()
  assert.ok(watch.links.some((link) => link.portOf === 'bridge'))
  home.ip('link delete br0\nlink delete br1')
  await watch.comesToRest()
  assert.not.ok(watch.links.some((link) => link.master !== null))
  await noEventsWereLost()
})

test('links move to another namespace and back, with the same index and with another', async () => {
  home.ip(times(10, (i) => `link add va${i} index ${100 + i} type veth peer name vb${i}`))
  for (let round = 0; round < 6; round++) {
    const [leave, comeBack] = ['va', 'vb'].map((end) => {
      const name = `${end}${round % 10}`
      return [
        () => home.ip(`link set ${name} netns ${away.name}`),
        () => away.ip(`link set ${name} netns ${home.name}`),
      ]
    }) as [(() => void)[], (() => void)[]]
    const storm = () => {
      leave[0]!()
      comeBack[0]!()
      leave[1]!()
      leave[0]!()
      comeBack[1]!()
      leave[1]!()
    }
    if (round % 2) await watch.whileBlocked(storm)
    else storm()
    await watch.comesToRest()
  }
  home.ip(`link set va9 netns ${away.name}\nlink add taken index 109 type ifb`)
  await watch.untilLink('taken')
  away.ip(`link set va9 netns ${home.name}`)
  const back = await watch.untilLink('va9')
  assert.is.not(back.index, 109)
  await watch.comesToRest()
  assert.is(watch.link('vb9').peer, `-:${back.index}`)
  await noEventsWereLost()
})

test('hundreds of addresses come and go', async () => {
  home.ip('link add va type veth peer name vb\nlink set vb up\nlink set va up')
  const v4 = (i: number) => `10.${i >> 6}.${i & 3}.${i & 63}/${i % 3 ? 24 : 16}`
  const v6 = (i: number) => `2001:db8:${i & 7}::${i.toString(16)}/64`
  home.ip(times(400, (i) => `addr add ${i % 2 ? v4(i) : `${v6(i)} ${i % 4 ? 'nodad' : ''}`} dev va`))
  await watch.comesToRest()
  await watch.whileBlocked(() => {
    home.tryIp(
      times(400, (i) => (i % 5 ? `addr delete ${i % 2 ? v4(i) : v6(i)} dev va` : 'link set va mtu 1400')),
    )
    home.tryIp(times(200, (i) => `addr add ${i % 2 ? v4(i * 2) : v6(i)} dev va`))
  })
  await watch.comesToRest()
  home.ip('addr flush dev va')
  await watch.comesToRest()
  await noEventsWereLost()
})

for (const keep of [0, 1]) {
  test(`addresses over down and up (keep_addr_on_down ${keep})`, async () => {
    home.ip('link add va type veth peer name vb\nlink set vb up\nlink set va up')
    home.exec('sysctl', '-qw', `net.ipv6.conf.va.keep_addr_on_down=${keep}`)
    home.ip(`addr add 10.0.0.1/24 dev va
addr add 2001:db8::1/64 dev va
addr add 2001:db8::2/64 dev va nodad`)
    await watch.untilLink('va', (link) => link.addresses.length === 4)
    home.ip('link set va down')
    await watch.untilLink('va', (link) => !link.up)
    await watch.comesToRest()
    const kept = keep ? ['10.0.0.1/24', '2001:db8::2/64'] : ['10.0.0.1/24']
    assert.equal(watch.link('va').addresses, kept)
    home.ip('addr add 2001:db8::3/64 dev va\naddr add 10.0.1.1/24 dev va')
    await watch.comesToRest()
    home.ip(times(20, (i) => `link set va ${i % 2 ? 'up' : 'down'}`))
    await watch.untilLink('va', (link) => link.addresses.length === (keep ? 6 : 3))
    await watch.comesToRest()
    home.ip('link set va mtu 1000')
    await watch.comesToRest()
    assert.equal(watch.link('va').addresses, ['10.0.0.1/24', '10.0.1.1/24'])
    home.ip('link set va mtu 1500')
    home.exec('sysctl', '-qw', 'net.ipv6.conf.va.disable_ipv6=1')
    await watch.comesToRest()
    await noEventsWereLost()
  })
}

test('an address that somebody else has is never told as one that can be used', async () => {
  home.ip('link add dup type veth peer name vb\nlink set dup up\nlink set vb up')
  home.ip('addr add 2001:db8::1/64 dev vb nodad')
  home.ip('addr add 2001:db8::1/64 dev dup\naddr add 2001:db8::2/64 dev dup')
  await watch.untilLink('dup', (link) => link.addresses.includes('2001:db8::2/64'))
  const failed = () => /2001:db8::1\/64.*dadfailed/.test(home.exec('ip', '-6', 'addr', 'show', 'dev', 'dup'))
  while (!failed()) await new Promise((done) => setTimeout(done, 50))
  await watch.comesToRest()
  assert.not.ok(watch.rows('dup').some((link) => link.addresses.includes('2001:db8::1/64')))
})

test('temporary IPv6 addresses come with a prefix and are left out', async () => {
  home.ip('link add temp type veth peer name vb\nlink set temp up\nlink set vb up')
  home.exec('sysctl', '-qw', 'net.ipv6.conf.temp.use_tempaddr=2')
  home.ip(times(8, (i) => `addr add 2001:db8:${i + 1}::1/64 dev temp mngtmpaddr nodad`))
  const temporary = () => home.exec('ip', '-6', 'addr', 'show', 'dev', 'temp', 'temporary').includes('inet6')
  await watch.untilLink('temp', (link) => link.addresses.length >= 9)
  if (!temporary()) skip('this kernel makes no temporary address for a manual one')
  await watch.comesToRest()
  const told = watch.rows('temp').flatMap((link) => link.addresses)
  assert.not.ok(told.some((address) => address.startsWith('2001:db8:') && !/^2001:db8:\d::1\//.test(address)))
})

test('alternative names come and go on links that are up', async () => {
  home.ip(times(10, (i) => `link add va${i} type ifb\nlink set va${i} up`))
  const round = (i: number) => `link property add dev va${i % 10} altname a${i} altname b${i}
link property del dev va${i % 10} altname a${i}
link set va${i % 10} mtu ${1300 + i}`
  home.ip(times(100, round))
  await watch.comesToRest()
  assert.is(watch.link('va3').alternativeNames.length, 10)
  await watch.whileBlocked(() => {
    home.ip(times(100, (i) => `link property del dev va${i % 10} altname b${i}`))
    home.ip(times(50, (i) => round(i)))
  })
  await watch.comesToRest()
  assert.equal(watch.link('va3').alternativeNames, ['b3', 'b13', 'b23', 'b33', 'b43'])
  await noEventsWereLost()
})

test.run()
