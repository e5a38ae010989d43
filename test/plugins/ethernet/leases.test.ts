import { setTimeout } from 'node:timers/promises'
import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { suite } from '../../harness.js'
import {
  dhclientEpochLeases,
  dhclientLeases,
  dhcpcdLease,
  networkdLease,
  networkManagerDevice,
  networkManagerInternalLease,
} from './captured.js'
import { LeaseWatch, readDhclient, readDhcpcd, readNetworkd, readNetworkManager } from './compiled.js'

const test = suite('plugins/ethernet/leases')

const a0 = { client: 'dhclient', address: '10.50.0.19', length: 24, name: 'a0', mac: null }

test('dhclient: a lease with its time in UTC', () => {
  assert.equal(readDhclient(dhclientLeases, false), [{ ...a0, expires: Date.parse('2026-11-20T11:34:05Z') }])
})

test('dhclient: times as seconds; of several leases of a link the last one holds', () => {
  assert.equal(readDhclient(dhclientEpochLeases, false), [{ ...a0, expires: 1795172082_000 }])
  const elsewhere = dhclientLeases.replace('10.50.0.19', '10.9.0.7')
  const found = readDhclient(dhclientLeases + elsewhere + dhclientLeases.replaceAll('a0', 'b0'), false)
  assert.equal(
    found.map(({ name, address }) => `${name} ${address}`),
    ['a0 10.9.0.7', 'b0 10.50.0.19'],
  )
})

test('dhclient: a lease that never expires', () => {
  const [lease] = readDhclient(dhclientLeases.replace(/expire .*/, 'expire never;'), false)
  assert.is(lease?.expires, Number.POSITIVE_INFINITY)
})

test('dhclient: what a server sent in quotes is not read as syntax', () => {
  const text = dhclientLeases.replace('"vm"', '"} lease { fixed-address 10.6.6.6; \\" expire never; # "')
  assert.equal(
    readDhclient(text, false).map(({ address }) => address),
    ['10.50.0.19'],
  )
})

test('dhclient: leases of IPv6, half-written blocks, and blocks without a time or link are left out', () => {
  const v6 = dhclientLeases
    .replace('lease {', 'lease6 {')
    .replace('option routers', 'ia-na 1 { starts 1; } option x')
  assert.equal(readDhclient(v6, false), [])
  assert.equal(readDhclient(dhclientLeases.slice(0, -3), false), [])
  for (const line of [/ {2}expire.*/, / {2}interface.*/, / {2}fixed-address.*/])
    assert.equal(readDhclient(dhclientLeases.replace(line, ''), false), [])
  for (const time of ['5 2026/13/40 11:34:05', 'epoch x', '5', 'soon'])
    assert.equal(readDhclient(dhclientLeases.replace(/expire .*/, `expire ${time};`), false), [])
})

test('dhclient: a file whose beginning was left out is read from the first whole lease', () => {
  const cut = dhclientLeases.slice(40)
  assert.equal(readDhclient(cut + dhclientLeases, true).length, 1)
})

test('systemd-networkd: the duration counts from when it was written', () => {
  const lease = {
    client: 'systemd-networkd',
    address: '10.52.0.16',
    length: 24,
    expires: 121_000,
    name: null,
    mac: null,
  }
  assert.equal(readNetworkd(networkdLease, 1_000), lease)
  const forever = networkdLease.replace('LIFETIME=120', 'LIFETIME=4294967295')
  assert.is(readNetworkd(forever, 1_000)?.expires, Number.POSITIVE_INFINITY)
})

test('NetworkManager: the state of a device has the lease, and until when it holds', () => {
  const lease = {
    client: 'NetworkManager',
    address: '10.53.0.15',
    length: 24,
    expires: 1795175112_000,
    name: null,
    mac: null,
  }
  assert.equal(readNetworkManager(networkManagerDevice), lease)
  const forever = networkManagerDevice.replace('lease_time=3600', 'lease_time=4294967295')
  assert.is(readNetworkManager(forever)?.expires, Number.POSITIVE_INFINITY)
})

test('a record without a time is no record', () => {
  assert.is(readNetworkd(networkManagerInternalLease, 1_000), null)
  assert.is(readNetworkManager(networkManagerInternalLease), null)
  assert.is(readNetworkManager(networkManagerDevice.replace(/dhcp4.expiry.*\n/, '')), null)
  assert.is(readNetworkd(networkdLease.replace('LIFETIME=120', 'LIFETIME=-1'), 1_000), null)
})

test("dhcpcd: the server's message, with the link's address in it", () => {
  assert.equal(readDhcpcd(dhcpcdLease, 1_000), {
    client: 'dhcpcd',
    address: '10.51.0.13',
    length: 24,
    expires: 3_601_000,
    name: null,
    mac: '7a:ef:86:4f:86:ff',
  })
})

test('dhcpcd: every message that was cut off somewhere is read without harm', () => {
  for (let size = 0; size < dhcpcdLease.length; size++) {
    const lease = readDhcpcd(dhcpcdLease.subarray(0, size), 0)
    assert.ok(lease === null || lease.address === '10.51.0.13')
  }
})

test('whatever is in a record, reading it neither throws nor gives what is no lease', () => {
  const bytes = fc.uint8Array({ maxLength: 600 })
  const words = fc.constantFrom(
    'lease {',
    '}',
    '{',
    ';',
    '"',
    '\\',
    '#',
    '\n',
    'expire',
    'epoch 1',
    'never',
    'interface "a"',
  )
  const text = fc
    .array(fc.oneof(words, fc.string({ maxLength: 8 })), { maxLength: 60 })
    .map((all) => all.join(' '))
  fc.assert(
    fc.property(text, bytes, (text, bytes) => {
      const found = [
        ...readDhclient(text, true),
        readNetworkd(text, 0),
        readNetworkManager(text),
        readDhcpcd(Buffer.concat([dhcpcdLease.subarray(0, 240), bytes]), 0),
      ]
      for (const lease of found) assert.ok(lease === null || !Number.isNaN(lease.expires))
    }),
  )
})

test('a large record is read in a moment', () => {
  const hostile = ['lease { '.repeat(8_000), '"'.repeat(60_000), '\\'.repeat(60_000), 'x '.repeat(30_000)]
  const before = performance.now()
  for (const text of hostile) readDhclient(text, true)
  assert.ok(performance.now() - before < 2_000)
})

test('dhclient: quotes without end cost no more than what they stand in', () => {
  const began = performance.now()
  readDhclient(`"${'\\"'.repeat(32_000)}`, false)
  assert.ok(performance.now() - began < 1_000)
})

test('records that change together are looked at once; a doubt only ever brings the end nearer', async () => {
  let changed = () => {}
  let disposed = 0
  const watch = new LeaseWatch(
    () => 0,
    (tell) => {
      changed = tell
      return { dispose: () => void disposed++ }
    },
  )
  const looks: string[] = []
  const hour = 3_600_000
  for (const fence of [1, 2, 3]) watch.watch(fence, hour, (why) => void looks.push(`${fence} ${why}`))
  watch.stop(3)
  for (let count = 0; count < 100; count++) changed()
  await setTimeout(900)
  assert.equal(looks, ['1 recorded', '2 recorded'])
  watch.shorten(1, 10)
  watch.shorten(1, 2 * hour)
  watch.shorten(2, 2 * hour)
  await setTimeout(1_500)
  assert.equal(looks.slice(2), ['1 expired'])
  watch.dispose()
  assert.is(disposed, 1)
})

test('a lease of months is watched, and not taken for one that has expired', async () => {
  const watch = new LeaseWatch(
    () => 0,
    () => ({ dispose() {} }),
  )
  let expired = 0
  watch.watch(1, 100 * 24 * 3_600_000, () => expired++)
  await setTimeout(50)
  watch.dispose()
  assert.is(expired, 0)
})

test.run()
