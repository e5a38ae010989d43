import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv } from 'ajv'
import * as assert from 'uvu/assert'
import { suite } from '../../harness.js'
import { root } from '../../system/lab.js'
import { Connections, ipAddress, readConnection } from './compiled.js'
import { adapter, connection } from './support.js'

const test = suite('plugins/ethernet/configuration')
const manifest = JSON.parse(readFileSync(join(root, 'plugins/ethernet/package.json'), 'utf8'))
const fits = new Ajv().compile(manifest.contributes.providers[0].configuration)

const faultsOf = (config: object) => {
  const read = readConnection(connection('office', config))
  return 'faults' in read ? read.faults : []
}

const sound = [
  { match: { name: 'enp3s0' }, method: 'dhcp' },
  { match: { name: 'en*', path: 'pci/0000:0[0-3]:??.?' }, method: 'dhcp' },
  {
    match: { address: '02:FC:00:00:00:01' },
    method: 'static',
    addresses: ['192.0.2.7/24', '2001:DB8::7/64'],
  },
  {
    match: { name: 'br0' },
    method: 'static',
    addresses: ['192.0.2.7/24', 'fd00::7/64'],
    gateway: ['192.0.2.1', 'fe80::1'],
    routes: [
      { destination: '10.0.0.0/8', gateway: '192.0.2.2', metric: 0 },
      { destination: 'default', gateway: 'fd00::2', metric: 4294967295 },
      { destination: '198.51.100.0/24' },
    ],
    metric: 200,
    mtu: 9000,
    others: 'allowed',
    dns: [],
  },
  { match: { name: 'a0' }, method: 'dhcp', others: 'allowed' },
]

for (const config of sound) {
  test(`sound: ${JSON.stringify(config)}`, () => {
    assert.equal(faultsOf(config), [])
    assert.ok(fits(config))
  })
}

const wired = { match: { name: 'a0' }, method: 'static', addresses: ['192.0.2.7/24'] }

const faulty: [config: object, ...faults: string[]][] = [
  [
    {},
    'config.match: found nothing, expected an object with name, address or path, such as {"name": "enp3s0"}',
    'config.method: found nothing, expected "static" or "dhcp"',
  ],
  [
    { name: 'eth0', method: 'auto' },
    'config.name: found "eth0", expected no such key; there are match, method, others, addresses, gateway, routes, metric, mtu',
    'config.match: found nothing, expected an object with name, address or path, such as {"name": "enp3s0"}',
    'config.method: found "auto", expected "static" or "dhcp"',
  ],
  [
    { match: { mac: '02:fc:00:00:00:01' }, method: 'dhcp' },
    'config.match.mac: found "02:fc:00:00:00:01", expected no such key; there are name, address, path',
  ],
  [
    { match: { name: 7 }, method: 'dhcp' },
    'config.match.name: found 7, expected a text or glob: * (at most four), ?, [a-z], [!a-z]',
  ],
  [
    { match: { name: 'a0' }, method: 'static' },
    'config.addresses: found nothing, expected a list of 1 to 64 addresses, such as ["192.0.2.7/24"]',
  ],
  [
    { match: { name: 'a0' }, method: 'static', addresses: '192.0.2.7/24' },
    'config.addresses: found "192.0.2.7/24", expected a list of 1 to 64 addresses, such as ["192.0.2.7/24"]',
  ],
  [
    { match: { name: 'a0' }, method: 'dhcp', addresses: ['192.0.2.7/24'] },
    'config.addresses: found ["192.0.2.7/24"], expected none with the method "dhcp": the lease says the address',
  ],
  [
    { match: { name: 'a0' }, method: 'dhcp', gateway: '192.0.2.1', mtu: 1400 },
    'config.gateway: found "192.0.2.1", expected none with the method "dhcp": claimd does not connect by DHCP yet',
    'config.mtu: found 1400, expected none with the method "dhcp": claimd does not connect by DHCP yet',
  ],
  [
    { ...wired, dns: ['192.0.2.53'] },
    'config.dns: found ["192.0.2.53"], expected no DNS servers: claimd sets none yet, and leaves those of the machine as they are',
  ],
  [
    { ...wired, gateway: '192.0.2.1/24' },
    'config.gateway: found "192.0.2.1/24", expected an IP address, such as "192.0.2.1"',
  ],
  [
    { ...wired, gateway: ['192.0.2.1', 'host'] },
    'config.gateway[1]: found "host", expected an IP address, such as "192.0.2.1"',
  ],
  [
    { ...wired, gateway: [] },
    'config.gateway: found [], expected an IP address, or a list of one IPv4 address and one IPv6 address',
  ],
  [
    { ...wired, routes: [{ destination: '10.0.0.0', via: '192.0.2.1', metric: -1 }] },
    'config.routes[0].via: found "192.0.2.1", expected no such key; there are destination, gateway, metric',
    'config.routes[0].destination: found "10.0.0.0", expected a network with its prefix length, such as "10.0.0.0/8", or "default"',
    'config.routes[0].metric: found -1, expected a whole number from 0 to 4294967295',
  ],
  [
    { ...wired, routes: [7] },
    'config.routes[0]: found 7, expected a route, such as {"destination": "10.0.0.0/8", "gateway": "192.0.2.1"}',
  ],
  [{ ...wired, mtu: 67 }, 'config.mtu: found 67, expected a number of bytes from 68 to 65535'],
  [{ ...wired, metric: '5' }, 'config.metric: found "5", expected a whole number from 0 to 4294967295'],
  [{ ...wired, others: true }, 'config.others: found true, expected "allowed" or "refused"'],
]

const withAddress = (address: unknown) => ({ match: { name: 'a0' }, method: 'static', addresses: [address] })
const withMatch = (match: unknown) => ({ match, method: 'dhcp' })

test('the schema in the manifest refuses the texts that the provider refuses, so that checks of the file tell them', () => {
  const configs = [
    ...[
      '192.0.2.7/24',
      '0.0.0.0/0',
      '255.255.255.255/32',
      'fd00::7/64',
      '2001:DB8::7/128',
      '::ffff:192.0.2.7/96',
    ],
    ...[
      '192.0.2.7',
      'x',
      '300.1.1.1/24',
      '192.0.2.7/33',
      '192.0.2/24',
      'fd00::7',
      'fd00::7/129',
      '1/64',
      '',
      7,
    ],
  ]
    .map(withAddress)
    .map((config): object => config)
    .concat(
      [{ name: 'e*n?[0-9]' }, { address: '02:fc:*' }, { path: 'pci/*' }].map(withMatch),
      [{ name: 'a*b*c*d*e*f' }, { path: '*****' }, { name: '' }].map(withMatch),
    )
  for (const config of configs) assert.is(fits(config), faultsOf(config).length === 0, JSON.stringify(config))
})

test('the schema refuses a hardware address that no adapter can have, and one mistake is one fault', () => {
  assert.not(fits(withMatch({ address: 'zz' })))
  const all = new Ajv({ allErrors: true }).compile(manifest.contributes.providers[0].configuration)
  all({ match: { name: 'a0' }, method: 'statik', addresses: ['192.0.2.7/24'] })
  assert.equal(
    all.errors!.map(({ instancePath }) => instancePath),
    ['/method'],
  )
})

for (const [config, ...faults] of faulty) {
  test(`faulty: ${JSON.stringify(config)}`, () => {
    assert.equal(faultsOf(config), faults)
    assert.not.ok(fits(config), 'the schema in the manifest says so too')
  })
}

test('every faulty address is named', () => {
  const wrong = [
    '192.0.2.7',
    '192.0.2.7/33',
    '192.0.2.7/024',
    '::1/129',
    'fe80::1%eth0/64',
    'host/24',
    '',
    null,
  ]
  assert.equal(
    faultsOf({ match: { name: 'a0' }, method: 'static', addresses: ['192.0.2.7/24', ...wrong] }),
    wrong.map(
      (address, index) =>
        `config.addresses[${index + 1}]: found ${JSON.stringify(address)}, expected an IP address with its prefix length, such as "192.0.2.7/24"`,
    ),
  )
})

test('globs with too many stars, and sets that are none, are faults', () => {
  for (const name of ['*a*b*c*d*e', '[z-a]'])
    assert.match(faultsOf({ match: { name }, method: 'dhcp' })[0]!, /^config\.match\.name: found/)
})

test('whatever is configured, nothing throws', () => {
  for (const value of [null, 1, 'x', [], {}, [[]], { name: null }, { __proto__: null }, true])
    for (const key of ['match', 'method', 'addresses', 'gateway', 'others', 'dns', 'constructor']) {
      if (key === 'dns' && Array.isArray(value) && value.length === 0) continue
      const config = { match: { name: 'a' }, method: 'static', addresses: ['::1/64'], [key]: value }
      assert.ok(faultsOf(config).length > 0, JSON.stringify(config))
    }
})

const selected = (match: object, change: object = {}) =>
  new Connections([connection('x', { match, method: 'dhcp' })]).for({ ...adapter, ...change }).length === 1

test('a connection is for adapters that fit all of its match', () => {
  assert.ok(selected({ name: 'a0' }))
  assert.ok(selected({ name: 'a?' }))
  assert.not.ok(selected({ name: 'a' }), 'a pattern is for the whole text')
  assert.ok(selected({ name: 'lan' }, { alternativeNames: ['lan'] }))
  assert.ok(selected({ address: '7A:EF:*' }), 'however it is written')
  assert.ok(selected({ address: '02:00:00:00:00:09' }, { permanentAddress: '02:00:00:00:00:09' }))
  assert.ok(selected({ path: 'pci/0000:00:03.0' }, { path: 'pci/0000:00:03.0' }))
  assert.not.ok(selected({ path: '*' }), 'what is not known fits nothing')
  assert.not.ok(selected({ name: 'a0', address: '02:*' }))
})

test('a bridge, vxlan, macvlan or ipvlan is meant only by its name', () => {
  for (const kind of ['bridge', 'vxlan', 'macvlan', 'ipvlan']) {
    assert.ok(selected({ name: 'a0' }, { kind }), kind)
    assert.not.ok(selected({ name: 'a*' }, { kind }), kind)
    assert.not.ok(selected({ address: '7a:ef:86:4f:86:ff' }, { kind }), kind)
    const taken = manifest.contributes.providers[0].match.some((rule: { kind: string }) => rule.kind === kind)
    assert.ok(taken, `the manifest has ${kind}`)
  }
})

test('the more exact selection comes first, then the name; whatever the order of the file', () => {
  const all = [
    connection('b-glob', { match: { name: 'a*' }, method: 'dhcp' }),
    connection('a-glob', { match: { address: '7a:*' }, method: 'dhcp' }),
    connection('two-globs', { match: { name: 'a*', address: '7a:*' }, method: 'dhcp' }),
    connection('exact', { match: { name: 'a0' }, method: 'dhcp' }),
    connection('more-exact', { match: { name: 'a0', address: '7a:*' }, method: 'dhcp' }),
  ]
  const names = ['more-exact', 'exact', 'two-globs', 'a-glob', 'b-glob']
  for (const order of [all, all.toReversed()])
    assert.equal(
      new Connections(order).for(adapter).map(({ name }) => name),
      names,
    )
})

test('addresses are compared in one spelling', () => {
  assert.is(ipAddress.canonicalPrefix('2001:DB8:0:0::7/64'), '2001:db8::7/64')
  assert.is(ipAddress.canonicalPrefix('192.0.2.7/24'), '192.0.2.7/24')
  assert.equal(
    ['255.255.255.0', '0.0.0.0', '255.255.255.255', '255.0.255.0', 'x'].map(ipAddress.maskLength),
    [24, 0, 32, null, null],
  )
})

test.run()
