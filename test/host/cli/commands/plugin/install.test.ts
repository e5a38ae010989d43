import type { PluginDocument } from '@claimd/sdk'
import * as assert from 'uvu/assert'
import { claimdError } from '../../../../../host/core/errors.js'
import { suite } from '../../../../harness.js'
import * as documents from '../../documents.js'
import { claimd } from '../../fake-world.js'

const test = suite('cli/commands/plugin/install')
const name = '@acme/claimd-lab'
const env = { XDG_STATE_HOME: '/home/s' }

const plain = { force: false, replaceBundled: false }

/** As a daemon knows the plugin that was installed. */
const known: PluginDocument = {
  ...documents.plugin,
  folder: documents.installed.folder,
  inFolder: { version: '1.2.0', build: documents.installed.build },
}

/** A daemon that keeps its state there, and one that does not answer. */
const runningOn = (state: string) => ({
  client: { status: async () => ({ ...documents.status, state }), plugin: async () => known },
})
const absent = {
  client: {
    status: () => Promise.reject(claimdError('DAEMON_UNREACHABLE', { message: 'No daemon listens' })),
  },
}
const changes = ({ asked }: { asked: unknown[][] }) => asked.filter(([what]) => what !== 'status')

test('installs for the daemon that answers, into the state folder that is named, else into the usual one', async () => {
  const daemons = await claimd('plugin install lab', { env, ...runningOn('/srv/s') })
  assert.equal(changes(daemons), [
    ['install', '/home/somebody/lab', '/srv/s/plugins', plain],
    ['plugin', name],
  ])
  const own = await claimd('plugin install lab', { env, ...absent })
  assert.equal(changes(own), [['install', '/home/somebody/lab', '/home/s/claimd/plugins', plain]])
  const found = { pid: 42, state: '/srv/lost', listensIn: [] }
  const lost = await claimd('plugin install lab', { env, ...absent, found })
  assert.equal(
    changes(lost),
    [['install', '/home/somebody/lab', '/srv/lost/plugins', plain]],
    'without its socket',
  )
  const other = await claimd(
    'plugin install /p/lab.tgz --state st --force --replace-bundled',
    runningOn('/srv/s'),
  )
  const all = { force: true, replaceBundled: true }
  assert.equal(changes(other), [['install', '/p/lab.tgz', '/home/somebody/st/plugins', all]])
  for (const bad of [
    ['install', ''],
    ['install', 'x', '--state', ''],
    ['remove', 'x', '--state='],
  ]) {
    assert.is((await claimd(['plugin', ...bad])).code, 2)
  }
})

test('prints what it asks for, and what follows', async () => {
  const { out } = await claimd('plugin install lab', {
    ...runningOn('/var/lib/claimd'),
    env: { COLUMNS: '80' },
  })
  assert.is(
    out,
    `\
@acme/claimd-lab 1.2.0 is installed in /var/lib/claimd/plugins/@acme/claimd-lab,
in the place of 1.1.0
it asks to (build a0a0a0a0a0a0):
  - read /proc/net/route
  - start /sbin/udhcpc with -i {adapter}
it does not run before an operator grants what it asks for
  do: claimd plugin trust @acme/claimd-lab
`,
  )
  const json = JSON.parse((await claimd('plugin install lab --json', runningOn('/var/lib/claimd'))).out)
  assert.is(json.plugin, name)
  assert.equal(json.asks, ['read /proc/net/route', 'start /sbin/udhcpc with -i {adapter}'])
  assert.is(json.replaced, '1.1.0')
  assert.is(json.remedy, `claimd plugin trust ${name}`)
})

test('says what the daemon does with it, not what it might', async () => {
  const granted = { ...known, permissions: { ...known.permissions, missing: [] } }
  const cases: [Partial<PluginDocument>, next: RegExp, remedy: string | null][] = [
    [{}, /what it asks for was granted before, so it runs/, null],
    [
      { permissions: { ...granted.permissions, asked: [], granted: [] } },
      /it asks for nothing, so it runs as soon as it is needed/,
      null,
    ],
    [
      { state: 'disabled', because: 'disabled by root (uid 0)' },
      /does not run: disabled by root/,
      `claimd plugin enable ${name}`,
    ],
    [{ folder: '/srv/plugins/lab' }, /the one in \/srv\/plugins\/lab, which comes first, does/, null],
    [
      { state: 'quarantined', because: 'it failed' },
      /is quarantined: it failed/,
      `claimd plugin show ${name}`,
    ],
    [{ permissions: known.permissions }, /before an operator grants/, `claimd plugin trust ${name}`],
  ]
  for (const [more, next, remedy] of cases) {
    const client = { plugin: async () => ({ ...granted, ...more }) }
    const { next: said, ...rest } = JSON.parse((await claimd('plugin install lab --json', { client })).out)
    assert.match(said, next)
    assert.is(rest.remedy, remedy, said)
  }
  const none = JSON.parse((await claimd('plugin install lab --json', { env, ...absent })).out)
  assert.match(
    none.next,
    'nothing runs it now: No daemon listens; a daemon that keeps its state in /home/s/claimd will',
  )
  const other = await claimd('plugin install lab --state /srv/b --json', runningOn('/srv/a'))
  assert.match(JSON.parse(other.out).next, 'the daemon that answers keeps its state in /srv/a')
})

test('waits until the daemon has found what was installed', async () => {
  let looks = 0
  const plugin = async () => {
    looks++
    if (looks === 1) throw claimdError('PLUGIN_NOT_FOUND', { message: 'there is no such plugin' })
    return looks === 2 ? { ...known, inFolder: { version: '1.1.0', build: 'b0'.repeat(32) } } : known
  }
  const world = await claimd('plugin install lab --json', { client: { plugin } })
  assert.is(JSON.parse(world.out).remedy, `claimd plugin trust ${name}`)
  assert.is(looks, 3)
})

test('what cannot be a plugin has its exit code', async () => {
  const install = () => Promise.reject(claimdError('PLUGIN_INVALID', { message: 'it has faults' }))
  const world = await claimd('plugin install lab --json', { tools: { install } })
  assert.is(JSON.parse(world.out).code, 'PLUGIN_INVALID')
  assert.is(world.code, 13)
})

test('remove --undo has the daemon undo what the plugin changed first, and remove what it stored last', async () => {
  for (const line of [`plugin remove ${name} --undo`, `plugin remove ${name} --undo --state ../../srv/s`]) {
    const world = await claimd(line, { env, ...runningOn('/srv/s') })
    assert.equal(changes(world), [
      ['disablePlugin', name, 'it is being removed', { undo: true }],
      ['remove', name, '/srv/s', false],
      ['forgetPlugin', name],
      ['adapters', { provider: [`${name}/*`] }],
    ])
    assert.is(world.code, 0)
    assert.match(world.out, /^@acme\/claimd-lab is removed from \/srv\/s\/plugins\/@acme\/claimd-lab;/)
  }
})

test('remove names what stays: changes to links, and adapters that no other provider has taken over', async () => {
  const change = { plugin: name, connection: 'lab', at: '2026-01-01T00:00:00Z' }
  const rows = ['address 10.0.0.1/24 on eth0', 'MTU 1400 of eth0, before 1500'].map((what) => ({
    what,
    ...change,
  }))
  const { client } = runningOn('/srv/s')
  const world = await claimd(`plugin remove ${name}`, {
    env,
    client: { ...client, plugin: async () => ({ ...documents.plugin, changes: rows }) },
  })
  const said = world.out.replaceAll('\n', ' ')
  assert.match(said, 'stays: address 10.0.0.1/24 on eth0; MTU 1400 of eth0, before 1500;')
  const [held] = documents.adapters.adapters
  assert.match(said, `still protected for it, until another provider takes over: ${held!.name}`)
  const none = { adapters: async () => ({ revision: 1, adapters: [] }) }
  const nothing = await claimd(`plugin remove ${name}`, { env, client: { ...client, ...none } })
  assert.match(nothing.out.replaceAll('\n', ' '), 'it has changed nothing about links')
  assert.not.match(nothing.out, 'still protected')
})

test('remove --undo without the daemon that knows what to undo is refused, and removes nothing', async () => {
  for (const line of [`plugin remove ${name} --undo`, `plugin remove ${name} --undo --state /srv/b`]) {
    const world = await claimd(line, { env, ...(line.endsWith('b') ? runningOn('/srv/a') : absent) })
    assert.is(world.code, 8)
    assert.equal(changes(world), [])
    assert.match(world.err.replaceAll('\n', ' '), 'so nothing was removed')
  }
})

test('remove --keep-data says so to the one that removes', async () => {
  const world = await claimd(`plugin remove ${name} --keep-data`, runningOn('/srv/s'))
  assert.equal(
    changes(world).find(([what]) => what === 'remove'),
    ['remove', name, '/srv/s', true],
  )
})

test('remove leaves a daemon alone that has another state folder, and says so', async () => {
  const world = await claimd(`plugin remove ${name} --state /srv/b`, runningOn('/srv/a'))
  assert.equal(changes(world), [
    ['remove', name, '/srv/b', false],
    ['forget', name, '/srv/b'],
  ])
  assert.is(world.code, 0)
  const said = world.out.replaceAll('\n', ' ')
  assert.match(said, 'the daemon that answers keeps its state in /srv/a and is left alone')
  assert.match(said, 'what it stored is removed')
})

test('remove works without a daemon, and says what is left', async () => {
  const gone = await claimd(`plugin remove ${name}`, { env, ...absent })
  assert.equal(changes(gone), [
    ['remove', name, '/home/s/claimd', false],
    ['forget', name, '/home/s/claimd'],
  ])
  assert.match(
    gone.out.replaceAll('\n', ' '),
    'what it changed about links stays, and is not known: No daemon listens',
  )
  const refuse = () => Promise.reject(claimdError('DAEMON_UNREACHABLE', { message: 'No daemon listens' }))
  const busy = await claimd(`plugin remove ${name}`, { client: { plugin: refuse, forgetPlugin: refuse } })
  assert.is(busy.code, 0)
  const said = busy.out.replaceAll('\n', ' ')
  assert.match(said, 'what it changed about links stays, and is not known: No daemon listens')
  assert.match(said, 'before a plugin of that name runs again: No daemon listens')
})

test.run()
