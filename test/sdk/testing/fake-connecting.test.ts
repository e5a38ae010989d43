import type { ConnectAnswer, ConnectCall, PluginContext } from '@claimd/sdk'
import {
  FakeContext,
  fakeAdapter,
  fakeConnect,
  fakeConnectionCall,
  fakeDial,
  fakeDisconnect,
} from '@claimd/sdk/testing'
import * as assert from 'uvu/assert'
import { suite } from '../../harness.js'

const test = suite('sdk/testing/connecting')
const lab0 = fakeAdapter({ name: 'lab0', index: 7 })

/** A provider as its author would write it. */
function activate(context: PluginContext): void {
  context.providers.register('lab', {
    resources: ({ adapters, config }) => ({
      ...{ result: 'SUCCESS', adapters: adapters.map(({ id }) => id) },
      linkKey: String(config.address),
    }),
    validate: ({ config }) =>
      typeof config.address === 'string' ? { result: 'SUCCESS' } : { result: 'INVALID_PARAMETER' },
    async connect({ config, adapter, fence, progress, signal }: ConnectCall): Promise<ConnectAnswer> {
      progress({ state: 'waiting-for-ip' })
      if (config.waits) await new Promise((resolve) => signal.addEventListener('abort', resolve))
      if (signal.aborted) return { result: 'UNEXPECTED', cause: 'cancelled' }
      await context.links.addAddress(adapter!.id, fence, String(config.address))
      return { result: 'SUCCESS' }
    },
    disconnect: ({ origin }) => ({ result: origin === 'dialled' ? 'SUCCESS' : 'NOT_SUPPORTED' }),
    status: ({ adapter }) => ({ result: 'SUCCESS', state: adapter?.up ? 'connected' : 'disconnected' }),
  })
}

test('a provider that connects can be called as the host calls it', async () => {
  const fake = new FakeContext()
  activate(fake.context)
  const provider = fake.provider('lab')
  const config = { address: '192.0.2.7/24' }
  const call = fakeConnectionCall({ config })
  assert.equal(call.connection, 'office')
  assert.equal(await provider.validate(call), { result: 'SUCCESS' })
  assert.equal(await provider.validate(fakeConnectionCall()), { result: 'INVALID_PARAMETER' })
  const adapters = [lab0]
  const linkKey = String(config.address)
  assert.equal(await provider.resources({ ...call, adapters }), {
    ...{ result: 'SUCCESS', adapters: ['7.1'], linkKey },
  })
  const connect = fakeConnect(lab0, { config, fence: 3 })
  assert.equal(await provider.connect(connect), { result: 'SUCCESS' })
  assert.equal(connect.told, [{ state: 'waiting-for-ip' }])
  assert.equal(fake.linkCalls, [{ method: 'addAddress', args: ['7.1', 3, '192.0.2.7/24'] }])
  assert.equal(await provider.status(fakeDial(lab0)), { result: 'SUCCESS', state: 'connected' })
  assert.equal(await provider.status(fakeDial(null)), { result: 'SUCCESS', state: 'disconnected' })
  assert.equal(await provider.disconnect(fakeDisconnect(lab0)), { result: 'SUCCESS' })
  const foreign = fakeDisconnect(lab0, { origin: 'out-of-band' })
  assert.equal(await provider.disconnect(foreign), { result: 'NOT_SUPPORTED' })
})

test('a cancel aborts the call', async () => {
  const fake = new FakeContext()
  activate(fake.context)
  const call = fakeConnect(lab0, { config: { waits: true } })
  const answer = fake.provider('lab').connect(call)
  call.cancel()
  assert.equal(await answer, { result: 'UNEXPECTED', cause: 'cancelled' })
  assert.equal(fake.linkCalls, [])
})

test('progress that makes no sense is refused, as by the host', () => {
  const { progress, told } = fakeConnect(lab0)
  assert.throws(() => progress({ state: 'flying' } as never), /call\.progress/)
  assert.equal(told, [])
})

test.run()
