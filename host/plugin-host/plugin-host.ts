import { mkdir } from 'node:fs/promises'
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
import type { ProviderInfo } from '../core/claims/provider-info.js'
import type { ProviderEvent } from '../core/claims/report-event.js'
import type { OperatorConfiguration } from '../core/engine/parts.js'
import type { ProviderPort, Question } from '../core/kernel/provider-port.js'
import type { Records } from '../core/kernel/store-port.js'
import { KeptFolders } from '../lib/kept-folders.js'
import { ConfigurationDoubts } from './configuration-doubts.js'
import type { SearchFolder } from './discovery/candidates.js'
import { Catalogue, type Scan } from './discovery/catalogue.js'
import type { FoundPlugin } from './discovery/found-plugin.js'
import { Watcher } from './discovery/watcher.js'
import { Entries } from './entries.js'
import { RemovalMarks } from './installing/removal-marks.js'
import { type Deadlines, defaultDeadlines, rescanMs } from './limits.js'
import type { LogStream } from './logs/log-lines.js'
import { PluginLogs } from './logs/plugin-logs.js'
import { OperatorDecisions } from './operator-decisions.js'
import type { Places } from './places.js'
import type { Plugin } from './plugin.js'
import { PluginMaker } from './plugin-maker.js'
import { detailOf, pluginRow, providerRows } from './plugin-rows.js'
import { unexpected } from './process/wire-checks.js'
import { RecentRefusals } from './recent-refusals.js'
import type { HeldClaim } from './reload/trial.js'
import { RemovedPlugins } from './removed-plugins.js'
import type { ChildProgram } from './services/caller.js'
import { type OwnHandlers, ownHandlers } from './services/own-handlers.js'
import { type Handlers, Services } from './services/services.js'
import { Stage } from './staging/stage.js'
import { StoredData } from './stored-data.js'
import { volatileRecords } from './supervision/volatile-records.js'
import { TypeOwners } from './type-owners.js'

export interface PluginHostOptions {
  /** The search path: of plugins with one name, the first is taken. */
  folders: readonly SearchFolder[]
  /** Compared with the `engines.claimd` of each plugin. */
  hostVersion: string
  /** Where it keeps copies of plugins, their data and their logs. */
  places: Places
  /** Whether plugins run in a jail, as far as that can be built here. Default: `true`. */
  jailed?: boolean
  /** The ports at which debuggers may attach, by plugin name; 0: any. Default: none. */
  inspect?: ReadonlyMap<string, number>
  deadlines?: Partial<Deadlines>
  /** Where it keeps what lasts; default: in memory. */
  records?: Records
  /** What a plugin holds: a version that takes over has to recognise it. Default: nothing. */
  held?(plugin: string): readonly HeldClaim[]
  /** What plugins can ask for beside what the plugin host itself serves. Default: nothing. */
  handlers?: Handlers
  /** The configuration file, for messages. */
  configuration?: string
  /**
   * For those who write plugins: TypeScript is compiled, and it does not matter who owns a plugin's folder.
   * Default: `false`.
   */
  dev?: boolean
  /** What a plugin asks for counts as granted. Default: `false`. */
  grantAll?: boolean
}

/** For the journal. */
export interface PluginNote {
  type: string
  plugin: string
  message: string
  [detail: string]: unknown
}

export interface PluginHostListener {
  /** All providers there are, also those that cannot be asked at the moment. */
  providersChanged(providers: ProviderInfo[], why: string): void
  event(event: ProviderEvent): void
  note(note: PluginNote): void
  /** A line of a plugin's log, which is a file: for those who look on. */
  log(plugin: string, stream: LogStream, line: string): void
  /** A program that the host started for a plugin runs, or has ended. */
  child(child: ChildProgram & { plugin: string }): void
}

/**
 * Finds plugins, runs them, and puts questions to their providers. Nothing is told to the listener within a
 * call of these methods: it always comes in a later turn.
 */
export class PluginHost implements ProviderPort {
  readonly #options: PluginHostOptions
  readonly #folders: readonly SearchFolder[]
  readonly #deadlines: Deadlines
  readonly #records: Records
  readonly #listener: PluginHostListener
  readonly #logs: PluginLogs
  readonly #decisions: OperatorDecisions
  readonly #stored: StoredData
  readonly #removed: RemovedPlugins
  readonly #refusals = new RecentRefusals()
  readonly #entries: Entries
  readonly #doubts = new ConfigurationDoubts(({ plugin, ...fault }, isMended) => {
    const { field, found, expected, remedy } = fault
    const details = { file: this.#configurationFile, ...fault }
    if (isMended)
      this.#note('configuration-mended', plugin, `${field} is mended, which was ${found}`, details)
    else
      this.#note(
        'configuration-doubt',
        plugin,
        `${field}: found ${found}; expected ${expected}. ${remedy}`,
        details,
      )
  })
  readonly #types = new TypeOwners((plugin, taken) => {
    const { type, owner } = taken
    const message = `connection type ${type} belongs to ${owner}: ${plugin} is not given its connections`
    this.#note('connection-type-taken', plugin, message, { ...taken })
  })
  /** Set by `start`. */
  #maker!: PluginMaker
  #catalogue!: Catalogue
  #services: Pick<OwnHandlers, 'forget' | 'close'> = { forget() {}, close: async () => {} }
  #watcher: Watcher | null = null
  #kept: KeptFolders | null = null
  #pins: ReadonlyMap<string, string> = new Map()
  /** By full id. */
  #byProvider = new Map<string, Plugin>()
  readonly #retiring = new Set<Promise<void>>()
  readonly #looks = new Set<Promise<void>>()
  #taking: Promise<void> = Promise.resolve()
  #unreadable: readonly UnreadableFolder[] = []
  #removal: NodeJS.Timeout | null = null
  #configured: readonly ConfiguredConnection[] = []
  #configuration: OperatorConfiguration | null = null
  #told = false
  #stopped = false

  constructor(options: PluginHostOptions, listener: PluginHostListener) {
    const { folders, deadlines, places, records = volatileRecords() } = options
    this.#options = options
    this.#folders = folders.map(({ path, bundled }) => ({ path: resolve(path), bundled }))
    this.#deadlines = { ...defaultDeadlines, ...deadlines }
    this.#records = records
    this.#listener = listener
    this.#logs = new PluginLogs(places, {
      line: (plugin, stream, text) => listener.log(plugin, stream, text),
      unwritable: (plugin, message) => this.#note('plugin-log-unwritable', plugin, message),
    })
    this.#stored = new StoredData(records, places)
    this.#removed = new RemovedPlugins({
      stored: this.#stored,
      marks: new RemovalMarks(places.removed),
      trustsAll: options.grantAll ?? false,
      forget: (name, keepsData) => this.#forget(name, keepsData),
      note: (type, plugin, message) => this.#note(type, plugin, message),
    })
    // Before anything reads what is stored, and before any plugin runs.
    this.#removed.finishAll()
    this.#decisions = new OperatorDecisions({
      records,
      configuration: this.#configurationFile,
      at: () => new Date().toISOString(),
      note: (type, plugin, message, details) => this.#note(type, plugin, message, details),
    })
    this.#entries = new Entries({
      removalMs: this.#deadlines.removalMs,
      make: (found) => this.#make(found),
      touchedAt: (folder) => this.#watcher?.touchedAt(folder) ?? null,
      note: (type, plugin, message, details) => this.#note(type, plugin, message, details),
      isRemoved: (name) => this.#removed.has(name),
      missing: (ms) => this.#lookAgain(ms),
    })
  }

  /** Looks for plugins, and goes on looking. When it resolves, what there is was told. */
  async start(): Promise<void> {
    const { hostVersion, dev = false } = this.#options
    this.#maker = await this.#openMaker()
    const { stage } = this.#maker
    this.#catalogue = new Catalogue({ folders: this.#folders, hostVersion, stage, dev })
    this.#catalogue.setPins(this.#pins)
    this.#watcher = new Watcher(
      this.#folders.map(({ path }) => path),
      {
        touched: (folder) => this.#touched(folder),
        look: (folder) => this.#look(this.#catalogue.look(folder)),
        scan: (thorough) => this.#look(this.#catalogue.scan(thorough)),
        problem: (message) => this.#note('plugin-folder-problem', '', message),
      },
    )
    await this.#take(await this.#catalogue.scan())
    void this.#sweep()
    await this.#watcher.start()
    await this.#keepFolders()
  }

  /** What the operator configured. What the plugins do not understand of it is told, see `configurationDoubts`. */
  setConfiguration(configuration: OperatorConfiguration): void {
    this.#configuration = configuration
    this.setConnections(configuration.connections)
    this.#lookForDoubts()
    this.setDisabled(new Set(configuration.plugins.disabled))
    this.setPins(new Map(Object.entries(configuration.plugins.pinned)))
  }

  /** What is wrong in the configuration that is in force, as the plugins see it. */
  configurationDoubts(): Fault[] {
    return this.#doubts.current.map(({ plugin: _, ...fault }) => ({
      file: this.#configurationFile,
      ...fault,
    }))
  }

  /** By plugin name: the content hash that a plugin must have, `sha256:…` or the digits alone. */
  setPins(pins: ReadonlyMap<string, string>): void {
    this.#pins = new Map(pins)
    if (!this.#told) return
    this.#catalogue.setPins(this.#pins)
    for (const plugin of this.#entries.plugins) this.#consider(plugin)
    void this.#look(this.#catalogue.scan(false))
  }

  /** By plugin name, as the configuration has them. Disabling ends the plugin's process. */
  setDisabled(names: ReadonlySet<string>): void {
    this.#decisions.setDisabledByFile(names)
    queueMicrotask(() => this.#applyDisabled())
  }

  /** All configured connections; each plugin is given those of the types that it owns. */
  setConnections(configured: readonly ConfiguredConnection[]): void {
    this.#configured = configured
    this.#configure()
  }

  ask(questions: readonly Question[]): void {
    const lists = new Map<Plugin, Question[]>()
    for (const question of questions) {
      const plugin = this.#byProvider.get(question.provider)
      const list = plugin && lists.get(plugin)
      if (list) list.push(question)
      else if (plugin) lists.set(plugin, [question])
      else queueMicrotask(() => this.#answerForNobody(question))
    }
    for (const [plugin, list] of lists) plugin.ask(list)
  }

  cancel(ids: readonly number[]): void {
    for (const plugin of this.#entries.plugins) plugin.cancel(ids)
  }

  claimed(provider: string, now: ClaimStands): void {
    const plugin = this.#byProvider.get(provider)
    plugin?.claimed({ provider: provider.slice(plugin.name.length + 1), ...now })
  }

  released(provider: string, was: Released): void {
    const plugin = this.#byProvider.get(provider)
    if (!plugin) return
    const localId = provider.slice(plugin.name.length + 1)
    plugin.released({ provider: localId, ...was })
  }

  pluginRows(): PluginRow[] {
    return this.#entries.all.map((entry) => pluginRow(entry, this.#maker, this.#types))
  }

  /** Folders in which plugins would be, and that cannot be read. */
  unreadableFolders(): UnreadableFolder[] {
    return [...this.#unreadable]
  }

  providerRows(): ProviderRow[] {
    return this.#entries.plugins.flatMap(providerRows)
  }

  /** @throws a `ClaimdError`, code `PLUGIN_NOT_FOUND` */
  detail(name: string): PluginDetail {
    const { places } = this.#options
    const known = { decisions: this.#decisions, refusals: this.#refusals, places }
    return detailOf(this.#entries.find(name), this.#maker, this.#types, known)
  }

  /** @throws a `ClaimdError`, code `PLUGIN_NOT_FOUND` */
  async log(name: string, lines: number, since: string | null): Promise<PluginLogDocument> {
    this.#entries.find(name)
    const log = this.#options.places.logOf(name)
    return { plugin: name, log, ...(await this.#logs.read(name, lines, since)) }
  }

  /** @throws a `ClaimdError`: `PLUGIN_NOT_FOUND`, `PLUGIN_CHANGED`, `PLUGIN_REJECTED` or `STORE_DEGRADED` */
  trust(name: string, build: string, who: string): PluginDecisionDocument {
    const { found, plugin } = this.#entries.find(name)
    const permissions = found.accepted?.permissions ?? null
    const wantsData = this.#maker.keptData(found) !== null
    const document = this.#decisions.trust({ ...found, permissions }, build, who, wantsData)
    this.#stored.handOver(name)
    this.#consider(plugin)
    return document
  }

  /** @throws a `ClaimdError`: `PLUGIN_NOT_FOUND` or `STORE_DEGRADED` */
  untrust(name: string, who: string): PluginDecisionDocument {
    // Also of one that is gone: its name may come back.
    const known = this.#entries.plugins.find((plugin) => plugin.name === name) ?? null
    const plugin = this.#decisions.trustOf(name) === null ? this.#entries.find(name).plugin : known
    const document = this.#decisions.untrust(name, who)
    this.#consider(plugin)
    return document
  }

  /**
   * Enabling also gives builds that failed another chance.
   * @param before is done when that is decided, and the plugin changes nothing any more, before it loses what it holds
   * @throws a `ClaimdError`: `PLUGIN_NOT_FOUND`, `PLUGIN_DISABLED_BY_FILE` or `STORE_DEGRADED`
   */
  async setEnabled(
    name: string,
    enabled: boolean,
    who: string,
    reason: string | null,
    before: () => Promise<unknown> = async () => {},
  ): Promise<PluginDecisionDocument> {
    const { plugin } = this.#entries.find(name)
    const document = this.#decisions.setEnabled(name, enabled, who, reason)
    if (enabled) this.#liftQuarantine(name, who)
    try {
      await before()
    } finally {
      this.#applyDisabled()
      this.#consider(plugin)
    }
    return document
  }

  /**
   * Looks at its folder now, and gives builds that failed another chance.
   * @throws a `ClaimdError`: `PLUGIN_NOT_FOUND` or `STORE_DEGRADED`
   */
  async reload(name: string, who: string): Promise<PluginDecisionDocument> {
    const { plugin } = this.#entries.find(name)
    const lifted = this.#liftQuarantine(name, who)
    await this.#look(this.#catalogue.scan())
    this.#consider(plugin)
    // What became of it then, not before.
    await new Promise<void>(queueMicrotask)
    const { version, build, state, because } = pluginRow(this.#entries.find(name), this.#maker, this.#types)
    const what = `${version ?? ''} (build ${build?.slice(0, 12) ?? 'unknown'})`.trim()
    const tried = { idle: ' as soon as it is asked', starting: ' now', running: ' now' }[state as string]
    const outcome =
      lifted && tried
        ? `failed before and is tried again${tried}; what becomes of it: claimd plugins ${name}`
        : `is ${state}${because && `, ${because}`}${lifted ? '; builds that failed may be tried again' : ''}`
    const message = `its folder was looked at: ${name} ${what} ${outcome}`
    return { result: 'SUCCESS', plugin: name, message }
  }

  /**
   * Removes what a plugin stored that an operator has removed, or keeps it for the same build; see `RemovalMarks`.
   * Resolves when the plugin's processes have ended and the data is gone.
   * @throws a `ClaimdError`, code `STORE_DEGRADED`
   */
  async forget(name: string, who: string): Promise<PluginDecisionDocument> {
    const removal = this.#removed.find(name)
    if (removal) {
      await this.#look(this.#catalogue.scan())
      await Promise.all(this.#retiring)
      if (this.#removed.has(name)) this.#removed.finish(removal)
    }
    // The end of its process may have led to it before.
    const outcome = this.#removed.takeOutcome(name)
    if (outcome === null) return { result: 'SUCCESS', plugin: name, message: `${name} was not removed` }
    const message = {
      kept: `what ${name} stored is kept for the same build`,
      removed: `what ${name} stored is removed`,
      'nothing stored': `${name} had stored nothing`,
    }[outcome]
    const type = outcome === 'kept' ? 'plugin-data-kept' : 'plugin-data-removed'
    this.#note(type, name, `${message}, by ${who}`, { who })
    return { result: 'SUCCESS', plugin: name, message }
  }

  /** Lets every plugin deactivate, within its deadline, and ends it. Nothing is left running then. */
  async stop(): Promise<void> {
    this.#stopped = true
    if (this.#removal) clearTimeout(this.#removal)
    await this.#watcher?.close()
    await this.#kept?.close()
    await this.#doubts.close()
    await Promise.all(this.#looks)
    for (const plugin of this.#entries.plugins) this.#retire(plugin, 'the host is stopping')
    await Promise.all(this.#retiring)
    await this.#services.close()
    await this.#logs.settled()
    this.#maker?.close()
  }

  /** The folders that plugins are started from, write to and are logged in are made again when somebody removes them. */
  async #keepFolders(): Promise<void> {
    const { stage, data, logs } = this.#options.places
    await mkdir(data, { recursive: true, mode: 0o711 })
    await mkdir(logs, { recursive: true, mode: 0o700 })
    this.#kept = new KeptFolders([...Stage.foldersOf(stage), data, logs], {
      make: async (missing) => {
        await mkdir(logs, { recursive: true, mode: 0o700 })
        await mkdir(data, { recursive: true, mode: 0o711 })
        if (missing.every((folder) => folder === logs)) return
        await this.#maker.restore()
        await this.#look(this.#catalogue.copyAgain())
      },
      told: (missing, error) => {
        const [which, are, them] = missing.length === 1 ? ['folder', 'is', 'it'] : ['folders', 'are', 'them']
        const names = missing.join(', ')
        const removed = `the ${which} ${names} ${missing.length === 1 ? 'was' : 'were'} removed`
        if (error)
          this.#note(
            'state-folder-missing',
            '',
            `${removed}, and claimd cannot make ${them} again: ${error.message}`,
          )
        else this.#note('state-folder-restored', '', `${removed}, and ${are} there again`)
      },
    })
    await this.#kept.ready()
  }

  #openMaker(): Promise<PluginMaker> {
    const { places, jailed = true, dev = false, grantAll = false, inspect = new Map() } = this.#options
    const { held = () => [], handlers } = this.#options
    const own = ownHandlers(this.#records)
    this.#services = own
    return PluginMaker.open({
      places,
      jailed,
      dev,
      grantAll,
      inspect,
      held,
      deadlines: this.#deadlines,
      records: this.#records,
      services: new Services({ ...own.handlers, ...handlers }),
      logs: this.#logs,
      decisions: this.#decisions,
      stored: this.#stored,
      isRemoved: (plugin) => this.#removed.has(plugin),
      pinned: (plugin) => this.#pins.get(plugin) ?? null,
      child: (child) => this.#listener.child(child),
    })
  }

  async #look(scan: Promise<Scan>): Promise<void> {
    const look = scan.then((found) => this.#take(found))
    this.#looks.add(look)
    await look.finally(() => this.#looks.delete(look))
    // Else the last of them does.
    if (this.#looks.size === 0) void this.#sweep()
  }

  /** One look after the other: of plugins that are new, the last good version is fetched before. */
  #take(scan: Scan): Promise<void> {
    this.#taking = this.#taking.then(async () => {
      const known = new Set(this.#entries.plugins.map(({ name }) => name))
      const others = scan.plugins.filter(({ name }) => !known.has(name))
      try {
        if (others.length > 0) await this.#maker.recall(others, (build) => this.#catalogue.copyOf(build))
        this.#found(scan)
      } catch (error) {
        // Such as that nothing can be stored: one plugin must not end the host, and with it all others.
        const message = `claimd could not use the plugins that it found, and tries again: ${(error as Error).message}`
        this.#note('plugin-folder-problem', '', message)
        this.#lookAgain(rescanMs.afterFailure)
      }
    })
    return this.#taking
  }

  #lookAgain(ms: number): void {
    this.#removal ??= setTimeout(() => {
      this.#removal = null
      void this.#look(this.#catalogue.scan())
    }, ms + 1)
  }

  #touched(folder: string): void {
    this.#entries.all.find(({ found }) => found.folder === folder)?.plugin?.touched()
  }

  /** Makes what runs follow what was found. */
  #found(scan: Scan): void {
    if (this.#stopped) return
    if (!this.#removed.handOver(scan.plugins)) this.#lookAgain(rescanMs.afterFailure)
    const known = new Set(this.#unreadable.map(inWords))
    for (const problem of scan.unreadable.map(inWords))
      if (!known.has(problem)) this.#note('plugin-folder-problem', '', problem)
    this.#unreadable = scan.unreadable
    const { why, made, gone } = this.#entries.take(scan.plugins)
    // Of a manifest that cannot be read the name is not known.
    if (!this.#told && scan.plugins.every(({ named }) => named)) {
      this.#removed.allGoneBut(new Set(scan.plugins.map(({ name }) => name)))
    }
    // The first time always: the core waits to hear that there is nobody, too.
    if (why !== '' || !this.#told) this.#tell(why)
    // Only now: the core knows that they cannot be asked before it hears of their last answers.
    for (const plugin of gone) {
      this.#removed.folderGone(plugin.name, plugin.current)
      this.#retire(plugin, 'the plugin was removed')
    }
    for (const plugin of made) this.#consider(plugin)
    for (const plugin of this.#entries.plugins) plugin.startIfWanted()
    this.#watcher?.follow(scan)
  }

  /** Removes the copies that nobody needs any more. */
  async #sweep(): Promise<void> {
    const used = () =>
      this.#stopped || this.#looks.size > 0
        ? null
        : { plugins: this.#entries.plugins, found: this.#catalogue.known }
    await this.#maker
      .sweep(used)
      .catch((error: Error) => this.#note('plugin-folder-problem', '', `copies stay: ${error.message}`))
  }

  #make(found: FoundPlugin): Plugin | null {
    const plugin = this.#maker.make(found, {
      event: (event) => this.#listener.event(event),
      availability: (why) => this.#tell(why),
      note: (type, message, details) => this.#note(type, found.name, message, details),
    })
    if (!plugin) return null
    plugin.setDisabled(this.#decisions.whyDisabled(found.name))
    return plugin
  }

  #configure(): void {
    for (const plugin of this.#entries.plugins) {
      plugin.configure(this.#configured.filter(({ type }) => this.#types.owns(plugin.name, type)))
    }
  }

  #applyDisabled(): void {
    if (this.#stopped) return
    const changed = this.#entries.plugins.filter(
      (plugin) => plugin.isDisabled !== (this.#decisions.whyDisabled(plugin.name) !== null),
    )
    for (const plugin of changed) plugin.setDisabled(this.#decisions.whyDisabled(plugin.name))
    if (changed.length === 0) return
    const words = changed.map(({ name, isDisabled }) => `${name} was ${isDisabled ? 'disabled' : 'enabled'}`)
    this.#tell(words.join('; '))
    for (const plugin of changed) plugin.act()
  }

  /** Of a plugin that was removed. With `keepsData`, only what operators decided about it. */
  #forget(name: string, keepsData: boolean): void {
    // The first are forgotten before the host is put together.
    this.#decisions?.forget(name)
    if (keepsData) return
    this.#maker?.forget(name)
    this.#services.forget(name)
  }

  #retire(plugin: Plugin, why: string): void {
    const gone = plugin
      .retire(why)
      .then(() => {
        if (this.#removed.has(plugin.name)) this.#removed.finishAll()
      })
      .finally(() => this.#retiring.delete(gone))
    this.#retiring.add(gone)
  }

  #tell(why: string): void {
    this.#told = true
    const { all, plugins } = this.#entries
    // Another plugin, or another version, may have other types.
    this.#types.update(all)
    this.#configure()
    this.#byProvider = new Map(
      plugins.flatMap((plugin) => plugin.current.providers.map(({ id }) => [id, plugin] as const)),
    )
    const providers = plugins.flatMap((plugin) =>
      plugin.current.providers.map(({ localId, label, ...info }) => ({
        ...info,
        connectionTypes: info.connectionTypes.filter((type) => this.#types.owns(plugin.name, type)),
        takenTypes: this.#types
          .takenFrom(plugin.current)
          .filter(({ type }) => info.connectionTypes.includes(type)),
        ...plugin.availability,
      })),
    )
    this.#listener.providersChanged(providers, why)
    this.#lookForDoubts()
  }

  #lookForDoubts(): void {
    // Before the first look at the folders every name would be unknown.
    if (!this.#told || this.#configuration === null) return
    this.#doubts.look({
      plugins: this.#entries.plugins.map(({ current }) => ({
        ...current,
        // What another plugin's schema says of a connection does not matter.
        settings: current.settings.map((one) => ({
          ...one,
          types: one.types.filter((type) => this.#types.owns(current.name, type)),
        })),
      })),
      names: this.#entries.all.map(({ found, plugin }) => plugin?.name ?? found.name),
      connections: this.#configured,
      configuration: this.#configuration,
    })
  }

  get #configurationFile(): string {
    return this.#options.configuration ?? 'the configuration file'
  }

  /** Something was decided about the plugin, or it is new. */
  #consider(plugin: Plugin | null): void {
    queueMicrotask(() => {
      if (!this.#stopped) plugin?.consider()
    })
  }

  #liftQuarantine(name: string, who: string): boolean {
    const lifted = this.#maker.quarantine.lift(name)
    if (lifted)
      this.#note('plugin-quarantine-lifted', name, `${who} lets builds of ${name} that failed be tried again`)
    return lifted
  }

  #answerForNobody(question: Question): void {
    const answer = unexpected(`there is no provider ${question.provider}`)
    this.#listener.event({ type: 'answer', question, answer, ms: 0 })
  }

  #note(type: string, plugin: string, message: string, details: Record<string, unknown> = {}): void {
    if (type === 'permission-refused') this.#refusals.add(plugin, { at: new Date().toISOString(), message })
    this.#listener.note({ ...details, type, plugin, message })
  }
}

function inWords({ path, because }: UnreadableFolder): string {
  return `${path}: ${because}`
}
