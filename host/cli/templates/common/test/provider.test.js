import { activate } from '__ENTRY__'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { verifyPlugin } from '@claimd/sdk/conformance'
import { FakeContext, fakeAdapter, fakeHeld, fakeOffer } from '@claimd/sdk/testing'

/** The provider, in a context that touches neither a host nor the machine. */
function activated() {
  const fake = new FakeContext()
  activate(fake.context)
  return fake.provider('__ID__')
}

function adapter(facts) {
  return fakeAdapter({ name: '__ID__0', addresses: ['192.0.2.1/24'], ...facts })
}

test('a link that is up and has an address is claimed', () => {
  const provider = activated()
  assert.deepEqual(provider.claimConnection(fakeOffer(adapter({}))), {
    result: 'SUCCESS',
    connection: '__ID__0',
    volatile: true,
    evidence: 'it has 192.0.2.1/24',
  })
})

test('what is not ours is declined with a reason, and is not ours any more when it was', () => {
  const provider = activated()
  for (const [facts, reason] of [
    [{ name: 'other0' }, 'other0 is not called __ID__…'],
    [{ up: false }, '__ID__0 is down'],
    [{ addresses: [] }, '__ID__0 has no address'],
  ]) {
    const asked = adapter(facts)
    const declined = { result: 'INVALID_CONNECTION', reason }
    assert.deepEqual(provider.claimConnection(fakeOffer(asked)), declined)
    assert.deepEqual(provider.verify(fakeHeld(asked, { connection: '__ID__0' })), declined)
  }
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
