import { activate } from '__ENTRY__'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { verifyPlugin } from '@claimd/sdk/conformance'

/** What `activate` registers, and what it logs: a context that only listens. */
function activated() {
  const providers = new Map()
  const log = []
  activate({
    providers: {
      register(id, provider) {
        providers.set(id, provider)
        return { dispose: () => providers.delete(id) }
      },
    },
    log: (message) => log.push(message),
    subscriptions: [],
  })
  return { provider: providers.get('__ID__'), log }
}

/** An adapter as claimd shows it, with what the provider looks at. */
function adapter(facts) {
  return { name: '__ID__0', up: true, addresses: ['192.0.2.1/24'], ...facts }
}

test('a link that is up and has an address is claimed', () => {
  const { provider } = activated()
  assert.deepEqual(provider.claimConnection({ adapter: adapter({}), connection: '__ID__0' }), {
    result: 'SUCCESS',
    connection: '__ID__0',
    volatile: true,
    evidence: 'it has 192.0.2.1/24',
  })
})

test('what is not ours is declined with a reason, and is not ours any more when it was', () => {
  const { provider } = activated()
  for (const [facts, reason] of [
    [{ name: 'other0' }, 'other0 is not called __ID__…'],
    [{ up: false }, '__ID__0 is down'],
    [{ addresses: [] }, '__ID__0 has no address'],
  ]) {
    const question = { adapter: adapter(facts), connection: '__ID__0' }
    assert.deepEqual(provider.claimConnection(question), { result: 'INVALID_CONNECTION', reason })
    assert.deepEqual(provider.verify(question), { result: 'INVALID_CONNECTION', reason })
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
