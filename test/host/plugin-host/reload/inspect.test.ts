import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { request } from 'node:http'
import { createServer } from 'node:net'
import { join } from 'node:path'
import type { Duplex } from 'node:stream'
import * as assert from 'uvu/assert'
import { suite } from '../../../harness.js'
import { codeThatSays, Lab, until } from '../support.js'

const test = suite('plugin-host/inspect')

/** A port that nobody listened on a moment ago. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  server.close()
  await once(server, 'close')
  return port
}

/** Attaches as a debugger does. */
function attach(url: string): Promise<Duplex> {
  const headers = {
    connection: 'Upgrade',
    upgrade: 'websocket',
    'sec-websocket-version': '13',
    'sec-websocket-key': randomBytes(16).toString('base64'),
  }
  return new Promise((resolve, reject) => {
    request(url.replace('ws:', 'http:'), { headers })
      .on('upgrade', (_, socket) => resolve(socket))
      .on('error', reject)
      .end()
  })
}

test('debuggers find the version that answers at the one port, and while one is attached no deadline passes', async () => {
  const port = await freePort()
  const lab = await Lab.make(
    [],
    { offerMs: 300, acknowledgeMs: 500, probationMs: 60_000 },
    ['plugins'],
    {},
    false,
    new Map([['written', port]]),
  )
  const target = async () => {
    const list = await fetch(`http://127.0.0.1:${port}/json`).then(
      (answer) => answer.json() as Promise<{ webSocketDebuggerUrl: string }[]>,
      () => [],
    )
    return list[0]?.webSocketDebuggerUrl
  }
  try {
    await lab.write('plugins/written', 'old')
    await lab.host.start()
    await lab.ask('written', 't1')
    await until(target)
    const [first, pid] = [await target(), lab.row('written').pid]
    const slow = codeThatSays('new').replace(
      'claimConnection: ({ connection }) => (',
      'claimConnection: async ({ connection }) => (await new Promise((done) => setTimeout(done, 900)),',
    )
    await writeFile(join(lab.root, 'plugins/written/index.js'), slow)
    await until(() => lab.row('written').pid !== pid && lab.row('written').state === 'running')
    await until(async () => (await target()) && (await target()) !== first)
    // Without a debugger it is too slow.
    assert.is((await lab.ask('written', 't2')).result, 'UNEXPECTED')
    const socket = await attach((await target())!)
    await until(() => lab.log('written').some((line) => line.includes('Debugger attached')))
    assert.is((await lab.ask('written', 't3')).result, 'SUCCESS')
    // Whoever stops it does not wait for the debugger.
    await lab.host.stop()
    socket.destroy()
  } finally {
    await lab.end()
  }
})

test.run()
