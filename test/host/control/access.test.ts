import { execFile } from 'node:child_process'
import { chmodSync, chownSync, statSync } from 'node:fs'
import type { IncomingMessage } from 'node:http'
import { promisify } from 'node:util'
import * as assert from 'uvu/assert'
import { Access } from '../../../host/control/access.js'
import { groupNumber } from '../../../host/control/group.js'
import { skip, suite } from '../../harness.js'
import { Daemon } from './daemon.js'

const test = suite('control/access')
let daemon: Daemon

test.before(async () => {
  daemon = await Daemon.start()
})
test.after(() => daemon.stop())

const group = 54_321
const member = 54_322

/** Sends one request as another user, in a process of that user. */
async function askAs(uid: number, gid: number, method: string, path: string, body = ''): Promise<string> {
  const script = `
    const [socketPath, method, path, body] = process.argv.slice(1)
    const headers = { 'content-type': 'application/json', 'content-length': body.length }
    require('http').request({ socketPath, method, path, headers: body ? headers : {} }, (answer) => {
      answer.pipe(process.stdout)
    }).on('error', (error) => console.log(error.code)).end(body)`
  const identity = ['--reuid', String(uid), '--regid', String(gid), '--clear-groups']
  const node = [process.execPath, '-e', script, daemon.socket, method, path, body]
  const { stdout } = await promisify(execFile)('setpriv', [...identity, ...node], { cwd: '/' })
  return stdout
}

function openToGroup() {
  if (process.geteuid!() !== 0) skip('needs root, to ask as another user')
  chmodSync(daemon.folder, 0o755)
  chownSync(daemon.socket, 0, group)
}

test('a member of the socket group may read, offer and disconnect, but not release', async () => {
  openToGroup()
  const ask = async (method: string, path: string, body?: string) =>
    JSON.parse(await askAs(member, group, method, path, body))
  assert.is((await ask('GET', '/v1/status')).version, '1.2.3')
  assert.is((await ask('POST', '/v1/adapters/eth0/offer')).result, 'SUCCESS')
  assert.is((await ask('POST', '/v1/connections/office/disconnect')).result, 'SUCCESS')
  const asked = daemon.services.asked.splice(0)
  assert.equal(
    asked.map(({ call, who }) => [call, who.uid, who.gid]),
    [
      ['offer', member, group],
      ['disconnect', member, group],
    ],
  )
  assert.ok(asked.every(({ who }) => who.pid > 0 && who.pid !== process.pid))

  const refused = await ask('POST', '/v1/adapters/eth0/release', '{"reason":"x"}')
  assert.is(refused.code, 'NOT_PERMITTED')
  assert.is(refused.result, 'ACCESS_DENIED')
  assert.is(refused.found, `user ${member}`)
  // Not even whether its body would have been a good one.
  assert.is((await ask('POST', '/v1/adapters/eth0/release', '{')).code, 'NOT_PERMITTED')
  assert.is(daemon.services.asked.length, 0)
})

test('who is not in the group does not get in at all', async () => {
  openToGroup()
  assert.is((await askAs(member, member, 'GET', '/v1/status')).trim(), 'EACCES')
})

test('the socket is for its owner and group alone', () => {
  assert.is(statSync(daemon.socket).mode & 0o7777, 0o660)
})

test('root and the user of the daemon may do everything, others may not', () => {
  const access = new Access(1000)
  access.requireOwner({ uid: 0, gid: 0, pid: 1 })
  access.requireOwner({ uid: 1000, gid: 5, pid: 1 })
  assert.throws(
    () => access.requireOwner({ uid: 1001, gid: 1000, pid: 1 }),
    (error: { code: string }) => error.code === 'NOT_PERMITTED',
  )
})

test('a peer whose credentials cannot be read is refused, and asked for only once a connection', async () => {
  let reads = 0
  const access = new Access(0, async () => {
    reads++
    throw new Error('no such option')
  })
  const request = { headers: {}, socket: {} } as IncomingMessage
  for (let count = 0; count < 2; count++) {
    try {
      await access.admit(request)
      assert.unreachable('it was let in')
    } catch (error) {
      assert.is((error as { code: string }).code, 'NOT_PERMITTED')
      assert.is((error as { found: string }).found, 'no such option')
    }
  }
  assert.is(reads, 1)
})

test('groups are found by name', () => {
  assert.is(groupNumber('root'), 0)
  assert.is(groupNumber('no such group'), null)
})

test.run()
