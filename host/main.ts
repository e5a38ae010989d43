import 'reflect-metadata'
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { PluginCheckDocument } from '@claimd/sdk'
import type { ConformanceReport } from '@claimd/sdk/conformance'
import { container, type DependencyContainer, instanceCachingFactory } from 'tsyringe'
import { ClosingSteps } from './app/closing-steps.js'
import type { Daemon, DaemonOptions } from './app/daemon.js'
import { describeWho } from './app/describe-who.js'
import { examineMachine } from './app/examine-machine.js'
import { LogLineListeners } from './app/log-line-listeners.js'
import { realTimers } from './app/real-timers.js'
import { RunningDaemon, settingsOf } from './app/running-daemon.js'
import { makeServices } from './app/services/index.js'
import { tokens } from './app/tokens.js'
import type { ConfigurationPlaces, ExaminedConfiguration, Tools } from './app/tools.js'
import type { VerifyOptions } from './conformance/index.js'
import { ControlServer, type Services } from './control/index.js'
import type { LinkSource } from './core/adapters/link.js'
import type { LinkChanger } from './core/adapters/link-changer.js'
import { Claims } from './core/claims/claims.js'
import { CoreEngine } from './core/core-engine.js'
import { Holdings } from './core/holdings.js'
import { Ledger } from './core/ledger/ledger.js'
import { type Beginning, play, Replay } from './core/replay.js'
import { examineUdev, KernelSource, NetlinkChanger, networkNamespace } from './links/index.js'
import {
  bundledPlugin,
  checkPlugin as checkPluginFor,
  copyPlugin,
  defaultDeadlines,
  doubtsOfFile,
  examineTools,
  examineWalls,
  fixtureHandlers,
  forgetRemoved,
  type Handlers,
  install,
  linkHandlers,
  offerHandlers,
  Places,
  PluginHost,
  pack,
  RemovalMarks,
  remove,
} from './plugin-host/index.js'
import { RecordingFile, readRecording } from './recording/index.js'
import {
  ConfigurationSource,
  examineConfiguration,
  examineState,
  openStore,
  openStoreOrStandIn,
  watchDatabase,
} from './store/index.js'

/** The folder of the package, seen from the compiled file. */
const packageFolder = resolve(fileURLToPath(import.meta.url), '../..')
const bundledFolder = join(packageFolder, 'plugins')

/**
 * Starts the daemon: the composition root, and the only place that knows everyone.
 * @param serviceHandlers serve plugins in place of the host's own
 * @throws a `ClaimdError` when it cannot start; then nothing is left behind
 */
export async function startDaemon(options: DaemonOptions, serviceHandlers: Handlers = {}): Promise<Daemon> {
  const closing = new ClosingSteps()
  // A container of its own, so that two daemons in one process (as in tests) share nothing.
  const root = container.createChildContainer()
  try {
    root.register(tokens.options, { useValue: options })
    root.register(tokens.closing, { useValue: closing })
    root.register(tokens.version, { useValue: packageVersion() })
    const store = openStoreOrStandIn(options.state, { anyOwner: options.dev ?? false })
    closing.add(() => store.close())
    const file = new ConfigurationSource(options.config, options.configRequired, store.records, options.dev)
    root.register(tokens.configuration, { useValue: file.read() })
    root.register(tokens.configurationFile, { useValue: file })
    const { source, changer } = await linkParts(options)
    closing.add(() => changer.close())
    root.register(tokens.links, { useValue: source })
    root.register(tokens.changer, { useValue: changer })
    root.register(tokens.store, { useValue: store })
    root.register(tokens.records, { useValue: store.records })
    root.register(tokens.kept, { useValue: 'scratch' in store ? store.scratch : options.state })
    registerParts(root, serviceHandlers)
    closing.add(watchDatabase(options.state, () => root.resolve(tokens.engine).checkStore()))
    const daemon = root.resolve(RunningDaemon)
    await daemon.start()
    return daemon
  } catch (error) {
    // What failed first is what matters; that closing failed as well is only told beside it.
    await closing.run().catch((also: unknown) => {
      if (error instanceof Error) error.cause ??= also
    })
    throw error
  }
}

/** What can be done without a daemon. */
export const tools: Tools = {
  pack: (source, to) => pack(source, to, packageVersion()),
  install: (source, folder, options) =>
    install(source, folder, { hostVersion: packageVersion(), bundled: bundledFolder, ...options }),
  remove: (name, state, options) =>
    remove(name, join(state, 'plugins'), {
      ...options,
      bundled: bundledFolder,
      marks: new RemovalMarks(new Places(state).removed),
    }),
  forget: async (name, state) => forgetRemoved(name, state, openStore),
  isBundled: async (name) => (await bundledPlugin(name, bundledFolder)) !== null,
  replay: async (file) => {
    const { beginning, entries } = await readRecording(file)
    const replay = new Replay(beginning)
    const { claimd, node } = beginning
    return {
      claimd,
      node,
      playedBy: packageVersion(),
      events: play(replay, entries),
      rows: () => replay.rows,
    }
  },
  examineConfiguration: (places) => examineOperatorsFile(places),
  examine: ({ state, ...places }) =>
    examineMachine(state, {
      configuration: () => examineOperatorsFile(places),
      makeLinks: () => new KernelSource(),
      udev: examineUdev,
      networkNamespace,
      walls: examineWalls,
      tools: examineTools,
      database: () => examineState(state),
    }),
}

async function examineOperatorsFile({
  config,
  configRequired,
  plugins,
  bundled,
  dev = false,
}: ConfigurationPlaces): Promise<ExaminedConfiguration> {
  const { fault, configuration } = examineConfiguration(config, { required: configRequired })
  const folders = searchFolders(plugins, bundled)
  const seen = await doubtsOfFile(configuration, folders, { hostVersion: packageVersion(), dev })
  const doubts = seen.doubts.map(({ plugin: _, ...doubt }) => ({ file: config, ...doubt }))
  return { fault, doubts, connections: configuration.connections.length, plugins: seen.plugins }
}

function searchFolders(plugins: readonly string[], bundled: boolean) {
  const folders = plugins.map((path) => ({ path, bundled: false }))
  return bundled ? [...folders, { path: bundledFolder, bundled: true }] : folders
}

/** Verifies a plugin with the conformance kit: the real parts, and links that the kit plays. */
export async function verifyPlugin(options: VerifyOptions): Promise<ConformanceReport> {
  // Loaded only here: a daemon should not carry them.
  const [kit, { SimulatedSource }] = await Promise.all([
    import('./conformance/index.js'),
    import('./links/simulator/index.js'),
  ])
  const hostVersion = packageVersion()
  return kit.verifyPlugin(options, {
    hostVersion,
    limits: defaultDeadlines,
    copyPlugin: (source, to) => copyPlugin(source, to, hostVersion),
    makePluginHost: ({ plugins, state }, listener, machine) =>
      new PluginHost(
        {
          folders: [{ path: plugins, bundled: false }],
          hostVersion,
          places: new Places(state),
          dev: true,
          grantAll: true,
          // The kit offers by a schedule of its own, and its adapters have no links.
          handlers: {
            ...offerHandlers(async () => []),
            links: async () => ({}),
            ...fixtureHandlers(machine),
          },
        },
        {
          ...listener,
          log: (_plugin, _stream, line) => listener.note({ type: 'plugin-log', message: line }),
          child: () => {},
        },
      ),
    stagedCopy: (state, plugin, build) => join(new Places(state).stagedPlugin(plugin), build),
    makeLinks: (links) => new SimulatedSource({ links: [...links] }),
    startDaemon: (daemonOptions, machine) =>
      startDaemon({ ...daemonOptions, dev: true }, fixtureHandlers(machine)),
  })
}

/** Checks a plugin's folder as this host would. @throws a `ClaimdError` with all its faults */
export function checkPlugin(folder: string): Promise<PluginCheckDocument> {
  return checkPluginFor(folder, packageVersion(), bundledFolder)
}

/** Each part is made once, when it is first asked for. */
function registerParts(root: DependencyContainer, serviceHandlers: Handlers): void {
  root.register(tokens.logLines, { useValue: new LogLineListeners() })
  root.register(tokens.plugins, {
    useFactory: instanceCachingFactory((parts) => makePluginHost(parts, serviceHandlers)),
  })
  root.register(tokens.holdings, {
    useFactory: instanceCachingFactory((parts) => new Holdings(parts.resolve(tokens.engine))),
  })
  root.register(tokens.ledger, { useFactory: instanceCachingFactory(makeLedger) })
  root.register(tokens.engine, { useFactory: instanceCachingFactory(makeEngine) })
  root.register(tokens.services, { useFactory: instanceCachingFactory(servicesOf) })
  root.register(tokens.control, {
    useFactory: instanceCachingFactory(
      (parts) =>
        new ControlServer(parts.resolve(tokens.services), {
          socket: parts.resolve(tokens.options).socket,
          version: parts.resolve(tokens.version),
          restored: (error) => {
            const { socket } = parts.resolve(tokens.options)
            parts.resolve(tokens.engine).submit({
              type: 'note',
              note: error
                ? { type: 'socket-missing', socket, because: error.message }
                : { type: 'socket-restored', socket },
            })
          },
          unexpected: (error) => {
            parts.resolve(tokens.engine).submit({
              type: 'note',
              note: { type: 'internal-error', because: String(error) },
            })
          },
        }),
    ),
  })
}

function makePluginHost(parts: DependencyContainer, serviceHandlers: Handlers): PluginHost {
  const { plugins, bundled, dev = false, grantAll = dev, inspect = [] } = parts.resolve(tokens.options)
  // The engine needs the plugin host and the other way round: the engine is looked up when there is news.
  const engine = () => parts.resolve(tokens.engine)
  const holdings = () => parts.resolve(tokens.holdings)
  const logLines = parts.resolve(tokens.logLines)
  return new PluginHost(
    {
      folders: searchFolders(plugins, bundled),
      hostVersion: parts.resolve(tokens.version),
      places: new Places(parts.resolve(tokens.kept)),
      records: parts.resolve(tokens.records),
      configuration: parts.resolve(tokens.options).config,
      dev,
      grantAll,
      inspect: new Map(inspect.map(({ plugin, port }) => [plugin, port])),
      handlers: {
        ...offerHandlers(
          async (plugin, adapter) => await engine().ask({ type: 'request-offers', plugin, adapter }),
        ),
        ...linkHandlers({
          changer: parts.resolve(tokens.changer),
          ledger: parts.resolve(tokens.ledger),
          get holdings() {
            return holdings()
          },
        }),
        ...serviceHandlers,
      },
      held: (plugin) => holdings().heldBy(plugin),
    },
    {
      providersChanged: (providers) => engine().submit({ type: 'providers', providers }),
      event: (event) => engine().submit(event),
      note: (note) => engine().submit({ type: 'note', note }),
      log: (plugin, stream, text) => logLines.tell({ plugin, stream, text, at: realTimers.at() }),
      child: (child) => engine().submit({ type: 'child', ...child }),
    },
  )
}

function makeLedger(parts: DependencyContainer): Ledger {
  return new Ledger(parts.resolve(tokens.records), {
    changer: parts.resolve(tokens.changer),
    where: parts.resolve(tokens.links).where,
    at: () => realTimers.at(),
    heldWith: (index) => parts.resolve(tokens.holdings).heldWith(index),
    note: (note) => parts.resolve(tokens.engine).submit({ type: 'note', note }),
  })
}

function makeEngine(parts: DependencyContainer): CoreEngine {
  const store = parts.resolve(tokens.store)
  const stored = store.load()
  const settings = settingsOf(parts.resolve(tokens.configuration))
  const { where } = parts.resolve(tokens.links)
  const claims = new Claims(where, stored.rows, settings)
  const providers = parts.resolve(tokens.plugins)
  const recorder = makeRecorder(parts, { where, settings, stored })
  return new CoreEngine(claims, { stored, store, providers, timers: realTimers, recorder })
}

function makeRecorder(
  parts: DependencyContainer,
  beginning: Omit<Beginning, 'claimd' | 'node'>,
): RecordingFile | null {
  const { record = null } = parts.resolve(tokens.options)
  if (record === null) return null
  const made = { claimd: parts.resolve(tokens.version), node: process.version }
  const recorder = new RecordingFile(record, { ...made, ...beginning }, (error) => {
    const note = { type: 'recording-ended', file: record, because: error.message } as const
    parts.resolve(tokens.engine).submit({ type: 'note', note })
  })
  parts.resolve(tokens.closing).add(() => recorder.close())
  return recorder
}

function servicesOf(parts: DependencyContainer): Services {
  const { config, state, socket, plugins, simulate, links: ownLinks } = parts.resolve(tokens.options)
  const links = parts.resolve(tokens.links)
  return makeServices({
    engine: parts.resolve(tokens.engine),
    store: parts.resolve(tokens.store),
    plugins: parts.resolve(tokens.plugins),
    ledger: parts.resolve(tokens.ledger),
    links: () => ({
      links: links.kind,
      linksBecause: links.because,
      networkNamespace: links.where.namespace,
      udev: simulate === null && !ownLinks ? examineUdev() : null,
      resyncs: links.resyncs,
      malformed: links.malformed,
    }),
    configuration: parts.resolve(tokens.configurationFile),
    onLogLine: (listener) => parts.resolve(tokens.logLines).on(listener),
    owner: process.geteuid!(),
    describe: describeWho,
    facts: {
      version: parts.resolve(tokens.version),
      pid: process.pid,
      since: realTimers.at(),
      node: process.version,
      config,
      state,
      socket,
      plugins,
    },
  })
}

async function linkParts({
  simulate,
  links,
}: DaemonOptions): Promise<{ source: LinkSource; changer: LinkChanger }> {
  if (links) return { source: links, changer: links.changer() }
  if (simulate === null) return { source: new KernelSource(), changer: new NetlinkChanger() }
  // Loaded only here: a daemon for the kernel's links should not carry it.
  const { readSimulation, SimulatedSource } = await import('./links/simulator/index.js')
  const source = new SimulatedSource(await readSimulation(simulate))
  return { source, changer: source.changer() }
}

function packageVersion(): string {
  return JSON.parse(readFileSync(join(packageFolder, 'package.json'), 'utf8')).version
}
