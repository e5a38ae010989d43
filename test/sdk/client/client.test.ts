import { once } from 'node:events'
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer as createHttpServer } from 'node:http'
import { createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ClaimdError, type EventDocument } from '@claimd/sdk'
import { Client } from '@claimd/sdk/client'
import * as assert from 'uvu/assert'
import { skip, suite } from '../../harness.js'
import { adapter } from '../../host/cli/documents.js'
import { Daemon, until } from '../../host/control/daemon.js'
import { refusal } from '../../host/control/fake-services.js'
import { servedCalls } from '../../host/control/served-calls.js'

const test = suite('client')
let daemon: Daemon
let client: Client

test.before.each(async () => {
  daemon = await Daemon.start()
  client = new Client({ socket: daemon.socket })
})
test.after.each(() => daemon.stop())

async function failure(call: Promise<unknown>): Promise<ClaimdError> {
  try {
    await call
  } catch (error) {
    assert.instance(error, ClaimdError)
    return error as ClaimdError
  }
  return assert.unreachable('it succeeded') as never
}

/** Something that listens, and gives every caller the same bytes. */
async function answering(bytes: string, body: (client: Client) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'claimd-client-'))
  const server: Server = createServer((connection) => {
    connection.on('error', () => {})
    connection.once('data', () => connection.end(bytes)).resume()
  })
  try {
    await once(server.listen(join(folder, 's')), 'listening')
    await body(new Client({ socket: join(folder, 's') }))
  } finally {
    server.close()
    rmSync(folder, { recursive: true })
  }
}

test('the client has a method for every call of the API, and no other', async () => {
  const made = new Set<string>()
  const folder = mkdtempSync(join(tmpdir(), 'claimd-client-'))
  const server = createHttpServer(({ method, url = '' }, response) => {
    made.add(`${method} ${url.replace(/\?.*/, '').replaceAll('/NAME', '/:')}`)
    response.end()
  })
  try {
    await once(server.listen(join(folder, 's')), 'listening')
    const methods = Object.values(new Client({ socket: join(folder, 's') })).filter(
      (value) => typeof value === 'function',
    )
    for (const method of methods) {
      const answer = method('NAME', 'x')
      // The empty answer is a fault of the daemon.
      await (Symbol.asyncIterator in answer ? answer.next() : answer).catch(() => {})
    }
    assert.equal([...made].sort(), servedCalls().sort())
  } finally {
    server.close()
    rmSync(folder, { recursive: true })
  }
})

test('readings', async () => {
  assert.equal(await client.status(), daemon.services.status.get())
  assert.equal(await client.adapters(), daemon.services.adapters.list())
  assert.equal(await client.connections(), daemon.services.connections.list())
  assert.equal(await client.providers(), daemon.services.plugins.providers())
  assert.equal(await client.plugins(), daemon.services.plugins.list())
  assert.equal(await client.explain('a/b ä'), daemon.services.adapters.explain('a/b ä'))
})

test('filters are sent with the question, several values of one key together', async () => {
  await client.adapters({ state: ['claimed', 'orphaned'], name: ['a b*', 'ä&?'], plumbing: false })
  await client.connections({ adapter: ['eth*'] })
  assert.equal(daemon.services.filters, [
    { name: ['a b*', 'ä&?'], state: ['claimed', 'orphaned'], plumbing: false },
    { adapter: ['eth*'] },
  ])
})

test('one adapter', async () => {
  daemon.services.rows = [adapter({ name: 'eth0.1' })]
  assert.equal(await client.adapter('eth0.1'), daemon.services.adapters.get('eth0.1'))
  for (const name of ['eth1', '..', '']) {
    assert.is((await failure(client.adapter(name))).code, 'ADAPTER_NOT_FOUND', name)
  }
})

test('orders', async () => {
  assert.is((await client.offer('eth0')).adapter, 'eth0')
  assert.is((await client.release('%2F', 'no longer "needed" – ✓')).result, 'SUCCESS')
  assert.is((await client.disconnect('..')).connection, '..')
  assert.is((await client.disconnect('a', { ifUnused: true })).connection, 'a')
  assert.equal((await client.disconnectAll()).refused, [refusal])
  assert.equal(
    daemon.services.asked.map(({ call, name, reason }) => [call, name, reason]),
    [
      ['offer', 'eth0', null],
      ['release', '%2F', 'no longer "needed" – ✓'],
      ['disconnect', '..', null],
      ['disconnect if unused', 'a', null],
      ['disconnect-all', null, null],
    ],
  )
})

test('connections are configured and connected', async () => {
  assert.is((await client.connection('office')).change, '1')
  assert.is((await client.explainConnection('office')).connection, 'office')
  assert.equal((await client.typeSpecific('office')).info, { signal: 71 })
  await client.addConnection('a/b', { type: 'lab', config: { x: [1] } })
  await client.updateConnection('a/b', { type: 'lab' }, { change: '1', immediate: true })
  assert.is((await client.deleteConnection('a/b')).change, null)
  assert.is((await client.connect('a/b')).result, 'PENDING', 'an answer that says that it has begun')
  assert.is((await client.connect('up', { mode: 'once', timeout: 5 })).result, 'SUCCESS')
  assert.equal(
    daemon.services.asked.map(({ call, name, reason }) => [call, name, reason && JSON.parse(reason)]),
    [
      ['add', 'a/b', { type: 'lab', config: { x: [1] } }],
      ['update', 'a/b', { type: 'lab', change: '1', immediate: true }],
      ['delete', 'a/b', null],
      ['connect', 'a/b', {}],
      ['connect', 'up', { mode: 'once', timeout: 5 }],
    ],
  )
  const stale = await failure(client.updateConnection('a/b', { type: 'lab' }, { change: '' }))
  assert.is(stale.code, 'USAGE')
})

test("the daemon's errors are thrown as they were sent", async () => {
  const refused = await failure(client.disconnect('held'))
  assert.equal(refused.document, refusal)
  const absent = await failure(client.explain('gone'))
  assert.equal([absent.code, absent.found], ['ADAPTER_NOT_FOUND', 'gone'])
})

test('without a daemon it says which socket it tried and what to do', async () => {
  const error = await failure(new Client({ socket: '/nowhere/claimd.sock' }).status())
  assert.is(error.code, 'DAEMON_UNREACHABLE')
  assert.match(error.message, '/nowhere/claimd.sock')
  assert.match(error.remedy!, 'claimd run')
  assert.is(error.found, 'ENOENT')
})

test('a socket that one may not open is not permitted', async () => {
  if (process.geteuid!() !== 0) skip('needs root, to try as another user')
  chmodSync(daemon.folder, 0o755)
  chmodSync(daemon.socket, 0o600)
  process.seteuid!(54_322)
  try {
    assert.is((await failure(client.status())).code, 'NOT_PERMITTED')
  } finally {
    process.seteuid!(0)
  }
})

test('a path that is too long is told before it is tried', async () => {
  const error = await failure(new Client({ socket: `/${'x'.repeat(107)}` }).status())
  assert.equal([error.code, error.found], ['SOCKET_PATH_TOO_LONG', '108 bytes'])
})

test('a daemon that does not answer in time', async () => {
  daemon.services.adapters.offer = () => new Promise(() => {})
  const impatient = new Client({ socket: daemon.socket, timeout: 50 })
  const error = await failure(impatient.offer('eth0'))
  assert.is(error.code, 'TIME_OUT')
  assert.match(error.found!, '50 ms')
})

test('events that do not begin in time', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'claimd-client-'))
  const mute = createServer((connection) => connection.resume())
  await once(mute.listen(join(folder, 's')), 'listening')
  const impatient = new Client({ socket: join(folder, 's'), timeout: 50 })
  assert.is((await failure(impatient.events().next())).code, 'TIME_OUT')
  mute.close()
  rmSync(folder, { recursive: true })
})

test('whoever listens without speaking the control API is another version', async () => {
  const others = [
    'SSH-2.0-x\r\n',
    'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}',
    'HTTP/1.1 404 no\r\n\r\n',
  ]
  for (const bytes of others) {
    await answering(bytes, async (other) => {
      assert.is((await failure(other.status())).code, 'VERSION_MISMATCH', bytes)
      assert.is((await failure(other.events().next())).code, 'VERSION_MISMATCH', bytes)
    })
  }
})

test('an answer that is cut off, no JSON, no document or no error is malformed or unreachable', async () => {
  const head = (status: number, length: number) =>
    `HTTP/1.1 ${status} x\r\nclaimd-version: 9.9.9\r\ncontent-length: ${length}\r\n\r\n`
  const answers = [
    [`${head(200, 1)}{`, 'ANSWER_MALFORMED'],
    [`${head(200, 0)}`, 'ANSWER_MALFORMED'],
    [`${head(200, 4)}null`, 'ANSWER_MALFORMED'],
    [`${head(200, 3)}"a"`, 'ANSWER_MALFORMED'],
    [`${head(409, 2)}{}`, 'ANSWER_MALFORMED'],
    [`${head(500, 27)}{"result":"MADE_UP","code":1`, 'ANSWER_MALFORMED'],
    [`${head(200, 99)}{"a":`, 'DAEMON_UNREACHABLE'],
    ['', 'DAEMON_UNREACHABLE'],
  ] as const
  for (const [bytes, code] of answers) {
    await answering(bytes, async (other) => {
      assert.is((await failure(other.status())).code, code, bytes)
    })
  }
})

test('the journal is read page by page, to where it ended when that began', async () => {
  daemon.services.append(Array.from({ length: 5 }, () => ({ type: 'started' })))
  const end = daemon.services.revision
  const asked: unknown[] = []
  daemon.services.events.page = (filter) => {
    asked.push(filter)
    // Something happens while it is read.
    daemon.services.append([{ type: 'stopped' }])
    const events = daemon.services.events.after(filter.after!, 2)
    return { revision: end, events, next: events.at(-1)!.revision }
  }
  const seen: number[] = []
  for await (const { revision } of client.journal({ type: ['started'] })) seen.push(revision)
  assert.equal(
    seen,
    daemon.services.events
      .after(0, 1_000)
      .map(({ revision }) => revision)
      .filter((revision) => revision <= end),
  )
  assert.ok(asked.length >= 3)
})

test('events from a revision on, in order, until the signal', async () => {
  daemon.services.append([{}, {}, { message: 'two\nlines \u2028 and ✓' }])
  const stop = new AbortController()
  const seen: EventDocument[] = []
  for await (const event of client.events({ since: 1, signal: stop.signal })) {
    seen.push(event)
    if (event.revision === 3) daemon.services.append([{ type: 'claimed' }])
    if (event.revision === 4) stop.abort()
  }
  assert.equal(seen, daemon.services.journal.slice(1))
  await until(() => daemon.services.listeners === 0)
})

test('events without a revision are those that happen from now on; the daemon filters', async () => {
  daemon.services.append([{ type: 'claimed' }])
  const events = client.events({ adapter: 'eth0', types: ['claimed', 'released'] })
  const first = events.next()
  await until(() => daemon.services.listeners === 1)
  daemon.services.append([{ type: 'link' }, { type: 'claimed', name: 'eth1' }, { type: 'released' }])
  assert.is((await first).value?.revision, 4)
  await events.return()
  await until(() => daemon.services.listeners === 0)
})

test('a signal that is aborted already, or before an event comes, ends the events quietly', async () => {
  assert.equal(await client.events({ signal: AbortSignal.abort() }).next(), { done: true, value: undefined })
  const stop = new AbortController()
  const next = client.events({ signal: stop.signal }).next()
  await until(() => daemon.services.listeners === 1)
  stop.abort()
  assert.equal(await next, { done: true, value: undefined })
})

test('events end with an error when the daemon goes away or cannot go on', async () => {
  const gone = failure(client.events().next())
  await until(() => daemon.services.listeners === 1)
  await daemon.server.close()
  assert.is((await gone).code, 'DAEMON_UNREACHABLE')
  const head = 'HTTP/1.1 200 x\r\nclaimd-version: 9.9.9\r\ncontent-type: text/event-stream\r\n\r\n'
  const document = '{"result":"UNEXPECTED","code":"STORE_DEGRADED","message":"no disk"}'
  await answering(`${head}event: failed\ndata: ${document}\n\n`, async (other) => {
    assert.is((await failure(other.events().next())).code, 'STORE_DEGRADED')
  })
  await answering(`${head}event: link\ndata: {"rev\n\n`, async (other) => {
    assert.is((await failure(other.events().next())).code, 'ANSWER_MALFORMED')
  })
})

test('an event stream may be cut anywhere; comments, lone ids and an unfinished event are left out', async () => {
  const head = 'HTTP/1.1 200 x\r\nclaimd-version: 9.9.9\r\n\r\n'
  const event = 'id: 2\nevent: link\ndata: {"revision":2,"message":"✓: ✓"}\n\n'
  const lines = `: hello\nid: 1\n\n${event}data:{"revision":\ndata: 3}\n\ndata: {"revision":4}\n`
  const folder = mkdtempSync(join(tmpdir(), 'claimd-client-'))
  const server = createServer(async (connection) => {
    connection.on('error', () => {}).resume()
    for (const byte of Buffer.from(head + lines)) {
      connection.write(Buffer.from([byte]))
      await new Promise(setImmediate)
    }
    connection.end()
  })
  await once(server.listen(join(folder, 's')), 'listening')
  const seen: unknown[] = []
  try {
    for await (const document of new Client({ socket: join(folder, 's') }).events()) seen.push(document)
  } catch (error) {
    assert.is((error as ClaimdError).code, 'DAEMON_UNREACHABLE')
  }
  assert.equal(seen, [{ revision: 2, message: '✓: ✓' }, { revision: 3 }])
  server.close()
  rmSync(folder, { recursive: true })
})

test('a reader that takes its time holds the daemon back and misses nothing', async () => {
  daemon.services.append(Array.from({ length: 3_000 }, () => ({ message: 'x'.repeat(2_000) })))
  let last = 0
  for await (const { revision } of client.events({ since: 0 })) {
    assert.is(revision, ++last)
    if (revision % 500 === 0) await new Promise(setImmediate)
    if (revision === 3_000) break
  }
  assert.is(last, 3_000)
})

test.run()
