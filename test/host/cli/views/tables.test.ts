import picocolors from 'picocolors'
import * as assert from 'uvu/assert'
import { widthOf } from '../../../../host/cli/text.js'
import { show as showAdapters } from '../../../../host/cli/views/adapters.js'
import { show as showConnections } from '../../../../host/cli/views/connections.js'
import { show as showPlugins } from '../../../../host/cli/views/plugins.js'
import { show as showProviders } from '../../../../host/cli/views/providers.js'
import { show as showStatus } from '../../../../host/cli/views/status.js'
import { suite } from '../../../harness.js'
import * as documents from '../documents.js'
import { claimd } from '../fake-world.js'

const test = suite('cli/views/tables')
const page = { width: 80, colours: picocolors.createColors(false), command: 'claimd', now: documents.now }

test('adapters: who holds each, in 80 columns', () => {
  assert.is(
    showAdapters(documents.adapters, page),
    `\
NAME   KIND      LINK  STATE      PROVIDER        CONNECTION  ADDRESSES
eth0   ethernet  up    claimed    as-found        eth0        10.0.0.1/24 +2
lab0   veth      up    claimed*   claimd-lab/lab  laboratory  192.168.100.100/24
wlan0  wifi      down  unmanaged  -               -           -
lo     loopback  up    ignored    -               -           -
* protected, and not yet confirmed by its provider since the daemon started
`,
  )
})

const veths = Array.from({ length: 200 }, (_, at) =>
  documents.adapter({ name: `veth${at}`, kind: 'veth', state: 'ignored', plumbing: true }),
)
const bridge = documents.adapter({
  name: 'docker0',
  kind: 'bridge',
  state: 'claimed',
  provider: 'claimd-as-found/as-found',
  connection: 'docker0',
  plumbing: true,
})

test('SC-15: adapters of a container host: plumbing that nobody holds is counted, not listed', async () => {
  const client = { adapters: async () => ({ revision: 41, adapters: [bridge, ...veths] }) }
  const brief = `\
NAME     KIND    LINK  STATE    PROVIDER                  CONNECTION  ADDRESSES
docker0  bridge  up    claimed  claimd-as-found/as-found  docker0     -
and 200 adapters that are container plumbing: claimd adapters --all
`
  assert.is((await claimd('adapters', { client })).out, brief)
  assert.is((await claimd('adapters --all', { client })).out.split('\n').length, 203)
  assert.is((await claimd('adapters veth*', { client })).out.split('\n').length, 203)
  assert.is(JSON.parse((await claimd('adapters --json', { client })).out).adapters.length, 201)
  const few = { adapters: async () => ({ revision: 41, adapters: veths.slice(0, 5) }) }
  assert.is((await claimd('adapters', { client: few })).out.split('\n').length, 7, 'a few are listed')
})

test('adapters: patterns and options are asked of the daemon', async () => {
  const world = await claimd('adapters veth* eth0 --state claimed,orphaned --state managed --kind veth --all')
  const state = ['claimed', 'orphaned', 'managed']
  assert.equal(world.asked[0], ['adapters', { name: ['veth*', 'eth0'], state, kind: ['veth'] }])
  const more = await claimd('adapters --provider as-found --address 10.0.*')
  assert.equal(more.asked, [['adapters', { provider: ['as-found'], address: ['10.0.*'] }]])
  const none = await claimd('adapters nosuch', {
    client: { adapters: async () => ({ revision: 1, adapters: [] }) },
  })
  assert.is(none.out, 'No adapter fits. See every one: claimd adapters --all\n')
  assert.is(none.code, 0)
})

test('adapters: nothing is cut on a terminal that is wide enough', async () => {
  const world = await claimd('adapters', { terminal: { columns: 120 }, env: { NO_COLOR: '1' } })
  assert.is(
    world.out,
    `\
NAME   KIND      LINK  STATE      PROVIDER                  CONNECTION  ADDRESSES
eth0   ethernet  up    claimed    claimd-as-found/as-found  eth0        10.0.0.1/24 fd00::1/64 fd00::2/64
lab0   veth      up    claimed*   @acme/claimd-lab/lab      laboratory  192.168.100.100/24
wlan0  wifi      down  unmanaged  -                         -           -
lo     loopback  up    ignored    -                         -           -
* protected, and not yet confirmed by its provider since the daemon started
`,
  )
})

test('nothing is cut where the table goes into a pipe or a file, and COLUMNS counts everywhere', async () => {
  const name = 'a'.repeat(127)
  const rows = [{ ...documents.adapters.adapters[1]!, name }]
  const client = { adapters: async () => ({ revision: 1, adapters: rows }) }
  const piped = (await claimd('adapters', { client })).out
  for (const whole of [name, 'claimd-as-found/as-found', '10.0.0.1/24 fd00::1/64 fd00::2/64'])
    assert.ok(piped.includes(whole), whole)
  const widest = async (options: Parameters<typeof claimd>[1]) =>
    Math.max(...(await claimd('adapters', { client, ...options })).out.split('\n').map(widthOf))
  assert.is(await widest({ env: { COLUMNS: '60' } }), 60, 'in a pipe')
  assert.is(await widest({ terminal: { columns: 100 }, env: { COLUMNS: '60', TERM: 'dumb' } }), 60)
  assert.is(await widest({ terminal: { columns: 70 }, env: { COLUMNS: 'wide', TERM: 'dumb' } }), 70)
  assert.is(await widest({ env: { COLUMNS: '3' } }), 40, 'no narrower than can be read')
  const { err } = await claimd('plugin trust lab', { env: { COLUMNS: '60' } })
  assert.ok(
    err.split('\n').every((line) => widthOf(line) <= 60),
    err,
  )
})

test('connections can be asked for by name, state, type, provider and adapter', async () => {
  const world = await claimd('connections vpn* --state connected --type lab,x* --provider p/q --adapter eth0')
  assert.equal(world.asked.at(-1), [
    'connections',
    {
      ...{ name: ['vpn*'], state: ['connected'], type: ['lab', 'x*'] },
      ...{ provider: ['p/q'], adapter: ['eth0'] },
    },
  ])
  const none = { ...documents.connections, connections: [] }
  const empty = await claimd('connections --type x', { client: { connections: async () => none } })
  assert.is(empty.out, 'No connection fits. See every one: claimd connections\n')
})

test('on a narrow terminal the name is the last to be cut', async () => {
  const rows = [{ ...documents.adapters.adapters[1]!, name: 'enp0s31f6', connection: 'enp0s31f6' }]
  const client = { adapters: async () => ({ revision: 1, adapters: rows }) }
  for (const columns of [50, 60]) {
    const { out } = await claimd('adapters', { client, env: { COLUMNS: String(columns) } })
    assert.match(out, /^enp0s31f6 /m, `${columns} columns`)
  }
})

test('adapters: what the link itself is', () => {
  const links = [
    [{ up: true, carrier: true }, 'up'],
    [{ up: true, carrier: null }, 'up'],
    [{ up: true, carrier: false }, 'no carrier'],
    [{ up: false, carrier: false }, 'down'],
    [{ up: false, carrier: null }, 'down'],
  ] as const
  for (const [link, word] of links) {
    const adapters = [documents.adapter({ name: 'eth0', ...link })]
    const [head = '', row = ''] = showAdapters({ revision: 1, adapters }, page).split('\n')
    assert.is(row.slice(head.indexOf('LINK'), head.indexOf('STATE')).trim(), word)
  }
})

test('colours on a terminal only, and never where NO_COLOR or a dumb terminal asks for none', async () => {
  const bold = '\x1b[1m'
  const terminal = { columns: 80 }
  const painted = await claimd('adapters', { terminal })
  assert.ok(painted.out.startsWith(`${bold}NAME\x1b[22m   ${bold}KIND\x1b[22m`))
  assert.ok(painted.out.includes('  \x1b[32mclaimed\x1b[39m    as-found'))
  const plain = await claimd('adapters', { env: { COLUMNS: '80' } })
  assert.is(painted.out.replace(/\x1b\[\d+m/g, ''), plain.out, 'colour is the only difference')
  for (const env of [{ NO_COLOR: '1' }, { TERM: 'dumb' }])
    assert.is((await claimd('adapters', { terminal, env })).out, plain.out)
  assert.is(
    (await claimd('adapters', { env: { FORCE_COLOR: '1', CI: 'true', COLUMNS: '80' } })).out,
    plain.out,
  )
})

test('connections: their origin, and which are configured', () => {
  assert.is(
    showConnections(documents.connections, page),
    `\
NAME    TYPE      STATE         ADAPTER  PROVIDER  ORIGIN       SINCE
eth0    volatile  connected     eth0     as-found  out-of-band  12:27:00+05:30
office  lab       disconnected  -        lab       -            -
`,
  )
})

test('connections: who wants them, when they are tried again and why they are not up, in 80 columns', () => {
  const [eth0, office] = documents.connections.connections
  const connections = [
    eth0!,
    office!,
    {
      ...office!,
      name: 'lab-link',
      because: 'the last attempt failed: no answer from 10.0.0.2',
      holds: ['operator'],
      retryAt: documents.at(12, 30, 3),
    },
    {
      ...office!,
      name: 'backup',
      state: 'connecting-waiting-for-ip' as const,
      because: 'its provider waits for an address',
      adapter: 'eth1',
      origin: 'dialled' as const,
      since: documents.at(12, 29, 50),
      holds: ['operator'],
    },
  ]
  assert.is(
    showConnections({ revision: 1, connections, added: [], hidden: [] }, page),
    `\
NAME      STATE           ADAPTER  PROVIDER  HOLDS     NEXT    SINCE
eth0      connected       eth0     as-found  -         -       12:27:00+05:30
office    disconnected    -        lab       -         -       -
lab-link  disconnected    -        lab       operator  in 3 s  -
backup    waiting-for-ip  eth1     lab       operator  -       12:29:50+05:30
no room for TYPE, ORIGIN

lab-link is disconnected: the last attempt failed: no answer from 10.0.0.2
backup is connecting-waiting-for-ip: its provider waits for an address
`,
  )
})

test('status: connections that are up, on their way, and neither, are counted together', async () => {
  const connections = {
    connected: 2,
    suspended: 1,
    connecting: 1,
    'connecting-associating': 1,
    disconnected: 4,
  }
  const client = { status: async () => ({ ...documents.status, connections }) }
  assert.match((await claimd('status', { client })).out, /connections: +9 \(3 up, 2 trying, 4 down\)/)
  const none = { status: async () => ({ ...documents.status, connections: {} }) }
  assert.match((await claimd('status', { client: none })).out, /connections: +none/)
})

test('providers: with the whole reason where one cannot be asked', () => {
  assert.is(
    showProviders(documents.providers, page),
    `\
PROVIDER              VERSION  BAND     PRIORITY  STATE        HOLDS  RESTARTS
@acme/claimd-lab/lab  1.2.0    exact    50        running      1      0
as-found              1.0.0    generic  50        backing-off  1      2

claimd-as-found/as-found is backing-off: its process ended with exit code 1
  and is started again in 4 s
`,
  )
})

test('plugins: with all faults of a manifest', () => {
  assert.is(
    showPlugins(documents.plugins, page),
    `\
PLUGIN            VERSION  STATE     PID   RESTARTS  WALLS      PROVIDERS
@acme/claimd-lab  1.2.0    running   4711  0         2 missing  lab
broken            -        rejected  -     0         -          -

walls that do not stand here; what that means: claimd plugin show NAME
  other plugins' files (every plugin)
  memory limit (every plugin)

broken is rejected: its manifest has a fault (/srv/plugins/broken)
  at:       engines.claimd (package.json)
  found:    "*"
  expected: a range that has an end, such as ^1.0.0
  do:       write the range of claimd versions that the plugin was tried with
`,
  )
})

test('plugins: a version that does not come to run stands below, though the one before it runs', () => {
  const [row] = documents.plugins.plugins
  const objection = '@acme/claimd-lab 1.3.0 is not taken: nobody has granted what it asks for: read /etc/x'
  const waits = {
    ...row!,
    because: `activated; ${objection}`,
    notTaken: { because: objection, awaitsTrust: true },
  }
  const shown = showPlugins({ revision: 0, unreadable: [], plugins: [waits] }, page)
  const said = shown.replaceAll('\n  ', ' ')
  assert.match(
    said,
    `@acme/claimd-lab is running: activated; ${objection} do: If it may: claimd plugin trust @acme/claimd-lab\n`,
  )
})

test('plugins: what lets one run stands below its reason', () => {
  const [row] = documents.plugins.plugins
  for (const [more, remedy] of [
    [{ state: 'untrusted', awaitsTrust: true }, 'do: If it may: claimd plugin trust @acme/claimd-lab'],
    [{ state: 'quarantined' }, 'claimd plugin reload @acme/claimd-lab'],
  ] as const) {
    const shown = showPlugins({ revision: 0, unreadable: [], plugins: [{ ...row!, ...more }] }, page)
    assert.match(shown.replaceAll('\n      ', ' '), remedy)
  }
  const pinned = showPlugins(
    { revision: 0, unreadable: [], plugins: [{ ...row!, state: 'untrusted' }] },
    page,
  )
  assert.not.match(pinned, 'do:', 'trust would change nothing')
})

test('an empty list is a sentence that helps on', () => {
  const revision = 0
  assert.match(showAdapters({ revision, adapters: [] }, page), /^There is no adapter/)
  assert.match(
    showConnections({ revision, connections: [], added: [], hidden: [] }, page),
    /^No connections: none is configured/,
  )
  assert.match(
    showProviders({ revision, providers: [] }, page),
    /^No plugin contributes a provider.* claimd plugins\n$/,
  )
  assert.match(
    showPlugins({ revision, plugins: [], unreadable: [] }, page),
    /^No plugins\. Drop .* claimd status\n$/,
  )
})

test('the status shows every fault of the configuration with its place and what to do', () => {
  const { configurationFault: fault } = documents
  const wide = { ...page, width: Number.POSITIVE_INFINITY }
  const doubt = { ...fault.faults![0]!, field: 'connections.office.type', remedy: 'Did you mean "lab"?' }
  const text = showStatus(
    { ...documents.status, configurationFault: fault, configurationDoubts: [doubt] },
    wide,
  )
  assert.match(text, '2 faults; the last good one is in force')
  for (const { field, remedy } of [...fault.faults!, doubt]) {
    assert.match(text, ` at ${field}`)
    assert.match(text, remedy)
  }
  const doubtful = showStatus({ ...documents.status, configurationDoubts: [doubt] }, wide)
  assert.not.match(doubtful, 'the last good one')
  assert.match(doubtful, 'Did you mean "lab"?')
})

test('status tells when it is about another network namespace than that of the command', async () => {
  const status = { ...documents.status, networkNamespace: 'net:[7]' }
  const of = async (one: typeof status) =>
    (await claimd('status', { client: { status: async () => one } })).out
  assert.match(await of(status), 'netlink, of network namespace net:[7]; this command runs in net:[1]')
  assert.not.match(await of({ ...status, networkNamespace: 'net:[1]' }), 'network namespace')
  assert.not.match(await of({ ...status, networkNamespace: 'simulated' }), 'network namespace')
})

test.run()
