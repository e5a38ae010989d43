import { spawn } from 'node:child_process'
import { EventEmitter, once } from 'node:events'
import { chmodSync } from 'node:fs'
import type { ClaimdError } from '@claimd/sdk'
import { Client } from '@claimd/sdk/client'
import * as assert from 'uvu/assert'
import { ConnectionLimits } from '../../../host/control/connection-limits.js'
import { skip, suite } from '../../harness.js'
import { Daemon } from './daemon.js'

const test = suite('control/connection-limits')

const owner = 64_000

class FakeSocket extends EventEmitter {
  destroyed = false
}

function admitted(limits: ConnectionLimits, uid: number): FakeSocket | null {
  const socket = new FakeSocket()
  try {
    limits.admit(socket as never, { uid })
    return socket
  } catch (error) {
    assert.is((error as ClaimdError).code, 'TOO_MANY_CONNECTIONS')
    return null
  }
}

test('one user has 64 connections at most; one that closes makes room for another', () => {
  const limits = new ConnectionLimits(owner)
  const mine = Array.from({ length: 64 }, () => admitted(limits, 64_001))
  assert.ok(mine.every((socket) => socket !== null))
  assert.is(admitted(limits, 64_001), null)
  assert.ok(admitted(limits, 64_002))
  mine[7]!.emit('close')
  assert.ok(admitted(limits, 64_001))
  assert.is(admitted(limits, 64_001), null)
})

test('many users together leave room for root and the owner', () => {
  const limits = new ConnectionLimits(owner)
  const sockets = Array.from({ length: 384 }, (_, at) => admitted(limits, 65_000 + (at % 6)))
  assert.ok(sockets.every((socket) => socket !== null))
  assert.is(admitted(limits, 66_000), null)
  sockets[0]!.emit('close')
  assert.ok(admitted(limits, 66_000))
  assert.is(admitted(limits, 66_000), null)
  for (let i = 0; i < 100; i++) assert.ok(admitted(limits, 0) && admitted(limits, owner))
})

test('a connection that closed before anybody knew whose it is does not count for ever', () => {
  const limits = new ConnectionLimits(owner)
  for (let i = 0; i < 100; i++) {
    const socket = Object.assign(new FakeSocket(), { destroyed: true })
    limits.admit(socket as never, { uid: 64_001 })
  }
  assert.ok(admitted(limits, 64_001))
})

/** Opens connections, says nothing on them, and prints how each ended, or `open` for those that are left. */
const hog = `
const { connect } = require('node:net')
let closed = 0, text = ''
for (let i = 0; i < 100; i++) {
  const one = connect(process.argv[1])
  one.on('data', (data) => { text ||= String(data) })
  one.on('error', () => {})
  one.on('close', () => { if (++closed === 36) console.log(JSON.stringify({ text })) })
}
process.stdin.resume().on('end', () => process.exit())
`

test('a user who opens a hundred gets 64, is told why, and others still get through', async () => {
  if (process.getuid?.() !== 0) skip('needs root')
  const daemon = await Daemon.start()
  chmodSync(daemon.folder, 0o755)
  chmodSync(daemon.socket, 0o666)
  const child = spawn(process.execPath, ['-e', hog, daemon.socket], { uid: 65_534, gid: 65_534, cwd: '/' })
  try {
    const [line] = await once(child.stdout, 'data')
    const { text } = JSON.parse(String(line))
    assert.match(text, /^HTTP\/1\.1 503 /)
    assert.match(text, /"code":"TOO_MANY_CONNECTIONS"/)
    assert.is((await new Client({ socket: daemon.socket }).status()).version, '1.2.3')
  } finally {
    child.kill()
    await daemon.stop()
  }
})

test.run()
