import type { PluginRow } from '@claimd/sdk'
import * as assert from 'uvu/assert'
import { Account } from '../../../host/cli/account.js'
import { Output } from '../../../host/cli/output.js'
import { suite } from '../../harness.js'
import * as documents from './documents.js'
import { FakeDaemon } from './fake-daemon.js'
import { fakeWorld } from './fake-world.js'

const test = suite('cli/account')

interface Options {
  json?: boolean
  world?: Parameters<typeof fakeWorld>[1]
  setting?: Partial<ConstructorParameters<typeof Account>[3]>
  readings?: ConstructorParameters<typeof FakeDaemon>[0]
  socket?: string
}

function rig({ json = false, world: outside, setting, readings, socket }: Options = {}) {
  const world = fakeWorld([], outside)
  const daemon = new FakeDaemon(readings)
  const output = new Output(world, json, socket)
  const account = new Account(world, output, daemon.services, {
    simulate: null,
    dev: false,
    inspect: [],
    ...setting,
  })
  return { world, daemon, account }
}

const event = documents.event

test('opens with what runs, what it watches and where', () => {
  const { world, account } = rig()
  account.open()
  assert.is(
    world.out,
    `\
claimd 1.0.0, pid 4242, watches this machine's adapters (netlink)
  state:  /var/lib/claimd
  socket: /run/default.sock
`,
  )
})

test('a fault of the configuration at the start goes to standard error, with place and remedy', () => {
  const status = () => ({ ...documents.status, configurationFault: documents.configurationFault })
  for (const json of [false, true]) {
    const { world, account } = rig({ json, readings: { status } })
    account.open()
    assert.match(world.err, 'the last good one is in force')
    for (const { field, remedy } of documents.configurationFault.faults!) {
      assert.match(world.err, field)
      assert.match(world.err, remedy)
      if (!json) assert.not.match(world.out, field)
    }
  }
})

test('that nothing can be stored is said at once on standard error, also with --json, and that it is over', () => {
  const because = 'the disk is full'
  const said = `claimd: nothing can be stored: ${because}. Claims stay protected; none is made\n`
  for (const json of [false, true]) {
    const { world, daemon, account } = rig({ json })
    account.open()
    assert.is(world.err, '')
    daemon.degrade(because)
    assert.is(world.err, said)
    daemon.degrade(null)
    assert.is(world.err, `${said}claimd: decisions are stored again\n`)
  }
  const status = () => ({ ...documents.status, health: 'degraded' as const, because })
  const { world, account } = rig({ readings: { status } })
  account.open()
  assert.is(world.err, said)
})

test('says once that Node 20 has reached its end of life, and what is simulated', () => {
  const status = () => ({ ...documents.status, node: 'v20.19.0', links: 'simulator' })
  const { world, account } = rig({ setting: { simulate: '/tmp/demo.json' }, readings: { status } })
  account.open()
  assert.is(
    world.out,
    `\
claimd 1.0.0, pid 4242, watches the adapters of /tmp/demo.json
  state:  /var/lib/claimd
  socket: /run/claimd/claimd.sock
  note:   Node 20 has reached its end of life; Node 24 is recommended
`,
  )
})

test('tells who holds what, the ignored ones last, and where to read why', () => {
  const { world, account } = rig()
  account.follow()
  assert.is(
    world.out,
    `
NAME   KIND      LINK  STATE      PROVIDER                  CONNECTION  ADDRESSES
eth0   ethernet  up    claimed    claimd-as-found/as-found  eth0        10.0.0.1/24 fd00::1/64 fd00::2/64
lab0   veth      up    claimed*   @acme/claimd-lab/lab      laboratory  192.168.100.100/24
wlan0  wifi      down  unmanaged  -                         -           -
lo     loopback  up    ignored    -                         -           -
* protected, and not yet confirmed by its provider since the daemon started

why? in a second terminal: claimd explain eth0

`,
  )
})

test('the hint is a command that works as it stands', () => {
  const hint = (name: string, options: Options) => {
    const adapters = () => ({ revision: 1, adapters: [documents.adapter({ name, id: '7.1' })] })
    const { world, account } = rig({ ...options, readings: { adapters } })
    account.follow()
    return /second terminal: (.*)$/m.exec(world.out)?.[1]
  }
  assert.is(hint('eth0', {}), 'claimd explain eth0')
  assert.is(hint('eth0', { world: { command: 'npx claimd' } }), 'npx claimd explain eth0')
  assert.is(hint('-x; rm', {}), 'claimd explain id:7.1')
  assert.is(
    hint('eth0', { socket: "/tmp/it's here.sock" }),
    "claimd --socket '/tmp/it'\\''s here.sock' explain eth0",
  )
})

test('container plumbing does not hide who holds what', () => {
  const plumbing = Array.from({ length: 200 }, (_, at) =>
    documents.adapter({ name: `veth${at}`, plumbing: true }),
  )
  const rows = [...plumbing, documents.adapter({ name: 'eth0' })]
  const { world, account } = rig({ readings: { adapters: () => ({ revision: 1, adapters: rows }) } })
  account.follow()
  assert.match(world.out, /^eth0 /m)
  assert.not.match(world.out, 'veth')
  assert.match(world.out, /^and 200 more: claimd adapters$/m)
})

test('many adapters are not all listed', () => {
  const many = Array.from({ length: 25 }, (_, at) => documents.adapter({ name: `veth${at}` }))
  const { world, account } = rig({ readings: { adapters: () => ({ revision: 1, adapters: many }) } })
  account.follow()
  assert.match(world.out, /^veth19 /m)
  assert.not.match(world.out, /^veth20 /m)
  assert.match(world.out, /^and 5 more: claimd adapters$/m)
})

test('no adapter at all', () => {
  const { world, account } = rig({ readings: { adapters: () => ({ revision: 1, adapters: [] }) } })
  account.follow()
  assert.is(world.out, '\nno adapter is there yet\n\n')
})

test('plugins that do not run are named, with why and what to do', () => {
  const [runs, rejected] = documents.plugins.plugins as [PluginRow, PluginRow]
  const rows: PluginRow[] = [
    runs,
    { ...runs, name: 'waits', state: 'idle' },
    rejected,
    { ...runs, name: 'asks', state: 'untrusted', because: 'it asks to read /etc/x', awaitsTrust: true },
    { ...runs, name: 'dies', state: 'quarantined', because: 'three crashes in five minutes' },
    { ...runs, name: 'off', state: 'disabled', because: 'disabled by root: noisy' },
    { ...runs, notTaken: { because: 'its 1.3.0 is not granted', awaitsTrust: true } },
  ]
  const readings = {
    adapters: () => ({ revision: 1, adapters: [] }),
    plugins: () => ({
      revision: 1,
      plugins: rows,
      unreadable: [{ path: '/srv/plugins', because: 'EACCES: permission denied', remedy: null }],
    }),
  }
  const { world, account } = rig({ readings })
  account.follow()
  assert.is(
    world.out,
    `
no adapter is there yet

Plugins that do not run, or not as they are in their folders:
  broken is rejected (/srv/plugins/broken)
    package.json, engines.claimd error: "*"
      expected: a range that has an end, such as ^1.0.0
      do:       write the range of claimd versions that the plugin was tried with
  asks is untrusted: it asks to read /etc/x
    do: If it may: claimd plugin trust asks
  dies is quarantined: three crashes in five minutes
    do: Correct it, or have it tried again: claimd plugin reload dies; to see what fails: claimd plugin verify /srv/plugins/lab
  off is disabled: disabled by root: noisy
    do: to run it again: claimd plugin enable off
  its 1.3.0 is not granted
    do: If it may: claimd plugin trust @acme/claimd-lab
  /srv/plugins cannot be read: EACCES: permission denied
    do: Make it a folder that the user of the daemon can read

`,
  )
})

test('where every plugin runs nothing is said of them, and many are not all listed', () => {
  const [runs] = documents.plugins.plugins as [PluginRow]
  const out = (plugins: PluginRow[]) => {
    const { world, account } = rig({
      readings: { plugins: () => ({ revision: 1, plugins, unreadable: [] }) },
    })
    account.follow()
    return world.out
  }
  assert.not.match(out([runs]), 'Plugins')
  const stuck = Array.from(
    { length: 13 },
    (_, at): PluginRow => ({ ...runs, name: `p${at}`, state: 'stuck' }),
  )
  assert.match(out(stuck), /^ {2}p9 is stuck$[\s\S]*^ {2}and 3 more: claimd plugins$/m)
})

function told(rigged: ReturnType<typeof rig>, ...events: ReturnType<typeof event>[]): string {
  rigged.account.follow()
  rigged.world.out = ''
  rigged.daemon.announce(...events)
  rigged.account.close()
  return rigged.world.out
}

test('tells what happens after the table, and leaves the steps to monitor and explain', () => {
  assert.is(
    told(
      rig(),
      event({ revision: 41, message: 'the table shows this already' }),
      event({ revision: 42, type: 'adapter-appeared', message: 'eth1 appeared (ethernet)', name: 'eth1' }),
      event({ revision: 43, type: 'adapter-changed', message: 'eth1: it is up' }),
      event({ revision: 44, type: 'round', message: 'eth1 was offered' }),
      event({ revision: 45, type: 'claimed', message: 'eth1 is claimed\x1b[2J\nby somebody', name: 'eth1' }),
      event({ revision: 46, type: 'from-the-future', message: 'something new', name: 'eth1' }),
      event({ revision: 47, type: 'plugin-stuck', message: 'lab is stuck', name: null, at: '2026-01-01' }),
    ).replace(/^2.{18}/m, 'DATE AND TIME OF IT'),
    `\
12:29:00+05:30  eth1 appeared (ethernet)
12:29:00+05:30  eth1 is claimed\\x1b[2J\\nby somebody
12:29:00+05:30  eth1: something new
DATE AND TIME OF IT+05:30  lab is stuck
`,
  )
})

test('colours and folds lines on a terminal', () => {
  const words = 'eth0 is claimed: claimd-as-found/as-found holds it for connection eth0'
  assert.is(
    told(
      rig({ world: { terminal: { columns: 50 } } }),
      event({ revision: 42, message: words }),
      event({ revision: 43, type: 'claim-ended', message: 'eth0 is free' }),
      event({ revision: 44, type: 'degraded', name: null, message: 'nothing can be stored' }),
    ),
    `\
\x1b[2m12:29:00+05:30\x1b[22m  \x1b[32meth0 is claimed:\x1b[39m
                \x1b[32mclaimd-as-found/as-found holds it\x1b[39m
                \x1b[32mfor connection eth0\x1b[39m
\x1b[2m12:29:00+05:30\x1b[22m  \x1b[33meth0 is free\x1b[39m
\x1b[2m12:29:00+05:30\x1b[22m  \x1b[31mnothing can be stored\x1b[39m
`,
  )
})

test('a burst of events is told in a few lines', () => {
  const burst = Array.from({ length: 2000 }, (_, at) => event({ revision: 42 + at }))
  const lines = told(rig(), ...burst)
    .trimEnd()
    .split('\n')
  assert.is(lines.length, 21)
  assert.is(lines.at(-1), '          and 1980 more at once: claimd monitor --since 41')
})

test('the daemon does not wait for the terminal', async () => {
  const { world, daemon, account } = rig()
  account.follow()
  world.out = ''
  daemon.announce(event({ revision: 42 }))
  daemon.announce(event({ revision: 43 }))
  assert.is(world.out, '')
  await new Promise((resolve) => setImmediate(resolve))
  assert.is(world.out.split('\n').length, 3)
  account.close()
  assert.is(daemon.listeners.size, 0)
})

test('with --json it is the status and then the events, one a line', () => {
  const rigged = rig({ json: true })
  rigged.account.open()
  assert.is(JSON.parse(rigged.world.out).pid, 4242)
  const lines = told(rigged, event({ revision: 42, type: 'round' }), event({ revision: 43 }))
  assert.equal(
    lines
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line).revision),
    [42, 43],
  )
})

test.run()
