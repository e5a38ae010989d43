import type { PluginLogDocument } from '@claimd/sdk'
import * as assert from 'uvu/assert'
import { claimdError } from '../../../../../host/core/errors.js'
import { suite } from '../../../../harness.js'
import * as documents from '../../documents.js'
import { claimd } from '../../fake-world.js'

const test = suite('cli/commands/plugin/looking')
const name = '@acme/claimd-lab'

test('show and plugins NAME are the same document and the same view', async () => {
  for (const line of [`plugin show ${name}`, `plugins ${name}`]) {
    assert.equal(JSON.parse((await claimd(`${line} --json`)).out), documents.plugin)
    const world = await claimd(line, { env: { COLUMNS: '80' } })
    assert.equal(world.asked, [['plugin', name]])
    assert.is(
      world.out,
      `\
@acme/claimd-lab 1.2.0
  is running
  folder:    /srv/plugins/lab
  build:     ${'a0'.repeat(32)}
  providers: @acme/claimd-lab/lab
  process:   4711, 41 MiB, user 61184, group 61184
  restarts:  0
  data:      /var/lib/claimd/data/@acme+claimd-lab
  log:       /var/lib/claimd/logs/@acme+claimd-lab.log

Versions
  active:        1.2.0, build a0a0a0a0a0a0, pid 4711, runs from
                 /var/lib/claimd/stage/plugins/@acme+claimd-lab/a0a0
  being tried:   1.3.0, build c2c2c2c2c2c2, pid 4800, runs from
                 /var/lib/claimd/stage/plugins/@acme+claimd-lab/c2c2
  last good:     1.1.0, build d3d3d3d3d3d3

Permissions
  granted by root (uid 0), 10:15:00+05:30, for build d3d3d3d3d3d3: it may
  - read /proc/net/route
  not granted: it asks to
  - start /sbin/udhcpc with -i {adapter}

Walls around its process
  stands  files: it sees its own copy, its data and nothing else
  MISSING other plugins' files: claimd is not root; it can read what this user
          can read
  MISSING memory limit: there is no cgroup that claimd may use

Refused
  12:20:00+05:30  read /etc/shadow was refused: it may read /proc/net/route
`,
    )
  }
})

test('a version that waits in the folder is shown beside the one that runs', async () => {
  const waits = { ...documents.plugin, candidate: null }
  const { out } = await claimd(`plugin show ${name}`, { client: { plugin: async () => waits } })
  assert.match(out, /\nVersions\n {2}in its folder: 1\.3\.0, build c2c2c2c2c2c2\n {2}active: {8}1\.2\.0/)
})

test('a plugin that is rejected shows its faults, and nothing that it does not have', async () => {
  const rejected = {
    ...documents.plugin,
    ...documents.plugins.plugins[1]!,
    ...{ active: null, candidate: null, lastGood: null, walls: [], refusals: [], memory: null, user: null },
    permissions: { asked: [], granted: [], missing: [], trust: null },
  }
  const { out } = await claimd('plugin show broken', { client: { plugin: async () => rejected } })
  assert.match(out, /^broken\n {2}is rejected: its manifest has a fault\n/)
  assert.match(out, /\nFaults\n {2}at: +engines\.claimd \(package\.json\)\n/)
  assert.match(out, /\nPermissions\n {2}it asks for nothing\n$/)
  assert.not.match(out, 'Versions')
})

test('log prints the last lines, as many as are wanted', async () => {
  const world = await claimd(`plugin log ${name} -n 2`)
  assert.equal(world.asked, [['pluginLog', name, { lines: 2 }]])
  assert.is(world.out, '16:30:00+05:30 info looking at lab0\n16:30:01+05:30 warn lab0 is down\n')
  assert.equal((await claimd(`plugin log ${name}`)).asked, [['pluginLog', name, { lines: 20 }]])
  assert.equal(JSON.parse((await claimd(`plugin log ${name} --json`)).out), documents.pluginLog)
  for (const bad of ['0', '10001', 'x', '-1'])
    assert.is((await claimd(`plugin log ${name} -n ${bad}`)).code, 2)
})

test('an empty log says where it would be', async () => {
  const pluginLog = async () => ({ ...documents.pluginLog, lines: [] })
  assert.match(
    (await claimd(`plugin log ${name}`, { client: { pluginLog } })).out,
    /has logged nothing yet; .*\.log\n/,
  )
})

test('-f goes on where the last answer ended, until the daemon goes away', async () => {
  const answers: Partial<PluginLogDocument>[] = [
    { lines: ['one'], next: '7:1' },
    { lines: [], next: '7:1' },
    { lines: ['two', 'three\u001b[2J'], next: '7:2' },
  ]
  const asked: unknown[] = []
  const pluginLog = async (_: string, options?: { since?: string }) => {
    asked.push(options?.since)
    const answer = answers.shift()
    if (!answer) throw claimdError('DAEMON_UNREACHABLE', { message: 'gone' })
    return { ...documents.pluginLog, ...answer }
  }
  const world = await claimd(`plugin log ${name} -f`, { client: { pluginLog } })
  assert.is(world.out, 'one\ntwo\nthree\\x1b[2J\n')
  assert.equal(asked, [undefined, '7:1', '7:1', '7:2'])
  assert.is(world.code, 8)
})

test.run()
