import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { findSocket } from '@claimd/sdk/client'
import * as assert from 'uvu/assert'
import { suite } from '../../harness.js'

const test = suite('sdk/client/find socket')
let folder: string
let servers: Server[]

test.before.each(() => {
  folder = mkdtempSync(join(tmpdir(), 'claimd-find-'))
  servers = []
})
test.after.each(async () => {
  for (const server of servers) await new Promise((resolve) => server.close(resolve))
  rmSync(folder, { recursive: true, force: true })
})

async function listen(path: string): Promise<void> {
  mkdirSync(dirname(path), { recursive: true })
  const server = createServer()
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(path, resolve))
}

test("the user's own daemon is asked before root's, and root's where the user has none", async () => {
  const env = { XDG_RUNTIME_DIR: folder }
  const own = join(folder, 'claimd', 'claimd.sock')
  const system = join(folder, 'system.sock')
  const found = () => findSocket(env, 7, system)
  assert.equal(await found(), { socket: own, other: null }, 'none listens')
  await listen(system)
  assert.equal(await found(), { socket: system, other: null })
  mkdirSync(dirname(own))
  writeFileSync(own, '')
  assert.equal(
    await found(),
    { socket: system, other: null },
    'a file that a dead daemon left does not count',
  )
  rmSync(own)
  await listen(own)
  assert.equal(await found(), { socket: own, other: system }, 'both listen')
})

test('a socket that is named, and that of root, are taken as they are', async () => {
  const system = join(folder, 'system.sock')
  await listen(system)
  assert.equal(await findSocket({ CLAIMD_SOCKET: '/x' }, 7, system), { socket: '/x', other: null })
  assert.equal(await findSocket({}, 0, system), { socket: '/run/claimd/claimd.sock', other: null })
})

test.run()
