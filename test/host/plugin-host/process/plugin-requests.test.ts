import * as assert from 'uvu/assert'
import { PluginRequests } from '../../../../host/plugin-host/process/plugin-requests.js'
import { requestFault } from '../../../../host/plugin-host/process/wire-checks.js'
import { suite } from '../../../harness.js'

const test = suite('plugin-host/process/plugin-requests')

interface Response {
  id: number
  result?: object
  error?: { message: string; data: { code: string; found: string; expected: string; remedy: string } }
}

async function answerTo(method: string, params: unknown): Promise<Response> {
  const document = { jsonrpc: '2.0', id: 1, method, params }
  const line = await new Promise<string>((send) => {
    const outlet = { send, drained: async () => {} }
    const requests = new PluginRequests(async () => ({}), outlet)
    requests.take(document as never, requestFault(document))
  })
  return JSON.parse(line)
}

test('a request that the context would not send is refused with the argument that is wrong', async () => {
  for (const [method, params, field, expected] of [
    ['storageGet', { key: 5 }, 'key', '1 to 256'],
    ['storageSet', { key: 'k' }, 'value', 'a value'],
    ['storageGet', null, 'params', 'an object'],
    ['execRun', { handle: 1, program: '/bin/true', args: [5], timeoutMs: 1 }, 'args[0]', 'a text'],
    // Of the action that is meant, and of no other.
    ['links', { action: 'setMtu', adapter: '2.1', fence: 1, mtu: 'x' }, 'mtu', 'a whole number'],
    ['links', { action: 'setMtu', adapter: '2.1', fence: 1 }, 'mtu', 'a whole number'],
    ['links', { action: 'create', link: { kind: 'bond', name: 'x' } }, 'link.kind', '"bridge"'],
    ['links', { action: 'fly' }, 'action', '"up"'],
    ['fly', {}, 'method', 'a method that the host serves'],
  ] as const) {
    const { error } = await answerTo(method, params)
    const { message, data } = error!
    assert.is(data.code, 'REQUEST_MALFORMED', message)
    assert.ok(message.startsWith(`Invalid argument '${field}' of the request ${method}: found `), message)
    assert.match(data.expected, expected, message)
    assert.ok(data.found && data.remedy, message)
  }
})

test('a request that is right is handled, with each action of links', async () => {
  const held = { adapter: '2.1', fence: 1 }
  const route = { destination: '10.0.0.0/8' }
  for (const params of [
    { action: 'look', ...held },
    { action: 'up', ...held },
    { action: 'removeAddress', ...held, address: '10.0.0.2/24' },
    { action: 'addRoute', ...held, route },
    { action: 'setMtu', ...held, mtu: 1400 },
    { action: 'create', link: { kind: 'vlan', name: 'lab.5', parent: held, id: 5 } },
    { action: 'remove', name: 'lab.5' },
  ]) {
    assert.equal((await answerTo('links', params)).result, {}, params.action)
  }
})

test.run()
