import * as assert from 'uvu/assert'
import { claimdError } from '../../../../../host/core/errors.js'
import { suite } from '../../../../harness.js'
import * as documents from '../../documents.js'
import { claimd } from '../../fake-world.js'

const test = suite('cli/commands/plugin/install')
const name = '@acme/claimd-lab'
const env = { XDG_STATE_HOME: '/home/s' }

test('installs into the state folder of the one who asks, or of the daemon that is named', async () => {
  const own = await claimd('plugin install lab', { env })
  assert.equal(own.asked, [['install', '/home/somebody/lab', '/home/s/claimd/plugins', false]])
  assert.equal(own.dialled, [], 'no daemon is needed')
  const other = await claimd('plugin install /p/lab.tgz --state st --force')
  assert.equal(other.asked, [['install', '/p/lab.tgz', '/home/somebody/st/plugins', true]])
  for (const bad of [
    ['install', ''],
    ['install', 'x', '--state', ''],
    ['remove', 'x', '--state='],
  ]) {
    assert.is((await claimd(['plugin', ...bad])).code, 2)
  }
})

test('prints what it asks for, and what is to be done next', async () => {
  const { out } = await claimd('plugin install lab')
  assert.is(
    out,
    `\
@acme/claimd-lab 1.2.0 is installed in /var/lib/claimd/plugins/@acme/claimd-lab,
in the place of 1.1.0
it asks to (build a0a0a0a0a0a0):
  - read /proc/net/route
it does not run before that is granted: claimd plugin trust @acme/claimd-lab
`,
  )
  const tools = { install: async () => ({ ...documents.installed, permissions: {}, replaced: null }) }
  const nothing = await claimd('plugin install lab', { tools })
  assert.match(nothing.out, 'it asks for nothing, so a running daemon takes it at once')
  const json = JSON.parse((await claimd('plugin install lab --json')).out)
  assert.is(json.plugin, name)
  assert.equal(json.asks, ['read /proc/net/route'])
  assert.is(json.replaced, '1.1.0')
})

test('what cannot be a plugin has its exit code', async () => {
  const install = () => Promise.reject(claimdError('PLUGIN_INVALID', { message: 'it has faults' }))
  const world = await claimd('plugin install lab --json', { tools: { install } })
  assert.is(JSON.parse(world.out).code, 'PLUGIN_INVALID')
  assert.not.equal(world.code, 0)
})

test('remove also has the daemon take back what it changed, first of all, and what was granted', async () => {
  const world = await claimd(`plugin remove ${name}`, { env })
  assert.equal(world.asked, [
    ['undoPlugin', name],
    ['remove', name, '/home/s/claimd/plugins'],
    ['untrustPlugin', name],
  ])
  assert.is(world.code, 0)
  assert.match(world.out, /^@acme\/claimd-lab is removed from \/home\/s\/claimd\/plugins\/@acme\/claimd-lab;/)
})

test('remove works without a daemon, and says what is left', async () => {
  const untrust = (code: 'DAEMON_UNREACHABLE' | 'PLUGIN_NOT_FOUND') => ({
    client: {
      undoPlugin: () => Promise.reject(claimdError('DAEMON_UNREACHABLE', { message: 'No daemon listens' })),
      untrustPlugin: () => Promise.reject(claimdError(code, { message: 'No daemon listens' })),
    },
  })
  const alone = await claimd(`plugin remove ${name}`, untrust('DAEMON_UNREACHABLE'))
  assert.is(alone.code, 0)
  assert.match(alone.out.replaceAll('\n', ' '), 'what it changed about links stays: No daemon listens')
  assert.match(alone.out.replaceAll('\n', ' '), 'stays granted to its name: No daemon listens')
  const unknown = await claimd(`plugin remove ${name}`, untrust('PLUGIN_NOT_FOUND'))
  assert.match(unknown.out, 'nothing was granted to it')
})

test.run()
