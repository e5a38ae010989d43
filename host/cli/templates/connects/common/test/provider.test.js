import { activate } from '__ENTRY__'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { verifyPlugin } from '@claimd/sdk/conformance'
import { FakeContext, fakeAdapter, fakeOffer } from '@claimd/sdk/testing'

const config = { address: '192.0.2.1/24' }
const office = { name: 'office', type: '__ID__', config }
const link = fakeAdapter({ name: '__ID__0', up: false })

/** The provider, in a context that touches neither a host nor the machine. */
function activated() {
  const fake = new FakeContext({ configured: [office], adapters: [link] })
  activate(fake.context)
  return { fake, provider: fake.provider('__ID__') }
}

function call(more = {}) {
  const { signal } = new AbortController()
  return { connection: 'office', type: '__ID__', config, adapter: link, fence: 7, signal, progress() {}, ...more }
}

test('it connects: the link is up and has the address', async () => {
  const { fake, provider } = activated()
  assert.deepEqual(await provider.connect(call()), { result: 'SUCCESS', evidence: '192.0.2.1/24 on __ID__0' })
  assert.deepEqual(
    fake.linkCalls.map(({ method, args }) => [method, ...args]),
    [
      ['up', link.id, 7],
      ['addAddress', link.id, 7, '192.0.2.1/24'],
    ],
  )
  const adapter = fake.adapters.get(link.id)
  assert.deepEqual(provider.status(call({ adapter })), { result: 'SUCCESS', state: 'connected' })
  assert.deepEqual(provider.disconnect(call({ origin: 'dialled' })), { result: 'SUCCESS' })
})

test('a connect that is not wanted any more ends early', async () => {
  const { fake, provider } = activated()
  const signal = AbortSignal.abort()
  await assert.rejects(async () => provider.connect(call({ signal })))
  assert.equal(fake.linkCalls.filter(({ method }) => method === 'addAddress').length, 0)
})

test('what has ended is told, and what somebody else brought up stays up', () => {
  const { provider } = activated()
  const reason = '__ID__0 is down'
  assert.deepEqual(provider.status(call()), { result: 'SUCCESS', state: 'disconnected', reason })
  assert.deepEqual(provider.disconnect(call({ origin: 'out-of-band' })), { result: 'NOT_SUPPORTED' })
})

test('a link on which somebody else has set the address is claimed', () => {
  const { provider } = activated()
  const found = fakeAdapter({ name: '__ID__0', addresses: ['192.0.2.1/24'] })
  const claimed = { result: 'SUCCESS', connection: 'office', evidence: '192.0.2.1/24' }
  assert.deepEqual(provider.claimConnection(fakeOffer(found)), claimed)
  const other = fakeAdapter({ name: '__ID__0', addresses: ['192.0.2.2/24'] })
  assert.equal(provider.claimConnection(fakeOffer(other)).result, 'INVALID_CONNECTION')
})

test('the plugin passes the conformance kit', async () => {
  const folder = fileURLToPath(new URL('..', import.meta.url))
  const { passed, cases } = await verifyPlugin(folder)
  const failed = cases.filter(({ result }) => result === 'fail')
  assert.ok(
    passed,
    failed.map(({ id, found, expected }) => `${id}: found ${found}, expected ${expected}`).join('\n'),
  )
})
