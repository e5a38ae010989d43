import { execFileSync } from 'node:child_process'
import { chmodSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import type { Adapter } from '@claimd/sdk'
import * as assert from 'uvu/assert'
import { skip, suite } from '../../harness.js'
import { dhclientLeases, dhcpcdLease, networkdLease, networkManagerDevice } from './captured.js'
import { connection, line, Rig, roaming } from './support.js'

const test = suite('plugins/ethernet/leased')
let rig: Rig

test.after.each(() => rig.close())

const leases = '/var/lib/dhcp/dhclient.a0.leases'
const leased = { addresses: ['10.50.0.19/24'] }
const claimedByLease = 'SUCCESS | roaming | lease of dhclient for 10.50.0.19/24'

test('claimed with a lease that is recorded, for this link and address, and holds', async () => {
  rig = new Rig(roaming)
  rig.write(leases, dhclientLeases)
  assert.is(line(await rig.offer(leased)), claimedByLease)
  assert.is(line(await rig.offer({ addresses: ['10.50.0.19/24', 'fe80::1/64'] })), claimedByLease)
})

test('an address without a record is none of it; a record is awaited for a moment', async () => {
  rig = new Rig(roaming)
  const answer = await rig.offer(leased)
  assert.equal(answer, {
    result: 'PENDING',
    retryAfterMs: 100,
    reason: 'roaming: no DHCP client has recorded a lease for 10.50.0.19',
  })
  rig.write(leases, dhclientLeases.replace('10.50.0.19', '10.50.0.18'))
  assert.match(line(await rig.offer(leased)), '; recorded: 10.50.0.18 (dhclient)')
  rig.write(leases, dhclientLeases.replace('a0', 'b0'))
  assert.match(line(await rig.offer(leased)), /no DHCP client has recorded a lease for 10\.50\.0\.19$/)
})

test('a lease that has expired is none, by the clock as it is set', async () => {
  rig = new Rig(roaming)
  rig.write(leases, dhclientLeases)
  rig.now = Date.parse('2026-11-20T11:34:05Z')
  assert.is(
    line(await rig.offer(leased)),
    'PENDING | roaming: the lease of dhclient for 10.50.0.19 expired 2026-11-20T11:34:05Z',
  )
  rig.now -= 1
  assert.is(line(await rig.offer(leased)), claimedByLease)
})

test('no address, another length, or a second address are answered at once', async () => {
  rig = new Rig(roaming)
  rig.write(leases, dhclientLeases)
  const cases: [string[], string][] = [
    [[], 'it has no address yet that DHCP could have given it'],
    [['169.254.7.7/16'], 'it has no address yet that DHCP could have given it'],
    [['10.50.0.19/16'], 'dhclient was given 10.50.0.19/24; it has 10.50.0.19/16'],
    [['10.50.0.19/24', '10.1.1.1/8'], 'DHCP gives one IPv4 address; it has 10.50.0.19/24, 10.1.1.1/8'],
    [['2001:db8::9/64'], 'DHCP gives an IPv4 address; it has 2001:db8::9/64'],
  ]
  for (const [addresses, reason] of cases)
    assert.is(line(await rig.offer({ addresses })), `INVALID_CONNECTION | roaming: ${reason}`)
})

const records: Record<
  string,
  { path: string; content: string | Buffer; address: string; wrong: Partial<Adapter> }
> = {
  'dhclient of Red Hat': {
    path: '/var/lib/dhclient/dhclient.leases',
    content: dhclientLeases,
    address: '10.50.0.19/24',
    wrong: { name: 'b0' },
  },
  'dhclient of NetworkManager': {
    path: '/var/lib/NetworkManager/dhclient-6604b755-b04f-33a3-8a74-8eec86f491b6-a0.lease',
    content: dhclientLeases,
    address: '10.50.0.19/24',
    wrong: { name: 'b0' },
  },
  dhcpcd: {
    path: '/var/lib/dhcpcd/a0.lease',
    content: dhcpcdLease,
    address: '10.51.0.13/24',
    wrong: { address: '7a:ef:86:4f:86:fe' },
  },
  'systemd-networkd': {
    path: '/run/systemd/netif/leases/7',
    content: networkdLease,
    address: '10.52.0.16/24',
    wrong: { index: 8 },
  },
  NetworkManager: {
    path: '/run/NetworkManager/devices/7',
    content: networkManagerDevice,
    address: '10.53.0.15/24',
    wrong: { index: 8 },
  },
}

for (const [client, { path, content, address, wrong }] of Object.entries(records)) {
  test(`the record of ${client} is found, and belongs to its link only`, async () => {
    rig = new Rig(connection('roaming', { match: { name: '*' }, method: 'dhcp' }))
    rig.write(path, content)
    const addresses = [address]
    assert.match(line(await rig.offer({ addresses })), `for ${address}`)
    rig.provider = rig.start()
    assert.is((await rig.offer({ addresses, id: '8.1', ...wrong })).result, 'PENDING')
  })
}

test('of records for one address the one that holds longest counts', async () => {
  rig = new Rig(roaming)
  rig.write('/var/lib/dhcp/dhclient.leases', dhclientLeases.replace('11:34:05', '10:34:05'))
  rig.write(leases, dhclientLeases)
  assert.is(line(await rig.offer(leased)), claimedByLease)
})

test('of a large file the end is read', async () => {
  rig = new Rig(roaming)
  const old = dhclientLeases.replace('10.50.0.19', '10.9.0.7')
  rig.write(leases, old.repeat(2_000) + dhclientLeases)
  assert.is(line(await rig.offer(leased)), claimedByLease)
})

test('pipes, folders and loops among the records are passed over', async () => {
  rig = new Rig(roaming)
  rig.write(leases, dhclientLeases)
  const folder = join(rig.root, '/var/lib/dhcp')
  execFileSync('mkfifo', [join(folder, 'dhclient.pipe.leases')])
  execFileSync('mkdir', [join(folder, 'dhclient.folder.leases')])
  symlinkSync('dhclient.loop.leases', join(folder, 'dhclient.loop.leases'))
  assert.is(line(await rig.offer(leased)), claimedByLease)
})

test('records that claimd may not read are named', async () => {
  rig = new Rig(roaming)
  rig.write('/var/lib/dhcpcd/a0.lease', dhcpcdLease)
  chmodSync(join(rig.root, '/var/lib/dhcpcd/a0.lease'), 0)
  chmodSync(rig.root, 0o755)
  const asNobody = process.getuid?.() === 0
  if (asNobody) process.seteuid!(65534)
  try {
    assert.match(line(await rig.offer(leased)), 'claimd may not read /var/lib/dhcpcd/a0.lease')
  } finally {
    if (asNobody) process.seteuid!(0)
  }
})

test('a folder of records that claimd may not look into is named', async () => {
  if (process.getuid?.() !== 0) skip('needs root, to become somebody else')
  rig = new Rig(roaming)
  rig.write('/var/lib/dhcpcd/a0.lease', dhcpcdLease)
  chmodSync(join(rig.root, '/var/lib/dhcpcd'), 0o700)
  chmodSync(rig.root, 0o755)
  process.seteuid!(65534)
  try {
    assert.match(line(await rig.offer(leased)), 'claimd may not read /var/lib/dhcpcd/*.lease')
  } finally {
    process.seteuid!(0)
  }
})

test('what the manifest does not ask for is not read, and a pattern within it is', async () => {
  rig = new Rig()
  rig.write('/etc/shadow', 'root')
  rig.write('/var/lib/dhcp/dhclient.a0.leases', dhclientLeases)
  const denied: string[] = []
  assert.is(await rig.files.read('/etc/shadow', (path) => void denied.push(path)), null)
  assert.equal(denied, ['/etc/shadow'])
  assert.equal(await rig.files.list('/var/lib/dhcp/dhclient*.leases', () => {}), [
    '/var/lib/dhcp/dhclient.a0.leases',
  ])
})

test('a record is awaited for four seconds, and anew the next time', async () => {
  rig = new Rig(roaming)
  const delays: unknown[] = []
  for (let times = 0; times < 5; times++) {
    const answer = await rig.offer(leased)
    delays.push(answer.result === 'PENDING' ? answer.retryAfterMs : answer.result)
  }
  assert.equal(delays, [100, 900, 3_000, 'INVALID_CONNECTION', 100])
})

test('equal connections for equal adapters: each adapter has its own', async () => {
  rig = new Rig(
    connection('wired-a', { match: { name: '*' }, method: 'dhcp' }),
    connection('wired-b', { match: { name: '*' }, method: 'dhcp' }),
  )
  rig.write(leases, dhclientLeases)
  rig.write('/var/lib/dhcp/dhclient.b0.leases', dhclientLeases.replaceAll('a0', 'b0'))
  const other = { ...leased, id: '8.8', name: 'b0' }
  assert.match(line(await rig.offer(leased)), 'SUCCESS | wired-a')
  assert.match(line(await rig.offer(leased)), 'SUCCESS | wired-a', 'it is its own')
  assert.match(line(await rig.offer(other)), 'SUCCESS | wired-b')
})

test('a lease of networkd does not hold longer because another link has got one', async () => {
  rig = new Rig(connection('roaming', { match: { name: '*' }, method: 'dhcp' }))
  const own = { addresses: ['10.52.0.16/24'] }
  rig.write('/run/systemd/netif/leases/7', networkdLease, rig.now - 3_600_000)
  rig.write('/run/systemd/netif/leases/9', networkdLease)
  assert.match(line(await rig.offer(own)), /^PENDING .* expired/)
})

test.run()
