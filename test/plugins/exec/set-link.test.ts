import type { LinksService } from '@claimd/sdk'
import { FakeContext, fakeAdapter } from '@claimd/sdk/testing'
import * as assert from 'uvu/assert'
import { suite } from '../../harness.js'
import { readLinkSettings, setLink } from './compiled.js'

const test = suite('plugins/exec/set-link')

const adapter = fakeAdapter({ name: 'lab0', up: false, carrier: null, addresses: [] })
const link = { adapter, fence: 7, signal: new AbortController().signal }
const settingsOf = (printed: Record<string, unknown>) => readLinkSettings(printed)!

test('what a script printed is set in an order in which the kernel takes it, all with the fence', async () => {
  const fake = new FakeContext({ adapters: [adapter] })
  const settings = settingsOf({
    addresses: ['192.0.2.7/24', '2001:DB8:0::7/64'],
    gateway: ['192.0.2.1', '2001:db8::1'],
    routes: [
      { destination: '10.0.0.0/8', gateway: '192.0.2.2', metric: 5 },
      { destination: '198.51.100.1/32' },
    ],
    metric: 50,
    mtu: 1400,
  })
  // As the kernel would write it.
  const { links } = fake.context
  const look: LinksService['look'] = async (...asked) => {
    const found = await links.look(...asked)
    const addresses = found.addresses.map((one) => one.replace('2001:DB8:0::7', '2001:db8::7'))
    return { ...found, addresses }
  }
  assert.is(await setLink({ ...links, look }, link, settings), null)
  const { id } = adapter
  assert.equal(fake.linkCalls, [
    { method: 'setMtu', args: [id, 7, 1400] },
    { method: 'up', args: [id, 7] },
    { method: 'addAddress', args: [id, 7, '192.0.2.7/24'] },
    { method: 'addAddress', args: [id, 7, '2001:DB8:0::7/64'] },
    { method: 'addRoute', args: [id, 7, { destination: '198.51.100.1/32', metric: 50 }] },
    { method: 'addRoute', args: [id, 7, { destination: 'default', gateway: '192.0.2.1', metric: 50 }] },
    { method: 'addRoute', args: [id, 7, { destination: 'default', gateway: '2001:db8::1', metric: 50 }] },
    {
      method: 'addRoute',
      args: [id, 7, { destination: '10.0.0.0/8', gateway: '192.0.2.2', metric: 5 }],
    },
  ])
})

test('what the kernel or the host refuses is the reason, and nothing is set after it', async () => {
  const fake = new FakeContext({ adapters: [adapter] })
  const settings = settingsOf({ addresses: ['192.0.2.7/24'], gateway: '192.0.2.1' })
  const refusing = (error: object): LinksService => ({
    ...fake.context.links,
    addAddress: async () => {
      throw Object.assign(new Error('the address cannot be used'), error)
    },
  })
  const taken = { code: 'LINK_NOT_CHANGED', found: 'EEXIST (file already exists)' }
  assert.equal(await setLink(refusing(taken), link, settings), {
    result: 'CONNECTION_ACQUIRE_FAILED',
    cause: 'resource-busy',
    reason: 'claimd could not set the address 192.0.2.7/24 on lab0: EEXIST (file already exists)',
  })
  assert.equal(await setLink(refusing({ code: 'REQUEST_MALFORMED' }), link, settings), {
    result: 'CONNECTION_ACQUIRE_FAILED',
    cause: 'provider-failed',
    reason: 'claimd could not set the address 192.0.2.7/24 on lab0: the address cannot be used',
  })
  assert.equal([...new Set(fake.linkCalls.map(({ method }) => method))], ['up'])
})

test('a cancel stops before the next step', async () => {
  const fake = new FakeContext({ adapters: [adapter] })
  const failure = await setLink(
    fake.context.links,
    { ...link, signal: AbortSignal.abort() },
    settingsOf({ addresses: ['192.0.2.7/24'] }),
  )
  assert.is(failure && 'cause' in failure && failure.cause, 'cancelled')
  assert.equal(fake.linkCalls, [])
})

test('a script that prints nothing of its link has nothing set; what it prints wrongly is named', () => {
  assert.is(readLinkSettings({ result: 'SUCCESS', evidence: 'cell 7' }), null)
  const wrong: [object, string][] = [
    [{ addresses: '192.0.2.7/24' }, 'addresses: found "192.0.2.7/24", expected a list of at most 64 texts'],
    [{ addresses: [7] }, 'addresses: found [7], expected a list'],
    [{ gateway: '192.0.2.1' }, 'addresses: found [], expected at least one'],
    [{ addresses: ['a'], gateway: 7 }, 'gateway: found 7, expected an address'],
    [{ addresses: ['a'], metric: -1 }, 'metric: found -1, expected a whole number'],
    [{ addresses: ['a'], mtu: 'big' }, 'mtu: found "big", expected a whole number of bytes'],
    [{ addresses: ['a'], routes: {} }, 'routes: found {}, expected a list of at most 64 routes'],
    [{ addresses: ['a'], routes: [7] }, 'routes[0]: found 7, expected an object'],
    [{ addresses: ['a'], routes: [{}] }, 'routes[0].destination: found nothing, expected a network'],
    [
      { addresses: ['a'], routes: [{ destination: 'default', via: 'b' }] },
      'routes[0].via: found "b", expected no such key',
    ],
    [
      { addresses: ['a'], routes: [{ destination: 'b', gateway: 7 }] },
      'routes[0].gateway: found 7, expected an address',
    ],
  ]
  for (const [printed, message] of wrong) {
    assert.throws(
      () => readLinkSettings({ result: 'SUCCESS', ...printed }),
      (error: Error) => error.message.startsWith(message) || assert.unreachable(error.message),
    )
  }
})

test.run()
