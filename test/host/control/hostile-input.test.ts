import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import * as assert from 'uvu/assert'
import { suite } from '../../harness.js'
import { Daemon, until } from './daemon.js'

const test = suite('control/hostile-input')
let daemon: Daemon

test.before(async () => {
  daemon = await Daemon.start()
})
test.after(() => daemon.stop())
test.after.each(async () => {
  assert.is((await daemon.ask('GET', '/v1/status')).status, 200)
})

/** The one document in an answer as it came over the wire. */
function documentOf(answer: string) {
  assert.match(answer, 'claimd-version: 1.2.3')
  return JSON.parse(answer.slice(answer.indexOf('\r\n\r\n') + 4))
}

test('binary junk is a usage error', async () => {
  const answer = await daemon.raw(Buffer.from([0x16, 0x03, 0x01, 0, 0xff, 0xfe, 10, 13, 10, 13, 10]))
  assert.match(answer, /^HTTP\/1\.1 400 /)
  assert.is(documentOf(answer).code, 'USAGE')
})

test('headers without end are too large', async () => {
  const answer = await daemon.raw(`GET /v1/status HTTP/1.1\r\nx: ${'y'.repeat(40_000)}`)
  assert.match(answer, /^HTTP\/1\.1 413 /)
  assert.is(documentOf(answer).code, 'REQUEST_TOO_LARGE')
})

test('a request without Host, with an unknown Expect or of HTTP/1.0 is answered', async () => {
  const end = 'connection: close\r\n\r\n'
  assert.match(await daemon.raw(`GET /v1/status HTTP/1.1\r\n${end}`), /^HTTP\/1\.1 200 /)
  assert.match(await daemon.raw(`GET /v1/status HTTP/1.1\r\nexpect: magic\r\n${end}`), /^HTTP\/1\.1 200 /)
  assert.match(await daemon.raw(`GET /v1/status HTTP/1.0\r\n${end}`), /^HTTP\/1\.1 200 /)
})

test('two lengths for one body are refused', async () => {
  const lengths = 'content-length: 3\r\ntransfer-encoding: chunked\r\n'
  const answer = await daemon.raw(`POST /v1/disconnect HTTP/1.1\r\n${lengths}\r\n0\r\n\r\n`)
  assert.is(documentOf(answer).code, 'USAGE')
  assert.is(daemon.services.asked.length, 0)
})

test(
  'a connection on which nothing is asked is closed, and so is one that never gets to its point',
  async () => {
    const answers = await Promise.all(['', 'GET /v1/st'].map((start) => daemon.raw(start)))
    for (const answer of answers) assert.is(documentOf(answer).code, 'TIME_OUT')
  },
  { timeout: 60_000 },
)

test('half a request, and a hang-up in the middle of one, ask for nothing', async () => {
  const half = connect(daemon.socket)
  await once(half, 'connect')
  half.write(
    'POST /v1/disconnect HTTP/1.1\r\ncontent-type: application/json\r\ncontent-length: 9\r\n\r\n{"a"',
  )
  assert.is((await daemon.ask('GET', '/v1/status')).status, 200)
  half.destroy()
  await once(half, 'close')
  assert.is((await daemon.ask('GET', '/v1/status')).status, 200)
  assert.is(daemon.services.asked.length, 0)
})

test('200 idle connections leave it answering', async () => {
  const idle: Socket[] = []
  try {
    for (let count = 0; count < 200; count++) {
      const socket = connect(daemon.socket)
      idle.push(socket)
      await once(socket, 'connect')
    }
    assert.is((await daemon.ask('GET', '/v1/adapters')).status, 200)
  } finally {
    for (const socket of idle) socket.destroy()
  }
})

test('a flood of connections beyond the limit is cut, and then it answers again', async () => {
  const flood: Socket[] = []
  let cut = 0
  for (let count = 0; count < 600; count++) {
    const socket = connect(daemon.socket)
    socket.on('error', () => {}).on('close', () => cut++)
    flood.push(socket)
    await once(socket, 'connect')
  }
  while (cut === 0) await once(flood.at(-1)!, 'close')
  for (const socket of flood) socket.destroy()
  while (cut < flood.length) await new Promise(setImmediate)
})

test('who leaves his half of a refused connection open does not keep it', async () => {
  const pipes = () => process.getActiveResourcesInfo().filter((kind) => kind === 'PipeWrap').length
  const before = pipes()
  const connection = connect({ path: daemon.socket, allowHalfOpen: true })
  connection.write('no HTTP at all\r\n\r\n')
  connection.resume()
  await once(connection, 'end')
  // The client's own end does not count: nothing is read from it any more.
  await until(() => pipes() <= before)
  connection.destroy()
})

test('a second request before the answer to the first ends the connection', async () => {
  const many = 'GET /v1/adapters HTTP/1.1\r\n\r\n'.repeat(50)
  const answer = await daemon.raw(many)
  assert.ok((answer.match(/HTTP\/1\.1 200/g) ?? []).length <= 1, answer.slice(0, 200))
})

test.run()
