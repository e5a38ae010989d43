import { setTimeout as delay } from 'node:timers/promises'
import { type ClaimdError, Client, type ConnectionHold } from '@claimd/sdk/client'
import * as assert from 'uvu/assert'
import { suite } from '../../harness.js'
import { Daemon, until } from '../../host/control/daemon.js'

const test = suite('client/connection-hold')
let daemon: Daemon
let client: Client

test.before.each(async () => {
  daemon = await Daemon.start()
  client = new Client({ socket: daemon.socket })
})
test.after.each(() => daemon.stop())

const about = { connection: 'office' }
const completed = (outcome: object) => ({
  ...{ type: 'request-completed', adapter: null, about, request: 7, connection: 'office' },
  ...{ result: 'SUCCESS', code: null, cause: null, outcome: 'connection office is connected' },
  ...outcome,
})
const calls = () => daemon.services.asked.map(({ call, name }) => `${call} ${name}`)
const codeOf = (failing: Promise<unknown>) =>
  failing.then(
    () => 'no error',
    (error: ClaimdError) => error.document.code,
  )

test('SC-48: a hold lasts until it is released, and is told of all that happens to its connection', async () => {
  const events: string[] = []
  const hold = await client.holdConnection('office', {
    timeout: 30,
    onEvent: ({ type }) => events.push(type),
  })
  assert.equal([hold.connection, hold.owner], ['office', 'client 8'])
  assert.equal(daemon.services.asked[0]!.reason, '{"timeout":30}')
  daemon.services.append([{ type: 'connection-state', adapter: null, about: { connection: 'home' } }])
  daemon.services.append([completed({ request: 6, code: 'CONNECT_FAILED' }), completed({})])
  await hold.connected
  assert.equal(events, ['request-completed', 'request-completed'])
  assert.equal(calls(), ['hold office'])
  hold.release()
  assert.equal(await hold.ended, { by: 'released', because: 'it was released' })
  await until(() => calls().includes('endOwner client 8'))
  assert.is(daemon.services.listeners, 0)
})

test('SC-48: a signal releases it, also before it was answered', async () => {
  const gone = new AbortController()
  const hold = await client.holdConnection('office', { signal: gone.signal })
  gone.abort()
  assert.is((await hold.ended).by, 'released')
  assert.is(await codeOf(hold.connected), 'CONNECT_CANCELLED')
  const { connections } = daemon.services
  const { hold: answer } = connections
  const late = new AbortController()
  connections.hold = async (...args) => {
    late.abort(new Error('too late'))
    await delay(50)
    return answer(...args)
  }
  assert.is(
    await client.holdConnection('office', { signal: late.signal }).catch(({ message }) => message),
    'too late',
  )
  await until(() => calls().filter((call) => call === 'endOwner client 8').length === 2)
})

test('a hold that is revoked ends, and says why; one whose connect fails goes on', async () => {
  const hold = await client.holdConnection('office')
  daemon.services.append([completed({ code: 'CONNECT_FAILED', cause: 'no-answer', outcome: 'no answer' })])
  assert.is(await codeOf(hold.connected), 'CONNECT_FAILED')
  daemon.services.append([
    { type: 'hold-ended', adapter: null, about, owner: 'client 9', because: 'of another' },
  ])
  daemon.services.append([
    { type: 'hold-ended', adapter: null, about, owner: 'client 8', because: 'root disconnected it' },
  ])
  assert.equal(await hold.ended, { by: 'revoked', because: 'root disconnected it' })
  await until(() => calls().includes('endOwner client 8'))
})

test('what is claimed and not configured is up until its claim ends; events that are lost end a hold with an error', async () => {
  const { connections } = daemon.services
  const { hold: answer } = connections
  connections.hold = async (...args) => ({ ...(await answer(...args)), result: 'SUCCESS', owner: null })
  const claimed = await client.holdConnection('office')
  await claimed.connected
  daemon.services.append([{ type: 'claim-ended', adapter: null, about, message: 'the link is gone' }])
  assert.equal(await claimed.ended, { by: 'revoked', because: 'the link is gone' })
  connections.hold = answer
  const lost = await client.holdConnection('office')
  daemon.services.append([{ type: 'resync', adapter: null, about }])
  assert.is(await codeOf(lost.ended), 'DAEMON_UNREACHABLE')
})

test('a hold that the daemon refuses is an error, and so is one whose daemon goes away', async () => {
  const { connections } = daemon.services
  const { hold: answer } = connections
  connections.hold = async () => {
    throw Object.assign(new Error(), { code: 'X' })
  }
  assert.is(await codeOf(client.holdConnection('office')), 'INTERNAL')
  connections.hold = answer
  const hold: ConnectionHold = await client.holdConnection('office')
  await daemon.server.close()
  assert.is(await codeOf(hold.ended), 'DAEMON_UNREACHABLE')
  assert.is(await codeOf(hold.connected), 'DAEMON_UNREACHABLE')
})

test.run()
