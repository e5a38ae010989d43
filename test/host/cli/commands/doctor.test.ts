import * as assert from 'uvu/assert'
import { claimdError } from '../../../../host/core/errors.js'
import { suite } from '../../../harness.js'
import * as documents from '../documents.js'
import { claimd } from '../fake-world.js'

const test = suite('cli/commands/doctor')
const env = { XDG_STATE_HOME: '/home/s', XDG_CONFIG_HOME: '/home/c' }
const gone = {
  status: () => Promise.reject(claimdError('DAEMON_UNREACHABLE', { message: 'No daemon listens' })),
}

test('without a daemon it looks for itself, tells all that it found, and exits as every other command', async () => {
  const world = await claimd('doctor', { client: gone, env: { ...env, COLUMNS: '80' } })
  assert.is(world.code, 8)
  assert.equal(world.asked.at(-1), [
    'examine',
    {
      config: '/home/c/claimd/config.json',
      configRequired: false,
      state: '/home/s/claimd',
      plugins: ['/home/s/claimd/plugins'],
      bundled: true,
    },
  ])
  assert.is(
    world.out,
    `\
wrong    daemon: No daemon listens; what follows was found out without it
ok       Node: v24.1.0
ok       links: netlink
ok       udev: it runs; new links are awaited until it has named them
ok       configuration: no fault in /home/c/claimd/config.json, the default, as
         no daemon could be asked; --config names another
ok       state: /home/s/claimd, the default, as no daemon could be asked;
         --state names another
ok       tools: setpriv, unshare
ok       walls: 1 of 3 stand around plugins of a daemon of this user
         do: Most walls need a daemon that runs as root
limited  wall other plugins' files: claimd is not root; it can read what this
         user can read
limited  wall memory limit: there is no cgroup that claimd may use

One thing is wrong; 2 things are limited, and claimd does without them.
`,
  )
})

test('with a daemon it reads what that says, and exits 13 when something is wrong', async () => {
  const world = await claimd('doctor --json --config c.json --state st', { env })
  const { daemon, findings } = JSON.parse(world.out)
  assert.is(daemon, true)
  assert.is(world.code, 13, 'a plugin is rejected')
  const wrong = findings.filter((one: { verdict: string }) => one.verdict === 'wrong')
  assert.equal(
    wrong.map((one: { subject: string }) => one.subject),
    ['plugin broken'],
  )
  const { config, configRequired, state } = world.asked.at(-1)![1] as Record<string, unknown>
  assert.equal([config, configRequired, state], ['/home/somebody/c.json', true, '/home/somebody/st'])
})

test('one thing is counted as one, and the exit code says why no daemon could be asked', async () => {
  const examine = async () => ({ ...documents.machine, walls: [], state: 'no' })
  const { out, code } = await claimd('doctor', { client: gone, tools: { examine }, env })
  assert.match(out, /\n2 things are wrong\.\n$/)
  assert.is(code, 8)
  const tools = { examine: async () => ({ ...documents.machine, walls: [] }) }
  const client = { plugins: async () => ({ ...documents.plugins, plugins: [] }) }
  const limited = await claimd('doctor', { tools, client, env })
  assert.match(limited.out, /\nNothing is wrong; one thing is limited, and claimd does without it\.\n$/)
  assert.is(limited.code, 0)
  const forbids = {
    status: () => Promise.reject(claimdError('NOT_PERMITTED', { message: 'You may not' })),
  }
  const forbidden = await claimd('--json doctor', { client: forbids, tools: { examine }, env })
  assert.equal([forbidden.code, forbidden.err], [7, ''])
  assert.is(JSON.parse(forbidden.out).daemon, false)
  assert.is((await claimd('doctor --state=')).code, 2)
})

test.run()
