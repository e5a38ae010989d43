import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { findDaemon } from '../../../host/lib/find-daemon.js'
import { openStore } from '../../../host/store/open-store.js'
import { suite } from '../../harness.js'

const test = suite('lib/find-daemon')
let root: string
let server: Server

test.before.each(async () => {
  root = mkdtempSync(join(tmpdir(), 'claimd-find-'))
  mkdirSync(join(root, 'run'))
  server = createServer()
  await new Promise<void>((done) => server.listen(join(root, 'run/bound'), done))
})
test.after.each(async () => {
  await new Promise((done) => server.close(done))
  rmSync(root, { recursive: true, force: true })
})

test('a process with the lock is found by its state folder, or by the folder that it listens in', () => {
  const state = join(root, 'state')
  const places = { socket: join(root, 'elsewhere/s'), state }
  assert.is(findDaemon(places), null, 'nobody has a lock')
  const store = openStore(state)
  try {
    const found = findDaemon(places)
    assert.equal([found?.pid, found?.state], [process.pid, state])
    assert.ok(found?.listensIn.includes(join(root, 'run')))
    symlinkSync(state, join(root, 'link'))
    assert.is(findDaemon({ ...places, state: join(root, 'link') })?.pid, process.pid)
    const bySocket = { socket: join(root, 'run/claimd.sock'), state: join(root, 'other') }
    assert.equal([findDaemon(bySocket)?.pid, findDaemon(bySocket)?.state], [process.pid, state])
    rmSync(join(root, 'run/bound'))
    assert.is(findDaemon(bySocket)?.pid, process.pid, 'the file of its socket is gone')
    assert.is(findDaemon({ ...bySocket, socket: join(root, 'elsewhere/s') }), null, "another's")
  } finally {
    store.close()
  }
  assert.is(findDaemon(places), null, 'the lock is free again')
})

test.run()
