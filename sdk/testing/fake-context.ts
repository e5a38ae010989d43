import { EventEmitter } from 'node:events'
import type { Adapter } from '../adapter.js'
import type { ConfiguredConnection } from '../configured-connection.js'
import type { PluginContext } from '../context.js'
import type { Disposable } from '../disposable.js'
import type { Provider } from '../provider.js'
import { checkArguments, logText, registeredAlready } from '../services/call-arguments.js'
import type { DBusCall, DBusSignal, DBusSubscription } from '../services/dbus.js'
import { fakeLinks, type LinkCall } from './fake-links.js'
import { dbusFixture, execFixture, type Fixtures, readFixture } from './fixtures.js'

export interface FakeContextOptions extends Fixtures {
  /** Default: `test-plugin` 1.0.0. */
  plugin?: { name: string; version: string }
  /** What the operator has configured. Default: nothing. */
  configured?: readonly ConfiguredConnection[]
  /**
   * The adapters that the plugin holds. What it does to them through `context.links` shows in `look`: up, with a carrier, and
   * down, and the addresses. Default: none.
   */
  adapters?: readonly Adapter[]
  /** What the plugin has stored before. Default: nothing. */
  storage?: Readonly<Record<string, unknown>>
  secrets?: Readonly<Record<string, string>>
  /** Where the plugin may write files. Default: `/nonexistent`. */
  folder?: string
}

/**
 * A context for unit tests: it touches neither a host nor the machine. What the plugin asks for is answered from the
 * fixtures, and what it does is kept.
 *
 * @example
 * const fake = new FakeContext({ read: { '/run/modem/state': 'registered' } })
 * await activate(fake.context)
 * const answer = await fake.provider('lab').claimConnection(fakeOffer(fakeAdapter({ name: 'lab0' })))
 */
export class FakeContext {
  /** What `activate` is given. */
  readonly context: PluginContext
  readonly log: { level: 'info' | 'warn' | 'error'; message: string }[] = []
  readonly reports: {
    connection: string
    fence: number
    state: 'lost' | 'suspended' | 'resumed' | 'changed'
    reason: string
  }[] = []
  /** What was asked for with `context.offers.request`: ids of adapters, or `all`. */
  readonly requestedOffers: string[] = []
  readonly linkCalls: LinkCall[] = []
  /** Those that the plugin holds, by their ids; a test changes what they are like. */
  readonly adapters: Map<string, Adapter>
  readonly programs: { program: string; args: readonly string[]; input?: string }[] = []
  readonly dbusCalls: DBusCall[] = []
  readonly storage: Map<string, unknown>
  readonly secrets: Map<string, string>
  readonly #providers = new Map<string, Provider>()
  readonly #files: Map<string, string>
  readonly #events = new EventEmitter().setMaxListeners(0)
  readonly #fixtures: Fixtures
  #configured: readonly ConfiguredConnection[]

  constructor(options: FakeContextOptions = {}) {
    const {
      plugin = { name: 'test-plugin', version: '1.0.0' },
      configured = [],
      folder = '/nonexistent',
    } = options
    this.#fixtures = options
    this.#configured = configured
    this.#files = new Map(Object.entries(options.read ?? {}))
    this.adapters = new Map((options.adapters ?? []).map((one) => [one.id, structuredClone(one)]))
    this.storage = new Map(Object.entries(options.storage ?? {}))
    this.secrets = new Map(Object.entries(options.secrets ?? {}))
    this.context = Object.freeze<PluginContext>({
      plugin,
      providers: { register: (id, provider) => this.#register(id, provider) },
      connections: {
        configured: () => this.#configured,
        report: (connection, fence, state, reason) => {
          checkArguments('context.connections.report', [connection, fence, state, reason])
          this.reports.push({ connection, fence, state, reason })
        },
      },
      offers: {
        request: async (adapter) => {
          checkArguments('context.offers.request', [adapter])
          this.requestedOffers.push(adapter)
          return adapter === 'all' ? [] : [{ adapter, because: null }]
        },
      },
      links: fakeLinks(this.adapters, this.linkCalls),
      exec: this.#exec(),
      dbus: this.#dbus(),
      read: this.#read(),
      storage: { folder, ...stored('storage', this.storage) },
      secrets: stored('secrets', this.secrets),
      log: Object.assign((message: string) => this.#note('info', message), {
        warn: (message: string) => this.#note('warn', message),
        error: (message: string) => this.#note('error', message),
      }),
      subscriptions: [],
    })
  }

  /**
   * A provider that the plugin has registered. Its type has all methods, so that a test can call them; those that the
   * plugin did not write are `undefined` all the same.
   * @throws when the plugin has not registered it
   */
  provider(id: string): Required<Provider> {
    const provider = this.#providers.get(id)
    if (provider) return provider as Required<Provider>
    throw new Error(
      `No provider '${id}' is registered; there is: ${[...this.#providers.keys()].join(', ') || 'none'}`,
    )
  }

  /** Changes what the operator has configured. */
  configure(configured: readonly ConfiguredConnection[]): void {
    this.#configured = configured
  }

  /** Writes a file, or removes it with `null`; watches of it are told. */
  write(path: string, text: string | null): void {
    if (text === null) this.#files.delete(path)
    else this.#files.set(path, text)
    this.#events.emit('file', path)
  }

  /** Sends a signal of a service on the bus. */
  signal(name: string, signal: DBusSignal): void {
    this.#events.emit('signal', name, signal)
  }

  /** Disposes of `context.subscriptions`, last first, as the host does when the plugin stops. */
  dispose(): void {
    for (const one of this.context.subscriptions.splice(0).reverse()) one.dispose()
  }

  #note(level: 'info' | 'warn' | 'error', message: string): void {
    this.log.push({ level, message: logText(message) })
  }

  #register(id: string, provider: Provider): Disposable {
    checkArguments('context.providers.register', [id, provider])
    if (this.#providers.has(id)) throw registeredAlready(id)
    this.#providers.set(id, provider)
    return {
      dispose: () => {
        if (this.#providers.get(id) === provider) this.#providers.delete(id)
      },
    }
  }

  #exec(): PluginContext['exec'] {
    return {
      run: async (program, args, options) => {
        checkArguments('context.exec.run', [program, args, options])
        const { input, signal } = options ?? {}
        signal?.throwIfAborted()
        this.programs.push({ program, args, ...(input !== undefined && { input }) })
        return execFixture(this.#fixtures, program, args)
      },
      start: async (program, args, listener = {}) => {
        checkArguments('context.exec.start', [program, args, listener])
        this.programs.push({ program, args })
        const { stdout, stderr, code } = execFixture(this.#fixtures, program, args)
        let isOver = false
        const end = (result: { code: number | null; signal: string | null }) => {
          if (!isOver) listener.onExit?.(result)
          isOver = true
        }
        setImmediate(() => {
          if (stdout !== '') listener.onOutput?.(stdout, 'stdout')
          if (stderr !== '') listener.onOutput?.(stderr, 'stderr')
          end({ code, signal: null })
        })
        return {
          pid: noPid,
          write: async (text) => checkArguments('program.write', [text]),
          end: async () => {},
          kill: async (signal = 'SIGTERM') => {
            checkArguments('program.kill', [signal])
            end({ code: null, signal })
          },
        }
      },
    }
  }

  #dbus(): PluginContext['dbus'] {
    return {
      call: async (call) => {
        checkArguments('context.dbus.call', [call])
        this.dbusCalls.push(call)
        return dbusFixture(this.#fixtures, call)
      },
      subscribe: async (wanted, listener) => {
        checkArguments('context.dbus.subscribe', [wanted, listener])
        const hear = (name: string, signal: DBusSignal) => {
          if (name === wanted.name && isWanted(wanted, signal)) listener(signal)
        }
        this.#events.on('signal', hear)
        return { dispose: () => void this.#events.off('signal', hear) }
      },
    }
  }

  #read(): PluginContext['read'] {
    const textOf = (path: string) => readFixture({ read: Object.fromEntries(this.#files) }, path)
    return {
      file: async (path) => {
        checkArguments('context.read.file', [path])
        return textOf(path)
      },
      bytes: async (path) => {
        checkArguments('context.read.bytes', [path])
        return Buffer.from(textOf(path))
      },
      stat: async (path) => {
        checkArguments('context.read.stat', [path])
        return { size: Buffer.byteLength(textOf(path)), modified: 0 }
      },
      list: async (glob) => {
        checkArguments('context.read.list', [glob])
        return [...this.#files.keys()].filter(pathGlob(glob)).sort()
      },
      watch: (glob, changed) => {
        checkArguments('context.read.watch', [glob, changed])
        const fits = pathGlob(glob)
        const hear = (path: string) => {
          if (fits(path)) changed()
        }
        this.#events.on('file', hear)
        setImmediate(() => {
          if (this.#events.listeners('file').includes(hear)) changed()
        })
        return { dispose: () => void this.#events.off('file', hear) }
      },
    }
  }
}

/** Higher than any process id can be. */
const noPid = 2 ** 22 + 1

function isWanted({ path, interface: of, member }: DBusSubscription, signal: DBusSignal): boolean {
  return signal.interface === of && signal.member === member && (path === undefined || signal.path === path)
}

function stored<Value>(service: 'storage' | 'secrets', values: Map<string, Value>) {
  return {
    get: async (key: string) => {
      checkArguments(`context.${service}.get`, [key])
      return structuredClone(values.get(key))
    },
    set: async (key: string, value: Value) => {
      checkArguments(`context.${service}.set`, [key, value])
      // As the host keeps it: a `Date` comes back as a string.
      values.set(key, JSON.parse(JSON.stringify(value)))
    },
    delete: async (key: string) => {
      checkArguments(`context.${service}.delete`, [key])
      values.delete(key)
    },
    keys: async () => [...values.keys()].sort(),
  }
}

/** `*` is anything within one name, `**` any depth. */
function pathGlob(glob: string): (path: string) => boolean {
  const source = glob
    .split('/')
    .slice(1)
    .map((part) => (part === '**' ? '(?:/[^/]+)*' : `/${part.split('*').map(literal).join('[^/]*')}`))
    .join('')
  const pattern = new RegExp(`^${source}$`)
  return (path) => pattern.test(path)
}

function literal(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')
}
