import {
  type AdapterRow,
  ClaimdError,
  type ConnectionChangeDocument,
  type ConnectionDocument,
  type ConnectionRequest,
  type EventDocument,
  type EventHead,
  type PluginDecisionDocument,
  type PluginDocument,
} from '@claimd/sdk'
import type {
  AdapterService,
  ConnectionService,
  EventService,
  PluginService,
  Services,
  StatusService,
  Who,
} from '../../../host/control/index.js'
import { claimdError } from '../../../host/core/errors.js'

/** Services with a journal in memory, which note who asked them for what. */
export class FakeServices implements Services {
  readonly journal: EventDocument[] = []
  readonly asked: { call: string; name: string | null; reason: string | null; who: Who }[] = []
  readonly filters: unknown[] = []
  rows: AdapterRow[] = []
  revision = 0
  readonly requests = new Map<number, ConnectionRequest>()
  readonly #listeners = new Set<(events: readonly EventDocument[]) => void>()

  get listeners(): number {
    return this.#listeners.size
  }

  /** Makes events durable, and announces them at once unless `later`; then the caller calls what it returns. */
  append(events: Partial<EventHead<string>>[], later = false): () => void {
    const batch = events.map((event) => {
      const whole = {
        revision: ++this.revision,
        at: '2026-01-01T00:00:00Z',
        type: 'link',
        adapter: '2.1',
        name: 'eth0',
        message: 'something happened',
        ...event,
      }
      const about = whole.adapter === null ? {} : { adapter: whole.adapter }
      return { ...whole, about: whole.about ?? about } as EventDocument
    })
    this.journal.push(...batch)
    const announce = () => {
      for (const listener of this.#listeners) listener(batch)
    }
    if (!later) announce()
    return announce
  }

  readonly #healthListeners = new Set<(because: string | null) => void>()
  because: string | null = null

  /** From now on nothing can be stored; with `null` it can again. */
  degrade(because: string | null): void {
    this.because = because
    for (const listener of this.#healthListeners) listener(because)
  }

  /** Forgets the oldest events. */
  trim(count: number): void {
    this.journal.splice(0, count)
  }

  readonly status: StatusService = {
    get: () => ({
      version: '1.2.3',
      revision: this.revision,
      pid: process.pid,
      since: '2026-01-01T00:00:00Z',
      node: process.version,
      links: 'simulator',
      linksBecause: null,
      networkNamespace: 'simulated',
      udev: null,
      config: '/config.json',
      configurationFault: null,
      configurationDoubts: [],
      state: '/nowhere',
      socket: '/nowhere',
      plugins: [],
      health: this.because === null ? 'running' : 'degraded',
      because: this.because,
      remedy: this.because === null ? null : 'see to the disk',
      adapters: {},
      plumbing: 0,
      connections: {},
      connectionsFailed: {},
      pluginStates: {},
      resyncs: 0,
      malformed: 0,
    }),
    onHealth: (listener) => {
      this.#healthListeners.add(listener)
      return () => this.#healthListeners.delete(listener)
    },
  }

  readonly adapters: AdapterService = {
    list: (filter) => {
      this.filters.push(filter)
      return { revision: this.revision, adapters: this.rows }
    },
    get: (adapter) => {
      const row = this.rows.find((one) => one.name === adapter)
      if (!row) throw claimdError('ADAPTER_NOT_FOUND', { message: 'no such adapter', found: adapter })
      return { revision: this.revision, changes: [], predecessor: null, ...row }
    },
    explain: (adapter) => {
      if (adapter === 'broken') throw new TypeError('a secret of the daemon')
      if (adapter === 'gone')
        throw claimdError('ADAPTER_NOT_FOUND', { message: 'no such adapter', found: adapter })
      const nobody = { provider: null, connection: null }
      return {
        adapter,
        id: '2.1',
        state: 'unmanaged',
        because: 'nobody',
        ...nobody,
        rounds: [],
        order: [],
        predecessor: null,
        at: null,
        notes: [],
        others: [],
      }
    },
    explainAt: async (adapter, at) => ({ ...this.adapters.explain(adapter), at }),
    offer: async (adapter, who) => {
      this.#note('offer', adapter, null, who)
      const round = {
        at: '2026-01-01T00:00:00Z',
        trigger: 'asked',
        answers: [],
        unlisted: 0,
        outcome: 'nobody',
      }
      const nobody = { provider: null, connection: null }
      return { result: 'SUCCESS', adapter, state: 'unmanaged', because: 'nobody', ...nobody, round } as const
    },
    release: async (adapter, reason, who) => {
      this.#note('release', adapter, reason, who)
      return { result: 'SUCCESS', adapter, provider: null, connection: null, message: 'released' }
    },
  }

  readonly connections: ConnectionService = {
    list: (filter) => {
      this.filters.push(filter)
      return { revision: this.revision, connections: [], added: [], hidden: [] }
    },
    get: (connection) => {
      if (connection !== 'office') throw noConnection(connection)
      return { revision: this.revision, ...connectionDocument }
    },
    explain: async (connection) => {
      if (connection !== 'office') throw noConnection(connection)
      const { state, because } = connectionDocument
      return { revision: this.revision, connection, state, because, events: [] }
    },
    typeSpecific: async (connection) => {
      if (connection !== 'office') throw noConnection(connection)
      return { connection, provider: 'lab/main', result: 'SUCCESS', info: { signal: 71 }, because: null }
    },
    add: async (connection, configuration, who) => {
      this.#note('add', connection, JSON.stringify(configuration), who)
      return changed(connection, '1')
    },
    update: async (connection, configuration, how, who) => {
      this.#note('update', connection, JSON.stringify({ ...configuration, ...how }), who)
      return changed(connection, '2')
    },
    delete: async (connection, who) => {
      this.#note('delete', connection, null, who)
      return changed(connection, null)
    },
    hold: async (connection, options, who) => {
      this.#note('hold', connection, JSON.stringify(options), who)
      const asked = { request: 7, connection, owner: 'client 8' }
      return { ...asked, result: 'PENDING', message: 'it is being connected' }
    },
    endOwner: (owner, who) => this.#note('endOwner', owner, null, who),
    connect: async (connection, options, who) => {
      this.#note('connect', connection, JSON.stringify(options), who)
      const asked = { request: 7, connection, owner: 'operator' }
      if (connection === 'up') return { ...asked, result: 'SUCCESS', message: 'it is up' }
      return { ...asked, result: 'PENDING', message: 'it is being connected' }
    },
    request: (id) => {
      const request = this.requests.get(id)
      if (!request) throw claimdError('REQUEST_NOT_FOUND', { message: 'no such request', found: `${id}` })
      return { revision: this.revision, ...request }
    },
    cancelRequest: async (id, who) => {
      this.#note('cancel', `${id}`, null, who)
      return this.connections.request(id)
    },
    disconnect: async (connection, who, options = {}) => {
      this.#note(options.ifUnused ? 'disconnect if unused' : 'disconnect', connection, null, who)
      if (connection === 'held') throw new ClaimdError(refusal)
      return { result: 'SUCCESS', connection, message: 'disconnected' }
    },
    disconnectAll: async (who) => {
      this.#note('disconnect-all', null, null, who)
      return { disconnected: [], refused: [refusal], failed: [] }
    },
  }

  /** Resolves once it is known which plugins there are. */
  looked = Promise.resolve()

  readonly plugins: PluginService = {
    looked: () => this.looked,
    list: () => ({ revision: this.revision, plugins: [], unreadable: [] }),
    providers: () => ({ revision: this.revision, providers: [] }),
    get: (name) => {
      if (name === 'gone') throw claimdError('PLUGIN_NOT_FOUND', { message: 'no such plugin', found: name })
      return { ...pluginDocument, revision: this.revision, name }
    },
    log: async (name, lines, since) => ({
      plugin: name,
      log: '/nowhere',
      lines: [`${lines} lines`, String(since)],
      next: '7:9',
    }),
    onLogLine: () => () => {},
    trust: async (name, build, who) => this.#decision('trust', name, build, who),
    untrust: async (name, who) => this.#decision('untrust', name, null, who),
    undo: async (name, who) => this.#decision('undo', name, null, who),
    forget: async (name, who) => this.#decision('forget', name, null, who),
    enable: async (name, who) => this.#decision('enable', name, null, who),
    disable: async (name, { reason, undo }, who) =>
      this.#decision(undo ? 'disable and undo' : 'disable', name, reason, who),
    reload: async (name, who) => this.#decision('reload', name, null, who),
  }

  readonly events: EventService = {
    page: (filter) => {
      this.filters.push(filter)
      return { revision: this.revision, events: this.journal, next: null }
    },
    oldestRevision: () => this.journal[0]?.revision ?? 0,
    after: (revision, limit) => this.journal.filter((event) => event.revision > revision).slice(0, limit),
    onEvents: (listener) => {
      this.#listeners.add(listener)
      return () => this.#listeners.delete(listener)
    },
  }

  #decision(call: string, plugin: string, reason: string | null, who: Who): PluginDecisionDocument {
    this.#note(call, plugin, reason, who)
    return { result: 'SUCCESS', plugin, message: `${call} done` }
  }

  #note(call: string, name: string | null, reason: string | null, who: Who): void {
    this.asked.push({ call, name, reason, who })
  }
}

const pluginDocument: PluginDocument = {
  revision: 0,
  name: '',
  version: '1.0.0',
  build: 'a0'.repeat(32),
  folder: '/nowhere',
  bundled: false,
  state: 'idle',
  because: '',
  awaitsTrust: false,
  notTaken: null,
  pid: null,
  restarts: 0,
  providers: [],
  wallsMissing: [],
  takenTypes: [],
  changes: [],
  faults: [],
  inFolder: { version: '1.0.0', build: 'a0'.repeat(32) },
  active: null,
  candidate: null,
  lastGood: null,
  permissions: { asked: [], granted: [], missing: [], trust: null },
  walls: [],
  memory: null,
  user: null,
  data: '/nowhere',
  log: '/nowhere',
  refusals: [],
}

function changed(connection: string, change: string | null): ConnectionChangeDocument {
  return { result: 'SUCCESS', connection, change, deferred: false, message: 'done' }
}

function noConnection(found: string) {
  return claimdError('CONNECTION_NOT_FOUND', { message: 'no such connection', found })
}

export const connectionDocument: Omit<ConnectionDocument, 'revision'> = {
  name: 'office',
  type: 'lab',
  provider: 'lab/lab',
  adapter: null,
  state: 'disconnected',
  because: 'no one has asked for it',
  configured: true,
  origin: null,
  since: null,
  holds: [],
  retryAt: null,
  configuration: {
    type: 'lab',
    config: { password: '***' },
    behaviour: 'default',
    idleTimeout: 60,
    reconnect: { algorithm: 'exponential' },
    enabled: true,
  },
  source: 'api',
  hides: false,
  change: '1',
  deferred: false,
  holdRows: [],
  requests: [],
  resources: [],
  sharesWith: null,
  failure: null,
}

/** A request that nothing has come of yet. */
export const pending: ConnectionRequest = {
  id: 7,
  what: 'connect',
  connection: 'office',
  who: 'root (uid 0)',
  since: '2026-01-01T00:00:00Z',
  result: 'PENDING',
  code: null,
  cause: null,
  message: 'is under way',
  completedAt: null,
}

export const refusal = {
  result: 'NOT_ALLOWED',
  code: 'CLAIMED_OUT_OF_BAND',
  message: 'it is claimed',
  adapter: 'eth0',
  provider: 'p/q',
  connection: 'held',
  remedy: 'release it',
} as const
