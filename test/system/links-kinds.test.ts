import { execFileSync } from 'node:child_process'
import * as assert from 'uvu/assert'
import { skip, suite } from '../harness.js'
import { Namespace, Watch } from './links-watch.js'

const test = suite('system/links-kinds', { timeout: 60_000 })

let home: Namespace
let watch: Watch

test.before(async () => {
  if (process.getuid?.() !== 0) skip('needs root to make network namespaces')
  home = new Namespace()
  home.ip('link add under type veth peer name other')
  watch = await Watch.start(home)
})
test.after(() => {
  watch?.kill()
  home?.remove()
})

/** How each kind of link is made, where a kernel can make it. */
const kinds: Record<string, string> = {
  amt: 'type amt mode relay local 10.0.0.1 dev under',
  bareudp: 'type bareudp dstport 6635 ethertype ip',
  batadv: 'type batadv',
  bond: 'type bond',
  bridge: 'type bridge',
  dummy: 'type dummy',
  geneve: 'type geneve id 5 remote 10.0.0.2',
  gre: 'type gre remote 10.0.0.2 local 10.0.0.1',
  gretap: 'type gretap remote 10.0.0.2 local 10.0.0.1',
  gtp: 'type gtp role sgsn',
  hsr: 'type hsr slave1 under slave2 other',
  ifb: 'type ifb',
  ip6gre: 'type ip6gre remote fd00::2 local fd00::1',
  ip6tnl: 'type ip6tnl remote fd00::2 local fd00::1',
  ipip: 'type ipip remote 10.0.0.2 local 10.0.0.1',
  ipvlan: 'link under type ipvlan',
  macsec: 'link under type macsec',
  macvlan: 'link under type macvlan',
  macvtap: 'link under type macvtap',
  netkit: 'type netkit peer name kit1',
  nlmon: 'type nlmon',
  sit: 'type sit remote 10.0.0.2 local 10.0.0.1',
  team: 'type team',
  vcan: 'type vcan',
  veth: 'type veth peer name kit1',
  vlan: 'link under type vlan id 7',
  vrf: 'type vrf table 9',
  vti: 'type vti remote 10.0.0.2 local 10.0.0.1',
  vxcan: 'type vxcan peer name kit1',
  vxlan: 'type vxlan id 5 dstport 4789 dev under',
  wireguard: 'type wireguard',
  xfrm: 'type xfrm if_id 7',
}

function made(command: string): boolean {
  try {
    execFileSync('ip', ['-n', home.name, ...command.split(' ')], { stdio: 'pipe' })
    return true
  } catch {
    return false
  }
}

/** What may happen to a link of any kind; what a kind does not allow is refused. */
const life = `link set kit0 up
link set kit0 mtu 1300
link set kit0 address 02:00:00:00:00:77
addr add 10.77.0.1/24 dev kit0
addr add 2001:db8:77::1/64 dev kit0 nodad
link property add dev kit0 altname also-kit0
link set kit0 name kit2
link set kit2 master bridge
link set kit2 nomaster
link set kit2 down
link set kit2 name kit0
link set kit0 up`

const missing: string[] = []

test('a link of every kind that this kernel makes is told as one, from its making to its end', async () => {
  for (const [kind, how] of Object.entries(kinds)) {
    if (!made(`link add kit0 ${how}`)) {
      missing.push(kind)
      continue
    }
    const link = await watch.untilLink('kit0')
    assert.is(link.kind, kind)
    assert.is.not(link.driver, '')
    home.ip('link add bridge type bridge')
    home.tryIp(life)
    await watch.untilLink('kit0', ({ up, alternativeNames }) => up && alternativeNames.includes('also-kit0'))
    await watch.comesToRest()
    home.ip('link delete kit0\nlink delete bridge')
    await watch.until(() => watch.links.length === 3)
    await watch.comesToRest()
    assert.is((await watch.ask('status', 'status')).malformed, 0)
  }
})

test('… and those of all the other kinds', () => {
  if (missing.length > 0) skip(`this kernel makes no links of these kinds: ${missing.join(' ')}`)
})

for (const mode of ['tun', 'tap']) {
  test(`a ${mode} link is told as one, from its making to its end`, async () => {
    if (!made(`tuntap add dev kit0 mode ${mode}`)) skip(`this kernel makes no ${mode} links`)
    const link = await watch.untilLink('kit0')
    assert.equal([link.kind, link.driver], ['tun', 'tun'])
    home.ip('link set kit0 up\naddr add 10.77.0.1/24 dev kit0')
    await watch.untilLink('kit0', ({ up, addresses }) => up && addresses.includes('10.77.0.1/24'))
    await watch.comesToRest()
    home.ip(`tuntap delete dev kit0 mode ${mode}`)
    await watch.until(() => watch.links.length === 3)
  })
}

test.run()
