import { readFile } from 'node:fs/promises'
import * as assert from 'uvu/assert'
import { checkConnectionConfig } from '../../../../host/plugin-host/manifest/check-connection-config.js'
import { suite } from '../../../harness.js'

const test = suite('plugin-host/manifest/check-connection-config')
const never = new AbortController().signal

const check = (schema: Record<string, unknown>, config: unknown, timeoutMs = 60_000) =>
  checkConnectionConfig([{ schema, connections: [{ name: 'office', config }] }], { signal: never, timeoutMs })
const faultsOf = async (schema: Record<string, unknown>, config: unknown) => {
  const [result] = await check(schema, config)
  assert.is(result!.failed, null)
  return result!.faults[0]!
}

test('what does not fit is told with its place, what is expected and what to do', async () => {
  const manifest = await readFile(
    new URL('../../../../../plugins/ethernet/package.json', import.meta.url),
    'utf8',
  )
  const schema = JSON.parse(manifest).contributes.providers[0].configuration
  const match = { name: 'eth0' }
  assert.equal(await faultsOf(schema, { match, method: 'dhcp' }), [])
  assert.equal(await faultsOf(schema, { match, method: 'statik', adresses: ['10.0.0.1'] }), [
    {
      field: 'connections.office.config.adresses',
      found: 'the unknown key "adresses"',
      expected: 'one of match, method, addresses, gateway, routes, metric, mtu, others, dns',
      remedy: 'Did you mean "addresses"?',
    },
    {
      field: 'connections.office.config.method',
      found: 'a text of 6 characters',
      expected:
        'one of "static", "dhcp": static: the addresses listed in addresses; dhcp: one IPv4 address, by a DHCP lease',
      remedy: 'Did you mean "static"?',
    },
  ])
  assert.equal(
    (await faultsOf(schema, { match, method: 'static' })).map(({ field }) => field),
    ['connections.office.config.addresses'],
  )
  const [both] = await faultsOf(schema, { match, method: 'dhcp', addresses: ['10.0.0.1/8'] })
  assert.is(both!.field, 'connections.office.config.addresses')
  assert.match(both!.expected, 'none with the method dhcp, as the lease says the address')
})

test('a value that may be a secret is not shown', async () => {
  const schema = {
    properties: { psk: { type: 'string', minLength: 20 }, pin: { type: 'string' }, on: { type: 'array' } },
  }
  const faults = await faultsOf(schema, { psk: 'hunter2', pin: 1234, on: { hunter2: 'hunter3' } })
  assert.equal(
    faults.map(({ found }) => found),
    ['a text of 7 characters', 'a number', 'an object with "hunter2"'],
  )
  assert.not(JSON.stringify(faults).includes('hunter3'))
})

test('a schema that is never done with holds up nobody', async () => {
  const endless = { properties: { a: { type: 'string', pattern: '^(a+)+$' } } }
  const good = { properties: { a: { type: 'integer' } } }
  const config = { a: `${'a'.repeat(60)}!` }
  const connections = [{ name: 'office', config }]
  let turns = 0
  const turning = setInterval(() => turns++, 10)
  const results = await checkConnectionConfig(
    [
      { schema: good, connections },
      { schema: endless, connections },
      { schema: good, connections },
    ],
    { signal: never, timeoutMs: 1500 },
  )
  clearInterval(turning)
  assert.equal(
    results.map(({ failed, faults }) => [failed, faults.flat().length]),
    [
      [null, 1],
      ['the check took longer than 1500 ms', 0],
      [null, 1],
    ],
  )
  assert.ok(turns > 10, 'the loop of the host went on turning')
})

test('a schema that goes round in circles, or that cannot be used, fails alone', async () => {
  const [circle] = await check({ $ref: '#' }, {})
  assert.match(circle!.failed!, 'RangeError')
  const [broken] = await check({ $ref: '#/definitions/none' }, {})
  assert.match(broken!.failed!, "can't resolve reference")
})

test('when the host stops, the check ends', async () => {
  const stop = new AbortController()
  const schema = { properties: { a: { pattern: '^(a+)+$' } } }
  const connections = [{ name: 'office', config: { a: `${'a'.repeat(60)}!` } }]
  const results = checkConnectionConfig([{ schema, connections }], {
    signal: stop.signal,
    timeoutMs: 100_000,
  })
  stop.abort()
  assert.is((await results)[0]!.failed, 'the host is stopping')
})

test.run()
