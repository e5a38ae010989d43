import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  chownSync,
  existsSync,
  lchownSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { ClaimdError } from '@claimd/sdk'
import { Client } from '@claimd/sdk/client'
import * as assert from 'uvu/assert'
import { ControlServer } from '../../../host/control/index.js'
import { KeptSocket } from '../../../host/control/kept-socket.js'
import { skip, suite } from '../../harness.js'
import { LiveTimers } from '../live-timers.js'
import { FakeServices } from './fake-services.js'

const test = suite('control/socket-file')
let folder: string
let servers: ControlServer[]

test.before.each(() => {
  folder = mkdtempSync(join(tmpdir(), 'claimd-socket-'))
  servers = []
})
test.after.each(async () => {
  for (const server of servers) await server.close()
  rmSync(folder, { recursive: true })
})

function serverOn(socket: string): ControlServer {
  const server = new ControlServer(new FakeServices(), { socket, version: '1.2.3' })
  servers.push(server)
  return server
}

async function refused(socket: string): Promise<ClaimdError> {
  try {
    await serverOn(socket).listen()
  } catch (error) {
    return error as ClaimdError
  }
  return assert.unreachable('it listens') as never
}

/** What a daemon that was killed leaves behind. */
function leaveStale(socket: string): void {
  const script = `require('net').createServer().listen(process.argv[1], () => process.kill(process.pid, 'SIGKILL'))`
  spawnSync(process.execPath, ['-e', script, socket])
  assert.ok(lstatSync(socket).isSocket())
}

test('a second daemon on the same socket is told of the first, which goes on', async () => {
  const socket = join(folder, 's')
  await serverOn(socket).listen()
  const before = lstatSync(socket).ino
  const error = await refused(socket)
  assert.is(error.code, 'SOCKET_IN_USE')
  assert.is(error.found, `claimd 1.2.3, process ${process.pid}`)
  assert.is(lstatSync(socket).ino, before)
  assert.equal(readdirSync(folder), ['s'])
})

test('somebody else who listens is in the way as well, whether he answers or not', async () => {
  for (const answer of ['', 'HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n', 'hello\r\n']) {
    const socket = join(folder, 'other')
    const other = createServer((connection) =>
      connection
        .on('error', () => {})
        .resume()
        .end(answer),
    )
    await once(other.listen(socket), 'listening')
    assert.is((await refused(socket)).code, 'SOCKET_IN_USE')
    await new Promise((resolve) => other.close(resolve))
  }
})

test('somebody who listens and is stuck is in the way as well', async () => {
  const socket = join(folder, 'stuck')
  const stuck = createServer({ pauseOnConnect: true })
  await once(stuck.listen(socket), 'listening')
  const held = once(stuck, 'connection')
  const error = await refused(socket)
  assert.is(error.code, 'SOCKET_IN_USE')
  const [connection] = await held
  connection.destroy()
  stuck.close()
})

test('the file that a killed daemon left is replaced', async () => {
  const socket = join(folder, 'claimd.sock')
  leaveStale(socket)
  await serverOn(socket).listen()
  assert.is((await refused(socket)).code, 'SOCKET_IN_USE')
  assert.equal(readdirSync(folder), ['claimd.sock'])
})

test('of many daemons that start at once on a stale file, exactly one listens', async () => {
  const socket = join(folder, 'claimd.sock')
  leaveStale(socket)
  const starts = await Promise.allSettled(Array.from({ length: 8 }, () => serverOn(socket).listen()))
  assert.is(starts.filter(({ status }) => status === 'fulfilled').length, 1)
  for (const start of starts) {
    if (start.status === 'rejected') assert.is(start.reason.code, 'SOCKET_IN_USE')
  }
  assert.equal(readdirSync(folder), ['claimd.sock'])
})

test('what is not a socket is never touched', async () => {
  writeFileSync(join(folder, 'file'), 'precious')
  mkdirSync(join(folder, 'folder'))
  leaveStale(join(folder, 'stale'))
  symlinkSync('stale', join(folder, 'link'))
  for (const name of ['file', 'folder', 'link']) {
    assert.is((await refused(join(folder, name))).code, 'SOCKET_PATH_TAKEN')
  }
  assert.equal(readdirSync(folder).sort(), ['file', 'folder', 'link', 'stale'])
  assert.is(statSync(join(folder, 'file')).size, 8)
})

test('a path of 107 bytes works and one of 108 is too long', async () => {
  const longest = join(folder, 'x'.repeat(106 - folder.length))
  assert.is(Buffer.byteLength(longest), 107)
  await serverOn(longest).listen()
  assert.ok(lstatSync(longest).isSocket())
  const error = await refused(`${longest}x`)
  assert.is(error.code, 'SOCKET_PATH_TOO_LONG')
  assert.is(error.found, '108 bytes')
  assert.match(error.expected!, '107')
  assert.ok(error.remedy)
})

test('a missing folder is made, whatever the umask: 0755 for root, else 0700', async () => {
  const socket = join(folder, 'a', 'b', 'claimd.sock')
  const mask = process.umask(0o077)
  try {
    await serverOn(socket).listen()
  } finally {
    process.umask(mask)
  }
  assert.is(statSync(dirname(socket)).mode & 0o7777, process.geteuid!() === 0 ? 0o755 : 0o700)
  assert.is(statSync(socket).mode & 0o7777, 0o660)
  assert.is(process.umask(), mask)
})

test('a folder in which others could replace the socket is refused', async () => {
  const unsafe = join(folder, 'open')
  mkdirSync(unsafe)
  chmodSync(unsafe, 0o777)
  const error = await refused(join(unsafe, 's'))
  assert.is(error.code, 'SOCKET_FOLDER_UNSAFE')
  assert.match(error.found!, '0777')
  if (process.geteuid!() !== 0) return
  chmodSync(unsafe, 0o755)
  chownSync(unsafe, 0, 54_322)
  chmodSync(unsafe, 0o775)
  assert.match((await refused(join(unsafe, 's'))).found!, '0775')
  chmodSync(unsafe, 0o755)
  chownSync(unsafe, 54_322, 54_322)
  assert.is((await refused(join(unsafe, 's'))).code, 'SOCKET_FOLDER_UNSAFE')
})

test('to root a folder that others could replace on the way, or turn a link to, is refused', async () => {
  if (process.geteuid!() !== 0) skip('needs root, to make files of another user')
  const [theirs, own, link] = ['theirs', 'own', 'link'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ]
  mkdirSync(join(theirs, 'run'), { recursive: true })
  mkdirSync(own)
  symlinkSync(own, link)
  await serverOn(join(link, 's')).listen()
  chownSync(theirs, 54_322, 54_322)
  lchownSync(link, 54_322, 54_322)
  for (const [socket, at] of [
    [join(theirs, 'run', 's'), theirs],
    [join(theirs, 'new', 's'), theirs],
    [join(link, 't'), link],
  ] as const) {
    const error = await refused(socket)
    assert.is(error.code, 'SOCKET_FOLDER_UNSAFE')
    assert.match(error.found!, `${at} of user 54322`)
  }
  assert.not(existsSync(join(theirs, 'new')))
})

test('a file in the place of the folder is named', async () => {
  writeFileSync(join(folder, 'file'), '')
  const error = await refused(join(folder, 'file', 's'))
  assert.is(error.code, 'SOCKET_UNAVAILABLE')
  assert.match(error.found!, /ENOTDIR|EEXIST/)
})

test('a folder that one may not write to is not permitted', async () => {
  if (process.geteuid!() !== 0) skip('needs root, to try as another user')
  const locked = join(folder, 'locked')
  mkdirSync(locked, { mode: 0o755 })
  chmodSync(folder, 0o755)
  process.seteuid!(54_322)
  try {
    const error = await refused(join(locked, 's'))
    assert.is(error.code, 'NOT_PERMITTED')
    assert.match(error.found!, 'EACCES')
  } finally {
    process.seteuid!(0)
  }
})

test('closing removes the socket', async () => {
  const socket = join(folder, 's')
  const server = serverOn(socket)
  await server.listen()
  await server.close()
  assert.equal(readdirSync(folder), [])
})

test('closing leaves a socket alone that somebody else has put there meanwhile', async () => {
  const socket = join(folder, 's')
  const first = serverOn(socket)
  await first.listen()
  renameSync(socket, join(folder, 'moved'))
  await serverOn(socket).listen()
  const inode = lstatSync(socket).ino
  await first.close()
  assert.is(lstatSync(socket).ino, inode)
})

test('the socket is never open to all, not for a moment', async () => {
  const socket = join(folder, 'watched')
  const script = `
    const fs = require('fs'), [folder] = process.argv.slice(1)
    let worst = 0
    process.stdin.on('end', () => { console.log(worst.toString(8)); process.exit() }).resume()
    console.log('ready')
    ;(function look() {
      for (let count = 0; count < 100; count++) for (const name of fs.readdirSync(folder)) {
        try { worst |= fs.lstatSync(folder + '/' + name).mode & 0o7777 } catch {}
      }
      setImmediate(look)
    })()`
  const watcher = spawn(process.execPath, ['-e', script, folder], { stdio: ['pipe', 'pipe', 'inherit'] })
  let said = ''
  watcher.stdout.on('data', (data) => {
    said += data
  })
  await once(watcher.stdout, 'data')
  for (let count = 0; count < 50; count++) {
    const server = serverOn(socket)
    await server.listen()
    await server.close()
  }
  watcher.stdin.end()
  await once(watcher, 'close')
  assert.match(said, /^ready\n(660|0)\n$/)
  assert.not.ok(existsSync(socket))
})

test('the kernel says when the socket file is gone: no timer waits for it, but while it cannot be put back', async () => {
  const timers = await LiveTimers.begin()
  try {
    const socket = join(folder, 'run', 's')
    const told: (Error | null)[] = []
    const server = createServer()
    const kept = new KeptSocket(server, socket, (error) => told.push(error))
    await kept.listen()
    await timers.rest(0)
    renameSync(join(folder, 'run'), join(folder, 'away'))
    while (told.length < 1) await delay(10)
    await timers.rest(0)
    rmSync(socket)
    while (told.length < 2) await delay(10)
    assert.equal(told, [null, null])
    rmSync(join(folder, 'run'), { recursive: true })
    const obstacles = [
      (run: string) => writeFileSync(run, 'no folder'),
      (run: string) => symlinkSync('run', run),
    ]
    for (const [index, put] of obstacles.entries()) {
      const before = 2 + 2 * index
      put(join(folder, 'run'))
      while (told.length <= before) await delay(10)
      assert.instance(told[before], ClaimdError)
      await timers.rest(1)
      rmSync(join(folder, 'run'))
      while (told.length <= before + 1) await delay(10)
      assert.is(told[before + 1], null)
      if (index === 0) rmSync(join(folder, 'run'), { recursive: true })
    }
    await timers.rest(0)
    await kept.close()
    server.close()
  } finally {
    timers.restore()
  }
})

test('a socket file that is removed, alone or with its folder, comes back; one of another daemon is left', async () => {
  const socket = join(folder, 'run', 's')
  const told: (Error | null)[] = []
  const options = { socket, version: '1.2.3', restored: (error: Error | null) => told.push(error) }
  const server = new ControlServer(new FakeServices(), options)
  servers.push(server)
  await server.listen()
  const client = new Client({ socket })
  rmSync(socket)
  while (told.length < 1) await new Promise((resolve) => setTimeout(resolve, 10))
  assert.is((await client.status()).pid, new FakeServices().status.get().pid)
  rmSync(dirname(socket), { recursive: true })
  while (told.length < 2) await new Promise((resolve) => setTimeout(resolve, 10))
  assert.equal(told, [null, null])
  assert.is((await client.status()).pid, new FakeServices().status.get().pid)
  const other = serverOn(join(folder, 'run', 'other'))
  await other.listen()
  renameSync(join(folder, 'run', 'other'), socket)
  while (told.length < 3) await new Promise((resolve) => setTimeout(resolve, 10))
  assert.is((told[2] as ClaimdError).code, 'SOCKET_IN_USE')
  await server.close()
  assert.ok(existsSync(socket))
})

test.run()
