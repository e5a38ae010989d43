import type {
  AdapterRow,
  AdaptersDocument,
  ConnectionDocument,
  ConnectionExplainDocument,
  ConnectionRequestDocument,
  ConnectionsDocument,
  DisconnectAllDocument,
  ErrorDocument,
  EventDocument,
  EventHead,
  ExplainDocument,
  OfferDocument,
  PluginDocument,
  PluginLogDocument,
  PluginsDocument,
  ProvidersDocument,
  Refusal,
  Round,
  StatusDocument,
} from '@claimd/sdk'

import type { MachineFacts } from '../../../host/app/machine-facts.js'
import type { InstalledPlugin } from '../../../host/core/plugins/installed-plugin.js'
import type { PackedPlugin } from '../../../host/core/plugins/packed-plugin.js'

/** Documents as a daemon would send them, for views to show. Views are given `now` as the time. */

// Views print local times with their offset from UTC: here one that no machine has by chance.
process.env.TZ = 'Asia/Kolkata'

export const now = new Date(2026, 2, 4, 12, 30, 0)

/** A moment of today in local time, as documents have it. */
export function at(hours: number, minutes: number, seconds = 0): string {
  return new Date(2026, 2, 4, hours, minutes, seconds).toISOString()
}

export function adapter(row: Partial<AdapterRow> & { name: string }): AdapterRow {
  return {
    id: '2.1',
    index: 2,
    kind: 'ethernet',
    driver: null,
    address: null,
    permanentAddress: null,
    alternativeNames: [],
    path: null,
    vendor: null,
    product: null,
    up: true,
    carrier: true,
    master: null,
    addresses: [],
    state: 'unmanaged',
    because: 'nobody claimed it',
    provisional: false,
    provider: null,
    connection: null,
    since: null,
    plumbing: false,
    ...row,
  }
}

export const adapters: AdaptersDocument = {
  revision: 41,
  adapters: [
    adapter({ id: '1.1', index: 1, name: 'lo', kind: 'loopback', state: 'ignored', because: 'loopback' }),
    adapter({
      name: 'eth0',
      driver: 'virtio_net',
      address: '02:fc:00:00:00:01',
      path: 'pci/0000:00:03.0',
      addresses: ['10.0.0.1/24', 'fd00::1/64', 'fd00::2/64'],
      state: 'claimed',
      because: 'claimd-as-found/as-found claimed it: up with a global address',
      provider: 'claimd-as-found/as-found',
      connection: 'eth0',
      since: at(12, 27),
    }),
    adapter({
      id: '3.2',
      index: 3,
      name: 'lab0',
      kind: 'veth',
      addresses: ['192.168.100.100/24'],
      state: 'claimed',
      provisional: true,
      provider: '@acme/claimd-lab/lab',
      connection: 'laboratory',
      since: at(9, 0),
    }),
    adapter({ id: '4.3', index: 4, name: 'wlan0', kind: 'wifi', up: false, carrier: null }),
  ],
}

export const connections: ConnectionsDocument = {
  revision: 41,
  added: [],
  hidden: [],
  connections: [
    {
      name: 'eth0',
      type: null,
      provider: 'claimd-as-found/as-found',
      adapter: 'eth0',
      state: 'connected',
      configured: false,
      because: 'it is up, and other software set it up',
      origin: 'out-of-band',
      since: at(12, 27),
      holds: [],
      retryAt: null,
    },
    {
      name: 'office',
      type: 'lab',
      provider: '@acme/claimd-lab/lab',
      adapter: null,
      state: 'disconnected',
      because: 'no one has asked for it',
      configured: true,
      origin: null,
      since: null,
      holds: [],
      retryAt: null,
    },
  ],
}

export const connection: ConnectionDocument = {
  revision: 41,
  ...connections.connections[1]!,
  state: 'connecting-waiting-for-ip',
  because: 'its provider waits for an address',
  adapter: 'eth1',
  origin: 'dialled',
  since: at(12, 29, 50),
  holds: ['operator'],
  configuration: {
    type: 'lab',
    config: { address: '10.0.0.1/24', password: '***' },
    behaviour: 'on-demand',
    idleTimeout: 60,
    reconnect: { algorithm: 'exponential', delay: 1, limit: 300, afterwards: 300 },
    enabled: true,
  },
  source: 'api',
  hides: false,
  change: '1',
  deferred: false,
  holdRows: [{ owner: 'operator', mode: 'keep', since: at(12, 29, 50) }],
  requests: [],
  resources: ['modem:0'],
  sharesWith: null,
  failure: { at: at(12, 29), cause: 'no-carrier', message: 'nothing is plugged in' },
}

export const explainConnection: ConnectionExplainDocument = {
  revision: 41,
  connection: 'office',
  state: 'connecting-waiting-for-ip',
  because: 'its provider waits for an address',
  events: [
    {
      revision: 40,
      at: at(12, 29, 50),
      type: 'hold-placed',
      message: 'connection office is wanted by operator',
    },
    {
      revision: 41,
      at: at(12, 29, 51),
      type: 'connection-state',
      message: 'connection office is connecting: somebody wants it up',
    },
  ],
}

export const request: ConnectionRequestDocument = {
  revision: 41,
  id: 7,
  what: 'connect',
  connection: 'office',
  who: 'root (uid 0)',
  since: at(12, 29, 50),
  result: 'PENDING',
  code: null,
  cause: null,
  message: 'it is being connected',
  completedAt: null,
}

export const providers: ProvidersDocument = {
  revision: 41,
  providers: [
    {
      id: '@acme/claimd-lab/lab',
      plugin: '@acme/claimd-lab',
      version: '1.2.0',
      label: 'Lab links',
      band: 'exact',
      priority: 50,
      state: 'running',
      because: 'asked about lab0',
      restarts: 0,
      holds: 1,
    },
    {
      id: 'claimd-as-found/as-found',
      plugin: 'claimd-as-found',
      version: '1.0.0',
      label: 'As found',
      band: 'generic',
      priority: 50,
      state: 'backing-off',
      because: 'its process ended with exit code 1 and is started again in 4 s',
      restarts: 2,
      holds: 1,
    },
  ],
}

export const plugins: PluginsDocument = {
  unreadable: [],
  revision: 41,
  plugins: [
    {
      name: '@acme/claimd-lab',
      version: '1.2.0',
      build: 'a0'.repeat(32),
      folder: '/srv/plugins/lab',
      bundled: false,
      state: 'running',
      because: '',
      awaitsTrust: false,
      notTaken: null,
      pid: 4711,
      restarts: 0,
      providers: ['@acme/claimd-lab/lab'],
      wallsMissing: ["other plugins' files", 'memory limit'],
      takenTypes: [],
      faults: [],
    },
    {
      name: 'broken',
      version: null,
      build: 'b1'.repeat(32),
      folder: '/srv/plugins/broken',
      bundled: false,
      state: 'rejected',
      because: 'its manifest has a fault',
      awaitsTrust: false,
      notTaken: null,
      pid: null,
      restarts: 0,
      providers: [],
      wallsMissing: [],
      takenTypes: [],
      faults: [
        {
          file: 'package.json',
          field: 'engines.claimd',
          found: '"*"',
          expected: 'a range that has an end, such as ^1.0.0',
          remedy: 'write the range of claimd versions that the plugin was tried with',
        },
      ],
    },
  ],
}

export const plugin: PluginDocument = {
  revision: 41,
  ...plugins.plugins[0]!,
  inFolder: { version: '1.3.0', build: 'c2'.repeat(32) },
  active: {
    version: '1.2.0',
    build: 'a0'.repeat(32),
    staged: '/var/lib/claimd/stage/plugins/@acme+claimd-lab/a0a0',
    pid: 4711,
  },
  candidate: {
    version: '1.3.0',
    build: 'c2'.repeat(32),
    staged: '/var/lib/claimd/stage/plugins/@acme+claimd-lab/c2c2',
    pid: 4800,
  },
  lastGood: { version: '1.1.0', build: 'd3'.repeat(32), staged: null, pid: null },
  permissions: {
    asked: ['read /proc/net/route', 'start /sbin/udhcpc with -i {adapter}'],
    granted: ['read /proc/net/route'],
    missing: ['start /sbin/udhcpc with -i {adapter}'],
    trust: { build: 'd3'.repeat(32), who: 'root (uid 0)', at: at(10, 15) },
  },
  walls: [
    { wall: 'files', stands: true, because: 'it sees its own copy, its data and nothing else' },
    {
      wall: "other plugins' files",
      stands: false,
      because: 'claimd is not root; it can read what this user can read',
    },
    { wall: 'memory limit', stands: false, because: 'there is no cgroup that claimd may use' },
  ],
  memory: 43_000_000,
  user: { uid: 61_184, gid: 61_184 },
  data: '/var/lib/claimd/data/@acme+claimd-lab',
  log: '/var/lib/claimd/logs/@acme+claimd-lab.log',
  changes: [],
  refusals: [{ at: at(12, 20), message: 'read /etc/shadow was refused: it may read /proc/net/route' }],
}

export const machine: MachineFacts = {
  node: 'v24.1.0',
  links: { kind: 'netlink', because: null },
  udev: 'runs',
  networkNamespace: 'net:[1]',
  walls: plugin.walls,
  tools: [
    { name: 'setpriv', path: '/usr/bin/setpriv' },
    { name: 'unshare', path: '/usr/bin/unshare' },
  ],
  configuration: null,
  configurationDoubts: [],
  state: null,
  database: null,
}

export const installed: InstalledPlugin = {
  name: '@acme/claimd-lab',
  version: '1.2.0',
  build: 'a0'.repeat(32),
  folder: '/var/lib/claimd/plugins/@acme/claimd-lab',
  permissions: { read: ['/proc/net/route'] },
  replaced: '1.1.0',
  warnings: [],
}

export const packed: PackedPlugin = {
  name: '@acme/claimd-lab',
  version: '1.2.0',
  file: '/home/eva/acme-claimd-lab-1.2.0.tgz',
  build: 'a0'.repeat(32),
  bytes: 2100,
  files: ['index.js', 'lib/part.js', 'node_modules/ms/index.js', 'package.json'],
  packages: ['node_modules/ms'],
  added: ['lib/part.js'],
  warnings: [
    {
      file: '/home/eva/lab/index.js:3:1',
      field: '',
      found: 'an import',
      expected: 'a text',
      remedy: 'Try it',
    },
  ],
}

export const pluginLog: PluginLogDocument = {
  plugin: '@acme/claimd-lab',
  log: '/var/lib/claimd/logs/@acme+claimd-lab.log',
  lines: ['2026-03-04T11:00:00Z info looking at lab0', '2026-03-04T11:00:01Z warn lab0 is down'],
  next: '77:4096',
}

const configurationFaults = ['ofers', 'connections.office.behaviour'].map((field) => ({
  file: '/etc/claimd/config.json',
  field,
  found: `what is at ${field}`,
  expected: `something else at ${field}`,
  remedy: `Correct ${field}`,
}))

export const configurationFault: ErrorDocument = {
  result: 'INVALID_PARAMETER',
  code: 'CONFIGURATION_INVALID',
  message: '/etc/claimd/config.json has 2 faults',
  found: 'faults at ofers; connections.office.behaviour',
  expected: 'a file without faults',
  remedy: 'Correct it',
  faults: configurationFaults,
}

export const status: StatusDocument = {
  version: '1.0.0',
  revision: 41,
  pid: 4242,
  since: at(9, 20),
  node: 'v24.1.0',
  links: 'netlink',
  linksBecause: null,
  networkNamespace: 'net:[1]',
  udev: 'runs',
  config: '/etc/claimd/config.json',
  configurationFault: null,
  configurationDoubts: [],
  state: '/var/lib/claimd',
  socket: '/run/claimd/claimd.sock',
  plugins: ['/srv/plugins', '/var/lib/claimd/plugins'],
  health: 'running',
  because: null,
  remedy: null,
  adapters: { ignored: 1, unmanaged: 1, claimed: 2, orphaned: 0 },
  plumbing: 0,
  connections: { connected: 1, disconnected: 1 },
  connectionsFailed: {},
  pluginStates: { running: 1, rejected: 1 },
  resyncs: 0,
  malformed: 0,
}

const skippedAnswer = { result: null, reason: null, evidence: null, ms: null }

export const round: Round = {
  at: at(12, 27),
  trigger: 'eth0 has another set of addresses',
  answers: [
    {
      provider: '@acme/claimd-wwan/wwan',
      plugin: '@acme/claimd-wwan',
      version: '2.0.0',
      ...skippedAnswer,
      skipped: 'no match rule fits',
    },
    {
      provider: '@acme/claimd-vpn/vpn',
      plugin: '@acme/claimd-vpn',
      version: '0.3.0',
      ...skippedAnswer,
      skipped: 'no match rule fits',
    },
    {
      provider: '@acme/claimd-lab/lab',
      plugin: '@acme/claimd-lab',
      version: '1.2.0',
      result: 'INVALID_CONNECTION',
      reason: 'not a lab link',
      evidence: null,
      ms: 3.54321,
      skipped: null,
    },
    {
      provider: 'slow/slow',
      plugin: 'slow',
      version: '1.0.0',
      result: 'UNEXPECTED',
      reason: 'it did not answer within 2000 ms',
      evidence: null,
      ms: 2000,
      skipped: null,
    },
    {
      provider: 'claimd-as-found/as-found',
      plugin: 'claimd-as-found',
      version: '1.0.0',
      result: 'SUCCESS',
      reason: null,
      evidence: 'up with a global address',
      ms: 0.4,
      skipped: null,
    },
  ],
  unlisted: 0,
  outcome: 'claimed by claimd-as-found/as-found for connection eth0',
}

export const explain: ExplainDocument = {
  adapter: 'eth0',
  id: '2.1',
  state: 'claimed',
  because: 'claimd-as-found/as-found claimed it: up with a global address',
  provider: 'claimd-as-found/as-found',
  connection: 'eth0',
  rounds: [
    {
      at: at(12, 26, 58),
      trigger: 'it appeared',
      answers: [],
      unlisted: 0,
      outcome: 'nobody claimed it: no provider was asked',
    },
    round,
  ],
  order: [
    { provider: '@acme/claimd-lab/lab', place: 'band exact, priority 50, rule with 1 glob', skipped: null },
    { provider: 'claimd-as-found/as-found', place: 'band generic', skipped: 'it holds the adapter' },
    { provider: '@acme/claimd-vpn/vpn', place: 'band likely', skipped: 'no match rule fits' },
  ],
  predecessor: null,
  at: null,
  notes: [],
  others: [],
}

export const offer: OfferDocument = {
  result: 'SUCCESS',
  adapter: 'eth0',
  state: 'claimed',
  because: 'claimd-as-found/as-found claimed it: up with a global address',
  provider: 'claimd-as-found/as-found',
  connection: 'eth0',
  round,
}

export const refusal: Refusal = {
  result: 'NOT_ALLOWED',
  code: 'CLAIMED_OUT_OF_BAND',
  message: 'connection eth0 may not be disconnected: claimd did not bring it up',
  adapter: 'eth0',
  provider: 'claimd-as-found/as-found',
  connection: 'eth0',
  remedy: 'to end the claim without touching the link: claimd release eth0 --reason TEXT',
}

export const disconnectAll: DisconnectAllDocument = {
  disconnected: ['office'],
  refused: [refusal],
  failed: [
    {
      result: 'UNEXPECTED',
      code: 'INTERNAL',
      message: 'connection home could not be taken down',
      found: 'its provider did not answer',
      expected: null,
      remedy: 'look at: claimd plugins',
    },
  ],
}

export function event(detail: Partial<EventHead<string>> & { revision: number }): EventDocument {
  return {
    at: at(12, 29),
    type: 'claimed',
    adapter: '2.1',
    name: 'eth0',
    message: 'eth0 is claimed: claimd-as-found/as-found holds it for connection eth0',
    about: { adapter: '2.1' },
    ...detail,
  } as EventDocument
}
