import type { DisconnectCall, Provider } from '@claimd/sdk'
import type { ActParams } from '@claimd/sdk/wire'
import * as assert from 'uvu/assert'
import { actOnProvider } from '../../../../host/plugin-host/runner/provider-calls.js'
import { RunningCall } from '../../../../host/plugin-host/runner/running-call.js'
import { suite } from '../../../harness.js'

const test = suite('plugin-host/runner/provider-calls')

const act: ActParams = {
  provider: 'main',
  kind: 'disconnect',
  fence: 7,
  connection: 'office',
  type: 'lab',
  config: { a: { b: 1 } },
  adapter: null,
  origin: 'dialled',
}

/** Takes down whatever it is given, and keeps what that was. */
function taker() {
  const calls: DisconnectCall[] = []
  const provider: Provider = {
    connect: () => ({ result: 'SUCCESS' }),
    disconnect: (call) => {
      calls.push(call)
      return { result: 'SUCCESS' }
    },
  }
  return { provider, calls }
}

test('what somebody else brought up is never given to a provider to take down', () => {
  const { provider, calls } = taker()
  const answer = actOnProvider(provider, { ...act, origin: 'out-of-band' }, new RunningCall(), () => {})
  assert.equal(answer, { result: 'NOT_SUPPORTED', reason: 'it was brought up by somebody else' })
  assert.equal(calls, [])
})

test('what is given to a provider cannot be changed, and its signal is that of the call', () => {
  const { provider, calls } = taker()
  const running = new RunningCall()
  assert.equal(
    actOnProvider(provider, act, running, () => {}),
    { result: 'SUCCESS' },
  )
  const [{ signal, ...call }] = calls as [DisconnectCall]
  assert.equal(call, {
    connection: 'office',
    type: 'lab',
    config: { a: { b: 1 } },
    adapter: null,
    fence: 7,
    origin: 'dialled',
  })
  assert.ok(Object.isFrozen(call.config) && Object.isFrozen(call.config.a))
  assert.not(signal.aborted)
  running.abort()
  assert.ok(signal.aborted)
})

test.run()
