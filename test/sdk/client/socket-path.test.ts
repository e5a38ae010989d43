import {
  chownSync,
  lchownSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { ClaimdError } from '@claimd/sdk'
import { checkSocketOwner, defaultSocket } from '@claimd/sdk/client'
import * as assert from 'uvu/assert'
import { skip, suite } from '../../harness.js'

const test = suite('client/socket-path')

test('the default socket: as named, of the system, of the session, of the user', () => {
  const session = { XDG_RUNTIME_DIR: '/run/user/7' }
  assert.is(defaultSocket({ CLAIMD_SOCKET: '/x', ...session }, 0), '/x')
  assert.is(defaultSocket({ CLAIMD_SOCKET: '/x' }, 7), '/x')
  assert.is(defaultSocket(session, 0), '/run/claimd/claimd.sock')
  assert.is(defaultSocket({ CLAIMD_SOCKET: '', ...session }, 7), '/run/user/7/claimd/claimd.sock')
  assert.is(defaultSocket({ XDG_RUNTIME_DIR: 'run' }, 7), '/tmp/claimd-7/claimd.sock')
  assert.is(defaultSocket({ TMPDIR: '/var/tmp' }, 7), '/var/tmp/claimd-7/claimd.sock')
  assert.is(defaultSocket({}, 7), '/tmp/claimd-7/claimd.sock')
})

test('a usual socket of another user is not spoken to, nor one behind a link of another user', async () => {
  if (process.geteuid?.() !== 0) skip('needs root, to give files away')
  const [me, other] = [12345, 12346]
  const env = { TMPDIR: mkdtempSync(join(tmpdir(), 'claimd-socket-')) }
  const path = defaultSocket(env, me)
  const folder = dirname(path)
  const check = () => checkSocketOwner(path, env, me)
  const unsafe = () => assert.throws(check, (error: ClaimdError) => error.code === 'SOCKET_FOLDER_UNSAFE')
  try {
    check()
    mkdirSync(folder)
    writeFileSync(path, '')
    check()
    chownSync(folder, me, me)
    check()
    chownSync(path, other, other)
    unsafe()
    chownSync(path, me, me)
    chownSync(folder, other, other)
    unsafe()
    checkSocketOwner(path, { CLAIMD_SOCKET: path }, me)
    const place = `${folder}-moved`
    renameSync(folder, place)
    symlinkSync(place, folder)
    lchownSync(folder, other, other)
    chownSync(place, me, me)
    unsafe()
  } finally {
    rmSync(env.TMPDIR, { recursive: true })
  }
})

test.run()
