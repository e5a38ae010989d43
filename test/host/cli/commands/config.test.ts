import * as assert from 'uvu/assert'
import { claimdError } from '../../../../host/core/errors.js'
import { suite } from '../../../harness.js'
import * as documents from '../documents.js'
import { claimd } from '../fake-world.js'

const test = suite('cli/commands/config')
const gone = {
  status: () => Promise.reject(claimdError('DAEMON_UNREACHABLE', { message: 'No daemon listens' })),
}
const env = { XDG_STATE_HOME: '/home/s', XDG_CONFIG_HOME: '/home/c' }
const doubt = { ...documents.configurationFault.faults![0]!, field: 'connections.office.type' }
const places = (world: { asked: unknown[][] }) =>
  world.asked.find(([name]) => name === 'examineConfiguration')![1]

test('without a daemon the usual places are examined, and a file without faults exits 0', async () => {
  const world = await claimd('config check', { client: gone, env })
  assert.is(world.code, 0)
  assert.equal(places(world), {
    config: '/home/c/claimd/config.json',
    configRequired: false,
    plugins: ['/home/s/claimd/plugins'],
    bundled: true,
    dev: false,
  })
  assert.is(
    world.out,
    '/home/c/claimd/config.json has no faults\nIt has 2 connections, checked with the plugins @acme/claimd-lab.\n',
  )
})

test('a daemon that runs without its socket has the installed plugins that are meant', async () => {
  const found = { pid: 42, state: '/srv/state', listensIn: [] }
  const { plugins } = places(await claimd('config check', { client: gone, env, found })) as {
    plugins: string[]
  }
  assert.equal(plugins, ['/srv/state/plugins'])
})

test('with a daemon its file and its plugins are examined, unless others are named', async () => {
  const { configurationFault } = documents
  const status = async () => ({ ...documents.status, configurationFault })
  assert.equal(places(await claimd('config check', { client: { status } })), {
    config: '/etc/claimd/config.json',
    configRequired: true,
    plugins: ['/srv/plugins', '/var/lib/claimd/plugins'],
    bundled: documents.plugins.plugins.some(({ bundled }) => bundled),
    dev: false,
  })
  const named = await claimd('config check c.json --plugins a --plugins /b --state st --no-bundled --dev')
  assert.equal(places(named), {
    config: '/home/somebody/c.json',
    configRequired: true,
    plugins: ['/home/somebody/a', '/b', '/home/somebody/st/plugins'],
    bundled: false,
    dev: true,
  })
  assert.is((await claimd(['config', 'check', ''])).code, 2)
})

test('a connection that would hide one that was added by a command is a warning', async () => {
  const connections = async () => ({ ...documents.connections, added: ['home', 'other'] })
  const client = { status: async () => documents.status, connections }
  const text = await claimd('config check', { client })
  assert.is(text.code, 0)
  assert.match(text.out, /warning: connections\.home: the name of a connection that was added by a command/)
  const { warnings } = JSON.parse((await claimd('config check --json', { client })).out)
  assert.equal(
    warnings.map(({ field }: { field: string }) => field),
    ['connections.home'],
  )
})

test('all faults are one error, those of the file and those that only plugins know', async () => {
  const { configurationFault: fault } = documents
  const found = { doubts: [doubt], connections: ['office'], plugins: [] }
  for (const [whole, count] of [
    [fault, 3],
    [null, 1],
  ] as const) {
    const examineConfiguration = async () => ({ fault: whole, ...found })
    const world = await claimd('config check --json', { client: gone, env, tools: { examineConfiguration } })
    const error = JSON.parse(world.out)
    assert.is(world.code, 2)
    assert.is(error.code, 'CONFIGURATION_INVALID')
    assert.is(error.faults.length, count)
    assert.match(world.err, 'connections.office.type')
  }
  const missing = claimdError('CONFIGURATION_NOT_FOUND', { message: 'There is no file' }).document
  const examineConfiguration = async () => ({ ...found, fault: missing as typeof fault })
  assert.is((await claimd('config check', { client: gone, env, tools: { examineConfiguration } })).code, 10)
})

test.run()
