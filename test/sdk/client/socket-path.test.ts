import { defaultSocket } from '@claimd/sdk/client'
import * as assert from 'uvu/assert'
import { suite } from '../../harness.js'

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

test.run()
