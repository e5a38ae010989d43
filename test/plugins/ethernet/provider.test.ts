import type { Adapter } from '@claimd/sdk'
import * as assert from 'uvu/assert'
import { suite } from '../../harness.js'
import { until } from '../../system/lab.js'
import { dhclientLeases } from './captured.js'
import { adapter, connection, line, office, Rig, roaming } from './support.js'

const test = suite('plugins/ethernet/provider')
let rig: Rig

test.after.each(() => rig.close())

const claimed = 'SUCCESS | office | static 192.0.2.7/24 as configured'
const leases = '/var/lib/dhcp/dhclient.a0.leases'
const leased = { addresses: ['10.50.0.19/24'] }
const claimedByLease = 'SUCCESS | roaming | lease of dhclient for 10.50.0.19/24'

/** Answers to an offer of an adapter with these addresses. */
const offered = async (...addresses: string[]) => line(await rig.offer({ addresses }))

test('static: claimed when the addresses are those configured, and no others', async () => {
  rig = new Rig(office)
  assert.is(await offered('192.0.2.7/24'), claimed)
  assert.is(
    await offered('192.0.2.7/16'),
    'INVALID_CONNECTION | office: it lacks 192.0.2.7/24; it has 192.0.2.7/16',
  )
  assert.is(await offered(), 'INVALID_CONNECTION | office: it lacks 192.0.2.7/24; it has none')
  for (const extra of ['192.0.2.8/24', '10.0.0.1/8', '2001:db8::9/64'])
    assert.is(
      await offered('192.0.2.7/24', extra),
      `INVALID_CONNECTION | office: besides 192.0.2.7/24 it has ${extra}`,
    )
})

test('static: the order and the spelling of addresses do not matter, and several are all needed', async () => {
  rig = new Rig(
    connection('both', {
      match: { name: 'a0' },
      method: 'static',
      addresses: ['2001:DB8:0::7/64', '192.0.2.7/24'],
    }),
  )
  assert.match(await offered('192.0.2.7/24', '2001:db8::7/64'), 'SUCCESS | both')
  assert.match(await offered('2001:db8::7/64', '192.0.2.7/24'), 'SUCCESS | both')
  assert.match(await offered('192.0.2.7/24'), 'lacks 2001:db8::7/64')
})

test('with others allowed, further addresses neither keep a claim from being made nor end it', async () => {
  const others = { others: 'allowed' }
  rig = new Rig(connection('office', { ...office.config, ...others }))
  assert.is(await offered('192.0.2.7/24', '198.51.100.9/24', '2001:db8::9/64'), claimed)
  const addresses = ['192.0.2.7/24', '10.0.0.1/8']
  assert.is(line(await rig.verify('office', { addresses })), claimed)
  assert.match(await offered('198.51.100.9/24'), 'it lacks 192.0.2.7/24')
  rig.close()
  rig = new Rig(connection('roaming', { ...roaming.config, ...others }))
  rig.write(leases, dhclientLeases)
  const some = ['198.51.100.9/24', ...leased.addresses, 'fd00::9/64']
  assert.is(line(await rig.offer({ addresses: some })), claimedByLease)
  assert.match(
    await offered('198.51.100.9/24', 'fd00::9/64'),
    'PENDING | roaming: no DHCP client has recorded',
  )
  assert.match(await offered('fd00::9/64'), 'it has no address yet')
})

test('what a link has by itself does not count, unless it is configured', async () => {
  rig = new Rig(
    office,
    connection('local', { match: { name: 'a0' }, method: 'static', addresses: ['169.254.1.1/16'] }),
  )
  assert.is(await offered('192.0.2.7/24', 'fe80::1/64', '169.254.9.9/16'), claimed)
  assert.match(await offered('169.254.1.1/16'), 'SUCCESS | local')
  assert.match(await offered('169.254.1.2/16'), 'lacks 169.254.1.1/16')
})

test('IPv6 addresses that the network gave do not count; those without a lifetime do', async () => {
  rig = new Rig(office)
  const given = '20010db8000000000000000000000009'
  rig.write('/proc/net/if_inet6', `${given} 07 40 00 00       a0\n`)
  assert.is(await offered('192.0.2.7/24', '2001:db8::9/64'), claimed)
  assert.match(await offered('192.0.2.7/24', '2001:db8::8/64'), 'besides')
  rig.write('/proc/net/if_inet6', `${given} 07 40 00 80       a0\n`)
  assert.match(await offered('192.0.2.7/24', '2001:db8::9/64'), 'besides')
  rig.write('/proc/net/if_inet6', `${given} 08 40 00 00       b0\nrubbish\n`)
  assert.match(await offered('192.0.2.7/24', '2001:db8::9/64'), 'besides')
})

test('an adapter that is down, or not meant, is not claimed', async () => {
  rig = new Rig(office)
  const addresses = ['192.0.2.7/24']
  assert.is(line(await rig.offer({ addresses, up: false })), 'INVALID_CONNECTION | it is down')
  assert.is(
    line(await rig.offer({ addresses, name: 'b0' })),
    'INVALID_CONNECTION | no configured ethernet connection is for this adapter',
  )
})

test('of several connections the first whose addresses are there is claimed, every time', async () => {
  const glob = connection('glob', { match: { name: 'a*' }, method: 'static', addresses: ['192.0.2.7/24'] })
  rig = new Rig(glob, office, roaming)
  for (let time = 0; time < 3; time++) assert.is(await offered('192.0.2.7/24'), claimed)
  const reasons = await offered('192.0.2.8/24')
  assert.match(reasons, 'office: it lacks 192.0.2.7/24; it has 192.0.2.8/24; roaming: no DHCP client')
})

test('a faulty connection is said to the operator, and does not keep others from being claimed', async () => {
  const faulty = connection('typo', { match: { nme: 'a0' }, method: 'dhcp' })
  rig = new Rig(faulty, office)
  assert.is(await offered('192.0.2.7/24'), claimed)
  assert.match(await offered('192.0.2.8/24'), 'typo: config.match.nme: found "a0", expected no such key')
  assert.is(rig.log.length, 1, 'the log has it once')
  rig.configured = [connection('other', { match: { name: 'b0' }, method: 'dhpc' })]
  assert.not.match(await offered(), 'dhpc')
})

test('verify: stands while the adapter is what the connection would have produced, also after a rename', async () => {
  rig = new Rig(office)
  const addresses = ['192.0.2.7/24']
  assert.is(line(await rig.offer({ addresses })), claimed)
  assert.is(line(await rig.verify('office', { addresses })), claimed)
  assert.is(line(await rig.verify('office', { addresses, name: 'lan0' })), claimed)
  assert.is(
    line(await rig.verify('office', { addresses: ['192.0.2.8/24'] })),
    'INVALID_CONNECTION | it lacks 192.0.2.7/24; it has 192.0.2.8/24',
  )
})

test('verify: an edit that is for another adapter counts, also for a link that was renamed, and after a restart', async () => {
  const addresses = ['192.0.2.7/24']
  const forB0 = connection('office', { ...office.config, match: { name: 'b0' } })
  const no = 'INVALID_CONNECTION | office is for adapters with name b0'
  for (const restarted of [false, true]) {
    rig = new Rig(office)
    assert.is(line(await rig.offer({ addresses })), claimed)
    assert.is(line(await rig.verify('office', { addresses, name: 'lan0' })), claimed)
    if (restarted) rig.provider = rig.start()
    assert.is(line(await rig.verify('office', { addresses, name: 'lan1' })), claimed)
    rig.configured = [forB0]
    assert.is(line(await rig.verify('office', { addresses, name: 'lan1' })), no)
    rig.close()
  }
  rig = new Rig(forB0)
  const renamed = { addresses, name: 'b0' }
  assert.is(line(await rig.offer(renamed)), claimed)
})

test('a lease stays that of a link that was renamed, also after a restart of the plugin', async () => {
  rig = new Rig(connection('roaming', { match: { address: adapter.address }, method: 'dhcp' }))
  rig.write(leases, dhclientLeases)
  assert.is(line(await rig.offer(leased)), claimedByLease)
  assert.is(line(await rig.verify('roaming', { ...leased, name: 'wan0' })), claimedByLease)
  rig.provider = rig.start()
  assert.is(line(await rig.verify('roaming', { ...leased, name: 'wan0' })), claimedByLease)
  rig.provider.released({
    adapter: { ...adapter, name: 'wan0' },
    connection: 'roaming',
    fence: rig.fence,
    reason: 'gone',
  })
  await until(
    async () => JSON.stringify(rig.stored.get('names')) === '{}',
    () => JSON.stringify(rig.stored.get('names')),
  )
  const other = { ...leased, id: '9.4', name: 'wan0' }
  assert.match(line(await rig.offer(other)), 'no DHCP client has recorded a lease')
})

test('verify: a connection that is not configured any more, is for others now, or is faulty', async () => {
  const addresses = ['192.0.2.7/24']
  rig = new Rig()
  assert.is(
    line(await rig.verify('office', { addresses })),
    'INVALID_CONNECTION | the connection office is not configured any more',
  )
  rig.configured = [connection('office', { ...office.config, match: { address: '02:*' } })]
  assert.is(
    line(await rig.verify('office', { addresses })),
    'INVALID_CONNECTION | office is for adapters with address 02:*',
  )
  rig.configured = [connection('office', { ...office.config, method: 'manual' })]
  assert.is(
    line(await rig.verify('office', { addresses })),
    'INCONSISTENT_CONFIGURATION | office: config.method: found "manual", expected "static" or "dhcp"',
  )
})

test('verify: a lease that was renewed stands; one that has gone is doubted once, then it is over', async () => {
  rig = new Rig(roaming)
  rig.write(leases, dhclientLeases)
  assert.is(line(await rig.offer(leased)), claimedByLease)
  rig.write(leases, dhclientLeases.replace('11:34:05', '12:34:05'))
  // Without the moment until which it holds, which the next renewal would make untrue.
  assert.is(line(await rig.verify('roaming', leased)), claimedByLease)
  rig.write(leases, '')
  assert.equal(await rig.verify('roaming', leased), {
    result: 'PENDING',
    retryAfterMs: 1_000,
    reason: 'no DHCP client has recorded a lease for 10.50.0.19',
  })
  assert.is(
    line(await rig.verify('roaming', leased)),
    'INVALID_CONNECTION | no DHCP client has recorded a lease for 10.50.0.19',
  )
})

test('a lease that expires ends its claim without being asked; one that was renewed or released does not', async () => {
  rig = new Rig(roaming)
  const expiry = Date.parse('2026-11-20T11:34:05Z')
  rig.write(leases, dhclientLeases)
  rig.now = expiry - 1
  assert.is(line(await rig.offer(leased)), claimedByLease)
  rig.now = expiry
  await until(
    async () => rig.reports.length > 0,
    () => 'nothing is reported',
  )
  assert.equal(rig.reports, [
    'roaming 1 lost the lease of dhclient for 10.50.0.19 expired 2026-11-20T11:34:05Z',
  ])
  rig.reports.length = 0
  rig.now = expiry - 1
  await rig.offer(leased)
  rig.provider.released({
    adapter: { id: '7.1' } as Adapter,
    connection: 'roaming',
    fence: rig.fence,
    reason: 'operator',
  })
  await rig.offer({ ...leased, id: '8.1' })
  rig.write(leases, dhclientLeases.replace('11:34:05', '12:34:05'))
  rig.now = expiry
  await new Promise((done) => setTimeout(done, 1_500))
  assert.equal(rig.reports, [])
})

/** Until when leases are watched, as it is set from now on. */
function watchedUntil(): string[] {
  const until: string[] = []
  const watch = rig.watch.watch.bind(rig.watch)
  rig.watch.watch = (fence, time, look) => {
    until.push(new Date(time).toISOString().slice(11, 19))
    watch(fence, time, look)
  }
  return until
}

test('a renewal, and a lease that was cut short, count from when they are recorded', async () => {
  rig = new Rig(roaming)
  rig.write(leases, dhclientLeases)
  const watched = watchedUntil()
  assert.is(line(await rig.offer(leased)), claimedByLease)
  await rig.granted.watching()
  for (const expiry of ['12:34:05', '11:00:01']) {
    rig.write(leases, dhclientLeases.replace('11:34:05', expiry))
    await until(
      async () => watched.at(-1) === expiry,
      () => watched.join(),
    )
  }
  rig.now = Date.parse('2026-11-20T11:00:01Z')
  await until(
    async () => rig.reports.length > 0,
    () => 'nothing is reported',
  )
  assert.equal(rig.reports, [
    'roaming 1 lost the lease of dhclient for 10.50.0.19 expired 2026-11-20T11:00:01Z',
  ])
})

test('a lease whose record is gone may be recorded again for ten seconds', async () => {
  rig = new Rig(roaming)
  rig.write(leases, dhclientLeases)
  const watched = watchedUntil()
  await rig.offer(leased)
  await rig.granted.watching()
  const changes: [string, string][] = [
    ['', '11:00:10'],
    [dhclientLeases, '11:34:05'],
  ]
  for (const [content, expiry] of changes) {
    rig.write(leases, content)
    await until(
      async () => watched.at(-1) === expiry,
      () => watched.join(),
    )
  }
  assert.equal(watched, ['11:34:05', '11:00:10', '11:34:05'])
  assert.equal(rig.reports, [])
})

test('adapters that no connection is for cost next to nothing', async () => {
  rig = new Rig(office, roaming)
  const before = performance.now()
  for (let count = 0; count < 10_000; count++) await rig.offer({ name: `veth${count}` })
  assert.ok(performance.now() - before < 2_000)
})

test.run()
