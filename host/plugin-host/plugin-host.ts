// Long because it is the door of the room: it puts its parts together, and is called for each of them.
import { resolve } from 'node:path'
import type {
  ClaimStands,
  ConfiguredConnection,
  Fault,
  PluginDecisionDocument,
  PluginDetail,
  PluginLogDocument,
  PluginRow,
  ProviderRow,
  Released,
  UnreadableFolder,
} from '@claimd/sdk'
import type {
  ActPort,
  AnyQuestion,
  ConnectionReference,
  DialAct,
  ProviderPort,
} from '../core/kernel/provider-port.js'
import type { Records } from '../core/kernel/store-port.js'
import type { OperatorConfiguration } from '../core/operator-configuration.js'
import { sentenceOfNote } from '../core/views/events/event-document.js'
import type { KeptFolders } from '../lib/kept-folders.js'
import { unknownConfiguration } from './answers.js'
import { Asking } from './asking.js'
import { type Deadlines, defaultDeadlines } from './deadlines.js'
import type { Scan } from './discovery/catalogue.js'
import { FirstLook } from './discovery/first-look.js'
import type { FoundPlugin } from './discovery/found-plugin.js'
import { PluginFinder } from './discovery/plugin-finder.js'
import { rescanMs } from './discovery/watcher.js'
import { Entries } from './entries.js'
import { RemovalMarks } from './installing/removal-marks.js'
import { PluginLogs } from './logs/plugin-logs.js'
import { OperatorCalls } from './operator-calls.js'
import { OperatorDecisions } from './operator-decisions.js'
import type { PluginHostListener, PluginHostOptions } from './options.js'
import { Outgoing } from './outgoing.js'
import type { NoteDetails, PluginNote, PluginNoteType } from './plugin-note.js'
import { detailOf, type KnownOfPlugins, pluginRow, providerRows } from './plugin-rows.js'
import { ProviderList } from './provider-list.js'
import { RecentRefusals } from './recent-refusals.js'
import { RemovedPlugins } from './removed-plugins.js'
import { type OwnHandlers, ownHandlers } from './services/own-handlers.js'
import { Services } from './services/services.js'
import { keepStateFolders } from './state-folders.js'
import { StoredData } from './stored-data.js'
import { Launcher } from './supervisor/launcher.js'
import { SupervisorMaker } from './supervisor/make-supervisor.js'
import { Policy } from './supervisor/policy.js'
import type { Supervisor } from './supervisor/supervisor.js'
import { volatileRecords } from './volatile-records.js'

/** Finds plugins, runs them, and puts questions to their providers. What it tells its listener: see {@link Outgoing}. */
export class PluginHost implements ProviderPort, ActPort {
  readonly #options: PluginHostOptions
  readonly #deadlines: Deadlines
  readonly #records: Records
  readonly #listener: PluginHostListener
  readonly #outgoing = new Outgoing()
  readonly #logs: PluginLogs
  readonly #decisions: OperatorDecisions
  readonly #stored: StoredData
  readonly #removed: RemovedPlugins
  readonly #refusals = new RecentRefusals()
  readonly #policy: Policy
  readonly #entries: Entries
  readonly #providers: ProviderList
  readonly #asking: Asking
  /** Set by `start`. */
  #maker!: SupervisorMaker
  #finder!: PluginFinder
  #calls!: OperatorCalls
  #known!: KnownOfPlugins
  #services: Pick<OwnHandlers, 'forget' | 'close'> = { forget() {}, close: async () => {} }
  #kept: KeptFolders | null = null
  #pins: ReadonlyMap<string, string> = new Map()
  readonly #retiring = new Set<Promise<void>>()
  readonly #firstLook = new FirstLook()
  #hasStopped = false

  constructor(options: PluginHostOptions, listener: PluginHostListener) {
    const { deadlines, places, records = volatileRecords(), grantAll = false } = options
    this.#options = options
    this.#deadlines = { ...defaultDeadlines, ...deadlines }
    this.#records = records
    this.#listener = listener
    const note = this.#note.bind(this)
    this.#logs = new PluginLogs(places, {
      line: (plugin, stream, text) => listener.log(plugin, stream, text),
      unwritable: (plugin, failure) => note('plugin-log-unwritable', plugin, failure),
    })
    this.#stored = new StoredData(records, places)
    this.#removed = new RemovedPlugins({
      stored: this.#stored,
      marks: new RemovalMarks(places.removed),
      trustsAll: grantAll,
      forget: (name, keepsData) => this.#forget(name, keepsData),
      note,
    })
    // Before anything reads what is stored, and before any plugin runs.
    this.#removed.finishAll()
    const configurationFile = options.configuration ?? 'the configuration file'
    this.#decisions = new OperatorDecisions({
      records,
      configuration: configurationFile,
      at: () => new Date().toISOString(),
      note,
    })
    this.#policy = new Policy({
      records,
      decisions: this.#decisions,
      stored: this.#stored,
      grantAll,
      pinned: (plugin) => this.#pins.get(plugin) ?? null,
      isRemoved: (plugin) => this.#removed.has(plugin),
    })
    this.#entries = new Entries({
      removalMs: this.#deadlines.removalMs,
      make: (found) => this.#make(found),
      touchedAt: (folder) => this.#finder.touchedAt(folder),
      note,
      isRemoved: (name) => this.#removed.has(name),
      missing: (ms) => this.#finder.lookLater(ms),
    })
    this.#providers = new ProviderList({
      entries: this.#entries,
      configurationFile,
      note,
      changed: (providers, why) => this.#outgoing.tell(() => listener.providersChanged(providers, why)),
    })
    this.#asking = new Asking({
      pluginOf: (provider) => this.#providers.pluginOf(provider),
      configOf: (fingerprint) => this.#configOf(fingerprint),
      schemaCheckMs: this.#deadlines.schemaCheckMs,
      answered: (event) => this.#outgoing.tell(() => listener.event(event)),
    })
  }

  /** Looks for plugins, and goes on looking. When it resolves, what there is was told. */
  async start(): Promise<void> {
    const { folders, hostVersion, dev = false, inspect = new Map(), places, jailed = true } = this.#options
    const { held = () => [], handlers } = this.#options
    const own = ownHandlers(this.#records)
    this.#services = own
    const launcher = await Launcher.open({ places, jailed, dev, inspect, records: this.#records })
    this.#maker = new SupervisorMaker({
      policy: this.#policy,
      launcher,
      deadlines: this.#deadlines,
      dev,
      inspect,
      held,
      configOf: (fingerprint) => this.#configOf(fingerprint),
      services: new Services({ ...own.handlers, ...handlers }),
      logs: this.#logs,
      decisions: this.#decisions,
      stored: this.#stored,
      child: (child) => this.#listener.child(child),
    })
    this.#known = { policy: this.#policy, launcher, types: this.#providers.types }
    this.#finder = new PluginFinder({
      folders: folders.map(({ path, bundled }) => ({ path: resolve(path), bundled })),
      hostVersion,
      stage: launcher.stage,
      dev,
      pins: this.#pins,
      touched: (folder) => this.#entries.all.find(({ found }) => found.folder === folder)?.plugin?.touched(),
      found: (scan) => this.#found(scan),
      settled: () => void this.#sweep(),
      problem: (problem) => this.#note('plugin-folder-problem', '', { problem }),
    })
    this.#calls = new OperatorCalls({
      entries: this.#entries,
      decisions: this.#decisions,
      stored: this.#stored,
      removed: this.#removed,
      finder: this.#finder,
      known: this.#known,
      note: this.#note.bind(this),
      applyDisabled: () => this.#applyDisabled(),
      retired: () => Promise.all(this.#retiring),
    })
    await this.#finder.start()
    this.#firstLook.done()
    this.#kept = await keepStateFolders({
      places,
      restore: async () => {
        await launcher.restore()
        await this.#finder.copyAgain()
      },
      note: this.#note.bind(this),
    })
    await this.#outgoing.settled()
  }

  /**
   * Resolves once the folders were looked at: before, nobody knows which plugins there are, and `pluginRows` and the calls
   * of operators have nothing to go by. @throws a `ClaimdError`, code `DAEMON_UNREACHABLE`, when it is stopped before
   */
  looked(): Promise<void> {
    return this.#firstLook.over
  }

  /** What the operator configured. What the plugins do not understand of it is told, see `configurationDoubts`. */
  setConfiguration(configuration: OperatorConfiguration): void {
    this.#providers.setConfiguration(configuration)
    this.setDisabled(new Set(configuration.plugins.disabled))
    this.setPins(new Map(Object.entries(configuration.plugins.pinned)))
  }

  /** What is wrong in the configuration that is in force, as the plugins see it. */
  configurationDoubts(): Fault[] {
    return this.#providers.doubts
  }

  /** See {@link ProviderList.settingsSchema}. */
  settingsSchema(type: string): Readonly<Record<string, unknown>> | null | undefined {
    return this.#providers.settingsSchema(type)
  }

  /** By plugin name: the content hash that a plugin must have, `sha256:…` or the digits alone. */
  setPins(pins: ReadonlyMap<string, string>): void {
    this.#pins = new Map(pins)
    if (!this.#providers.wasTold) return
    this.#finder.setPins(this.#pins)
    for (const plugin of this.#entries.plugins) plugin.consider()
    void this.#finder.scan(false)
  }

  /** By plugin name, as the configuration has them. Disabling ends the plugin's process. */
  setDisabled(names: ReadonlySet<string>): void {
    this.#decisions.setDisabledByFile(names)
    this.#applyDisabled()
  }

  /** All configured connections; each plugin is given those of the types that it owns. */
  setConnections(configured: readonly ConfiguredConnection[]): void {
    this.#providers.setConnections(configured)
  }

  ask(questions: readonly AnyQuestion[]): void {
    this.#asking.ask(questions)
  }

  cancel(ids: readonly number[]): void {
    this.#asking.cancel(ids)
    for (const plugin of this.#entries.plugins) plugin.cancel(ids)
  }

  act(act: DialAct): void {
    const { provider, parameters } = act
    const { name, config } = parameters.connection
    const plugin = this.#providers.pluginOf(provider)
    if (!plugin) this.#actNotSent(act, `there is no provider ${provider}`)
    else if (this.#configOf(config) === null) this.#actNotSent(act, unknownConfiguration(name))
    else plugin.act(act)
  }

  /** From the first time on it says which connections there are, and not the configuration file alone. */
  configured(connections: readonly ConnectionReference[]): void {
    const known = connections.flatMap(({ name, type, config: fingerprint }) => {
      const config = this.#configOf(fingerprint)
      return config === null ? [] : [{ name, type, config }]
    })
    this.#providers.takeMerged(known)
  }

  cancelAct(act: Pick<DialAct, 'fence' | 'kind' | 'provider'>): void {
    // Another plugin may have the provider by now.
    for (const plugin of this.#entries.plugins) plugin.cancelAct(act)
  }

  claimed(provider: string, now: ClaimStands): void {
    const plugin = this.#providers.pluginOf(provider)
    plugin?.claimed({ provider: provider.slice(plugin.name.length + 1), ...now })
  }

  released(provider: string, was: Released): void {
    const plugin = this.#providers.pluginOf(provider)
    plugin?.released({ provider: provider.slice(plugin.name.length + 1), ...was })
  }

  pluginRows(): PluginRow[] {
    return this.#entries.all.map((entry) => pluginRow(entry, this.#known))
  }

  /** Folders in which plugins would be, and that cannot be read. */
  unreadableFolders(): UnreadableFolder[] {
    return this.#finder.unreadable
  }

  providerRows(): ProviderRow[] {
    return this.#entries.plugins.flatMap(providerRows)
  }

  /** @throws a `ClaimdError`, code `PLUGIN_NOT_FOUND` */
  detail(name: string): PluginDetail {
    const { places } = this.#options
    const known = { decisions: this.#decisions, refusals: this.#refusals, places }
    return detailOf(this.#entries.find(name), this.#known, known)
  }

  /** @throws a `ClaimdError`, code `PLUGIN_NOT_FOUND` */
  async log(name: string, lines: number, since: string | null): Promise<PluginLogDocument> {
    this.#entries.find(name)
    const log = this.#options.places.logOf(name)
    return { plugin: name, log, ...(await this.#logs.read(name, lines, since)) }
  }

  /** See {@link OperatorCalls.trust}. */
  trust(name: string, build: string, who: string): PluginDecisionDocument {
    return this.#calls.trust(name, build, who)
  }

  /** See {@link OperatorCalls.untrust}. */
  untrust(name: string, who: string): PluginDecisionDocument {
    return this.#calls.untrust(name, who)
  }

  /** See {@link OperatorCalls.setEnabled}. */
  setEnabled(...decision: Parameters<OperatorCalls['setEnabled']>): Promise<PluginDecisionDocument> {
    return this.#calls.setEnabled(...decision)
  }

  /** See {@link OperatorCalls.reload}. */
  reload(name: string, who: string): Promise<PluginDecisionDocument> {
    return this.#calls.reload(name, who)
  }

  /** See {@link OperatorCalls.forget}. */
  forget(name: string, who: string): Promise<PluginDecisionDocument> {
    return this.#calls.forget(name, who)
  }

  /** Lets every plugin deactivate, within its deadline, and ends it. Nothing is left running then. */
  async stop(): Promise<void> {
    this.#hasStopped = true
    this.#firstLook.cancel()
    await this.#finder?.close()
    await this.#kept?.close()
    await this.#providers.close()
    this.#asking.close()
    for (const plugin of this.#entries.plugins) this.#retire(plugin, 'the host is stopping')
    await Promise.all(this.#retiring)
    await this.#services.close()
    await this.#logs.settled()
    this.#known?.launcher.close()
    await this.#outgoing.settled()
  }

  /** Makes what runs follow what was found. Of plugins that are new, the last good version is fetched before. */
  async #found(scan: Scan): Promise<void> {
    const known = new Set(this.#entries.plugins.map(({ name }) => name))
    const others = scan.plugins.filter(({ name }) => !known.has(name))
    if (others.length > 0) await this.#maker.recall(others, (build) => this.#finder.copyOf(build))
    if (this.#hasStopped) return
    if (!this.#removed.handOver(scan.plugins)) this.#finder.lookLater(rescanMs.afterFailure)
    const { why, made, gone } = this.#entries.take(scan.plugins)
    // Of a manifest that cannot be read the name is not known.
    if (!this.#providers.wasTold && scan.plugins.every(({ named }) => named)) {
      this.#removed.allGoneBut(new Set(scan.plugins.map(({ name }) => name)))
    }
    // The first time always: the core waits to hear that there is nobody, too.
    if (why !== '' || !this.#providers.wasTold) this.#providers.tell(why)
    // Only now: the core knows that they cannot be asked before it hears of their last answers.
    for (const plugin of gone) {
      this.#removed.folderGone(plugin.name, plugin.current)
      this.#retire(plugin, 'the plugin was removed')
    }
    for (const plugin of made) plugin.consider()
    for (const plugin of this.#entries.plugins) plugin.startIfWanted()
  }

  /** Removes the copies that nothing needs any more. */
  async #sweep(): Promise<void> {
    const used = () => {
      // A look that is under way may be making copies.
      if (this.#hasStopped || this.#finder.isLooking) return null
      const builds = this.#entries.plugins.flatMap(({ builds }) => builds)
      const found = this.#finder.known.map(({ build }) => build)
      return new Set([...builds, ...found, ...this.#policy.lastGood.builds])
    }
    try {
      await this.#known.launcher.stage.sweep(used)
    } catch (error) {
      this.#note('plugin-folder-problem', '', { problem: `copies stay: ${(error as Error).message}` })
    }
  }

  #make(found: FoundPlugin): Supervisor | null {
    return this.#maker.make(found, {
      event: (event) => this.#outgoing.tell(() => this.#listener.event(event)),
      availability: (why) => this.#providers.tell(why),
      note: (type, details) => this.#note(type, found.name, details),
    })
  }

  #applyDisabled(): void {
    if (this.#hasStopped) return
    const changed = this.#entries.plugins
      .map((plugin) => ({ plugin, why: this.#decisions.whyDisabled(plugin.name) }))
      .filter(({ plugin, why }) => plugin.isDisabled !== (why !== null))
    for (const { plugin, why } of changed) plugin.setDisabled(why)
  }

  /** Of a plugin that was removed. With `keepsData`, only what operators decided about it. */
  #forget(name: string, keepsData: boolean): void {
    // The first are forgotten before the host is put together.
    this.#decisions?.forget(name)
    if (keepsData) return
    this.#policy?.forget(name)
    this.#maker?.forget(name)
    this.#known?.launcher.forget(name)
    this.#services.forget(name)
  }

  #retire(plugin: Supervisor, why: string): void {
    const gone = plugin
      .retire(why)
      .then(() => {
        if (this.#removed.has(plugin.name)) this.#removed.finishAll()
      })
      .finally(() => this.#retiring.delete(gone))
    this.#retiring.add(gone)
  }

  #configOf(fingerprint: string): Readonly<Record<string, unknown>> | null {
    return this.#options.configOf?.(fingerprint) ?? null
  }

  #actNotSent(act: DialAct, reason: string): void {
    const result = { outcome: 'not-sent', reason } as const
    this.#outgoing.tell(() => this.#listener.event({ type: 'act-ended', act, result }))
  }

  #note<Type extends PluginNoteType>(type: Type, plugin: string, details: NoteDetails<Type>): void {
    const note = { ...details, type, plugin } as unknown as PluginNote
    if (note.type === 'permission-refused')
      this.#refusals.add(plugin, { at: new Date().toISOString(), message: sentenceOfNote(note) })
    this.#outgoing.tell(() => this.#listener.note(note))
  }
}
