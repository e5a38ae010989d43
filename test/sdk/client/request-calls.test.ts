import type { ConnectionRequest } from '@claimd/sdk'
import { type ClaimdError, Client } from '@claimd/sdk/client'
import * as assert from 'uvu/assert'
import { suite } from '../../harness.js'
import { Daemon, until } from '../../host/control/daemon.js'
import { pending } from '../../host/control/fake-services.js'

const test = suite('client/request-calls')
let daemon: Daemon
let client: Client

test.before.each(async () => {
  daemon = await Daemon.start()
  daemon.services.requests.set(7, pending)
  client = new Client({ socket: daemon.socket })
})
test.after.each(() => daemon.stop())

const done = {
  ...pending,
  result: 'SUCCESS',
  completedAt: '2026-01-01T00:00:01Z',
} as const satisfies ConnectionRequest

/** What is stored, and then announced. */
function complete(request: ConnectionRequest, id = 7): void {
  daemon.services.requests.set(id, { ...request, id })
  daemon.services.append([{ type: 'request-completed', adapter: null, request: id }])
}

/** Counts how often the request is read, and does something before each answer. */
function onRead(act: (count: number) => void): () => number {
  const { connections } = daemon.services
  const { request } = connections
  let count = 0
  connections.request = (id) => {
    count += 1
    const document = request(id)
    act(count)
    return document
  }
  return () => count
}

test('a request that is completed is not waited for', async () => {
  complete(done)
  assert.equal(await client.waitForRequest(7), { revision: 1, ...done })
  assert.is(daemon.services.listeners, 0)
})

test('the completion is waited for, without asking again and again; those of others say nothing', async () => {
  const reads = onRead(() => {})
  daemon.services.requests.set(8, { ...pending, id: 8 })
  const waiting = client.waitForRequest(7)
  await until(() => daemon.services.listeners === 1)
  complete(done, 8)
  complete({ ...done, result: 'CONNECTION_ACQUIRE_FAILED', code: 'CONNECT_FAILED', cause: 'no-answer' })
  const { result, cause } = await waiting
  assert.equal([result, cause, reads()], ['CONNECTION_ACQUIRE_FAILED', 'no-answer', 2])
})

test('a completion right after the request was read, before the events are followed, is not missed', async () => {
  onRead((count) => {
    if (count === 1) complete(done)
  })
  assert.is((await client.waitForRequest(7)).result, 'SUCCESS')
})

test('where events were lost, the request is read again', async () => {
  daemon.services.append(Array.from({ length: 5 }, () => ({ type: 'link' })))
  onRead((count) => {
    if (count > 1) return
    complete(done)
    daemon.services.append([{ type: 'link' }, { type: 'link' }])
    daemon.services.trim(7)
  })
  assert.is((await client.waitForRequest(7)).result, 'SUCCESS')
})

test('a wait is given up with the reason of its signal, and leaves nothing open', async () => {
  const giveUp = new AbortController()
  const waiting = client.waitForRequest(7, { signal: giveUp.signal })
  await until(() => daemon.services.listeners === 1)
  giveUp.abort(new Error('no longer'))
  assert.is(await waiting.catch((error: Error) => error.message), 'no longer')
  await until(() => daemon.services.listeners === 0)
  const late = await client
    .waitForRequest(7, { signal: giveUp.signal })
    .catch((error: Error) => error.message)
  assert.is(late, 'no longer')
})

test('a daemon that goes away, and a request that is not there, end the wait', async () => {
  const waiting = client.waitForRequest(7).catch((error: ClaimdError) => error.code)
  await until(() => daemon.services.listeners === 1)
  await daemon.server.close()
  assert.is(await waiting, 'DAEMON_UNREACHABLE')
  const other = await Daemon.start()
  const missing = await new Client({ socket: other.socket }).waitForRequest(9).catch((error) => error)
  assert.is(missing.code, 'REQUEST_NOT_FOUND')
  await other.stop()
})

test('a request is cancelled', async () => {
  assert.is((await client.cancelRequest(7)).id, 7)
  assert.is(daemon.services.asked[0]?.call, 'cancel')
})

test.run()
