import type { ChildProcess } from 'node:child_process'
import { realpathSync } from 'node:fs'
import { resolve } from 'node:path'
import type {
  ConfiguredConnection,
  Fault,
  Permissions,
  PluginDecisionDocument,
  PluginDetail,
  PluginLogDocument,
  PluginRow,
  PluginWall,
  ProviderRow,
  Released,
} from '@claimd/sdk'
import type { ProviderEvent, ProviderPort, Question } from '../core/claims/ports.js'
import type { ProviderInfo } from '../core/claims/provider-info.js'
import { nearest } from '../core/documents/nearest.js'
import type { Records } from '../core/engine/store-port.js'
import { claimdError } from '../core/errors.js'
import { covers } from '../core/permissions/covers.js'
import { ConfigurationDoubts } from './configuration-doubts.js'
import type { SearchFolder } from './discovery/candidates.js'
import { Catalogue, type Scan } from './discovery/catalogue.js'
import type { AcceptedPlugin, FoundPlugin } from './discovery/found-plugin.js'
import { Watcher } from './discovery/watcher.js'
import { Jail } from './jail/jail.js'
import { type Deadlines, defaultDeadlines } from './limits.js'
import { LogLines, type LogStream } from './log-lines.js'
import { readLog } from './log-reading.js'
import { PluginLogs } from './logs/plugin-logs.js'
import { OperatorDecisions } from './operator-decisions.js'
import type { Places } from './places.js'
import { Plugin, type Refusal } from './plugin.js'
import { pluginDetail } from './plugin-detail.js'
import { unexpected } from './process/wire-checks.js'
import { RecentRefusals } from './recent-refusals.js'
import { LastGood } from './reload/last-good.js'
import type { HeldClaim } from './reload/trial.js'
import type { ChildProgram } from './services/caller.js'
import { Callers } from './services/callers.js'
import { ownHandlers } from './services/own-handlers.js'
import { type Handlers, Services } from './services/services.js'
import { Stage } from './staging/stage.js'
import { Quarantine } from './supervision/quarantine.js'
import { volatileRecords } from './supervision/volatile-records.js'

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
  readonly #folders: readonly SearchFolder[]
  readonly #deadlines: Deadlines
  readonly #listener: PluginHostListener
  readonly #options: PluginHostOptions
  readonly #held: (plugin: string) => readonly HeldClaim[]
  readonly #records: Records
  readonly #logs: PluginLogs
  readonly #callers: Callers
  #runs: { jail: Jail; stage: Stage; runner: string } | null = null
  #catalogue: Catalogue | null = null
  #pins: ReadonlyMap<string, string> = new Map()
  readonly #decisions: OperatorDecisions
  readonly #quarantine: Quarantine
  readonly #lastGood: LastGood
  readonly #refusals = new RecentRefusals()
  /** In the order of the search path. */
  #entries: Entry[] = []
  /** By full id. */
  #byProvider = new Map<string, Plugin>()
  readonly #retiring = new Set<Promise<void>>()
  #watcher: Watcher | null = null
  #problems: readonly string[] = []
  readonly #looks = new Set<Promise<void>>()
  #removal: NodeJS.Timeout | null = null
  #configured: readonly ConfiguredConnection[] = []
  readonly #doubts = new ConfigurationDoubts((plugin, message, details) =>
    this.#note('configuration-doubt', plugin, message, details),
  )
  #told = false
  #stopped = false

  constructor(options: PluginHostOptions, listener: PluginHostListener) {
    const { folders, deadlines, places, records = volatileRecords() } = options
    this.#options = options
    this.#records = records
    this.#folders = folders.map(({ path, bundled }) => ({ path: resolve(path), bundled }))
    this.#deadlines = { ...defaultDeadlines, ...deadlines }
    this.#listener = listener
    this.#held = options.held ?? (() => [])
    this.#logs = new PluginLogs(places, {
      line: (plugin, stream, text) => listener.log(plugin, stream, text),
      unwritable: (plugin, message) => this.#note('plugin-log-unwritable', plugin, message),
    })
    this.#callers = new Callers(new Services({ ...ownHandlers(), ...options.handlers }), {
      data: (plugin) => this.#dataOf(plugin),
      user: (plugin) => this.#runs!.jail.userOf(plugin),
      held: this.#held,
    })
    this.#quarantine = new Quarantine(records)
    this.#lastGood = new LastGood(records)
    this.#decisions = new OperatorDecisions({
      records,
      configuration: options.configuration ?? 'the configuration file',
      at: () => new Date().toISOString(),
      note: (type, plugin, message, details) => this.#note(type, plugin, message, details),
    })
  }

  /** Looks for plugins, and goes on looking. When it resolves, what there is was told. */
  async start(): Promise<void> {
    const { hostVersion, places, dev = false, jailed = true } = this.#options
    const { stage: folder, data } = places
    const jail = jailed
      ? await Jail.open({ stage: folder, data, records: this.#records })
      : Jail.withoutWalls()
    const stage = await Stage.open(folder, { dev, groupOf: (plugin) => jail.userOf(plugin)?.gid ?? null })
    this.#runs = { jail, stage, runner: await stage.runner() }
    this.#catalogue = new Catalogue({ folders: this.#folders, hostVersion, stage, dev })
    this.#catalogue.setPins(this.#pins)
    this.#watcher = new Watcher(
      this.#folders.map(({ path }) => path),
      {
        touched: (folder) => this.#touched(folder),
        look: (folder) => this.#look(this.#catalogue!.look(folder)),
        scan: (thorough) => this.#look(this.#catalogue!.scan(thorough)),
        problem: (message) => this.#note('plugin-folder-problem', '', message),
      },
    )
    await this.#look(this.#catalogue.scan())
    await this.#watcher.start()
  }

  /** By plugin name: the content hash that a plugin must have, `sha256:…` or the digits alone. */
  setPins(pins: ReadonlyMap<string, string>): void {
    this.#pins = new Map(pins)
    this.#catalogue?.setPins(this.#pins)
    if (this.#told) void this.#look(this.#catalogue!.scan(false))
  }

  /** By plugin name, as the configuration has them. Disabling ends the plugin's process. */
  setDisabled(names: ReadonlySet<string>): void {
    this.#decisions.setDisabledByFile(names)
    queueMicrotask(() => this.#applyDisabled())
  }

  /** All configured connections; each plugin is given those of its types. */
  setConnections(configured: readonly ConfiguredConnection[]): void {
    this.#configured = configured
    for (const plugin of this.#plugins()) this.#configure(plugin)
    this.#lookForDoubts()
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
    for (const plugin of this.#plugins()) plugin.cancel(ids)
  }

  released(provider: string, was: Released): void {
    const plugin = this.#byProvider.get(provider)
    if (!plugin) return
    const localId = provider.slice(plugin.name.length + 1)
    plugin.released({ provider: localId, ...was })
  }

  pluginRows(): PluginRow[] {
    return this.#entries.map((entry) => this.#row(entry))
  }

  #row({ found, plugin }: Entry): PluginRow {
    const { folder, bundled, faults } = found
    const running = plugin?.row ?? { state: 'rejected', because: firstOf(faults), restarts: 0, pid: null }
    const { name, version, build, providers } = plugin?.current ?? { ...found, providers: [] }
    return {
      name,
      version,
      build,
      folder,
      bundled,
      ...running,
      providers: providers.map(({ id }) => id),
      wallsMissing: this.#walls(found).flatMap(({ wall, stands }) => (stands ? [] : [wall])),
      faults: [...faults],
    }
  }

  providerRows(): ProviderRow[] {
    return this.#plugins().flatMap((plugin) => {
      const { state, because, restarts } = plugin.row
      return plugin.current.providers.map(({ id, plugin, version, label, band, priority }) => {
        return { id, plugin, version, label, band, priority, state, because, restarts, holds: 0 }
      })
    })
  }

  /** @throws a `ClaimdError`, code `PLUGIN_NOT_FOUND` */
  detail(name: string): PluginDetail {
    const entry = this.#find(name)
    const { found, plugin } = entry
    const row = this.#row(entry)
    return pluginDetail(
      {
        row,
        ...(plugin?.versions ?? { active: null, candidate: null, lastGood: null }),
        asked: found.accepted?.permissions ?? null,
        granted: this.#granted(found),
        trust: this.#decisions.trustOf(name),
        walls: this.#walls(found),
        user: row.pid === null ? null : (this.#runs?.jail.userOf(name) ?? null),
        refusals: this.#refusals.of(name),
      },
      this.#options.places,
    )
  }

  /** @throws a `ClaimdError`, code `PLUGIN_NOT_FOUND` */
  async log(name: string, lines: number, since: string | null): Promise<PluginLogDocument> {
    this.#find(name)
    const log = this.#options.places.logOf(name)
    return { plugin: name, log, ...(await readLog(log, lines, since)) }
  }

  /** @throws a `ClaimdError`: `PLUGIN_NOT_FOUND`, `PLUGIN_CHANGED`, `PLUGIN_REJECTED` or `STORE_DEGRADED` */
  trust(name: string, build: string, who: string): PluginDecisionDocument {
    const { found, plugin } = this.#find(name)
    const permissions = found.accepted?.permissions ?? null
    const document = this.#decisions.trust({ ...found, permissions }, build, who)
    this.#consider(plugin)
    return document
  }

  /** @throws a `ClaimdError`: `PLUGIN_NOT_FOUND` or `STORE_DEGRADED` */
  untrust(name: string, who: string): PluginDecisionDocument {
    // Also of one that is gone: its name may come back.
    const plugin = this.#decisions.trustOf(name) === null ? this.#find(name).plugin : this.#known(name)
    const document = this.#decisions.untrust(name, who)
    this.#consider(plugin)
    return document
  }

  /**
   * Enabling also gives builds that failed another chance.
   * @throws a `ClaimdError`: `PLUGIN_NOT_FOUND`, `PLUGIN_DISABLED_BY_FILE` or `STORE_DEGRADED`
   */
  setEnabled(name: string, enabled: boolean, who: string, reason: string | null): PluginDecisionDocument {
    const { plugin } = this.#find(name)
    const document = this.#decisions.setEnabled(name, enabled, who, reason)
    if (enabled) this.#liftQuarantine(name, who)
    queueMicrotask(() => this.#applyDisabled())
    this.#consider(plugin)
    return document
  }

  /**
   * Looks at its folder now, and gives builds that failed another chance.
   * @throws a `ClaimdError`: `PLUGIN_NOT_FOUND` or `STORE_DEGRADED`
   */
  async reload(name: string, who: string): Promise<PluginDecisionDocument> {
    const { plugin } = this.#find(name)
    const lifted = this.#liftQuarantine(name, who)
    await this.#look(this.#catalogue!.scan())
    this.#consider(plugin)
    const message = `its folder was looked at${lifted ? '; builds that failed may be tried again' : ''}`
    return { result: 'SUCCESS', plugin: name, message }
  }

  /** Lets every plugin deactivate, within its deadline, and ends it. Nothing is left running then. */
  async stop(): Promise<void> {
    this.#stopped = true
    if (this.#removal) clearTimeout(this.#removal)
    await this.#watcher?.close()
    await this.#doubts.close()
    await Promise.all(this.#looks)
    for (const plugin of this.#plugins()) this.#retire(plugin, 'the host is stopping')
    await Promise.all(this.#retiring)
    await this.#logs.settled()
    this.#runs?.jail.close()
  }

  /** The last lines of a plugin's log, oldest first; none when there is no such log. */
  readLog(plugin: string, lines: number): Promise<string[]> {
    return this.#logs.read(plugin, lines)
  }

  async #look(scan: Promise<Scan>): Promise<void> {
    const look = scan.then((found) => this.#found(found))
    this.#looks.add(look)
    await look.finally(() => this.#looks.delete(look))
  }

  #found(scan: Scan): void {
    if (this.#stopped) return
    const { plugins, problems } = scan
    for (const problem of problems) {
      if (!this.#problems.includes(problem)) this.#note('plugin-folder-problem', '', problem)
    }
    this.#problems = problems
    this.#take(plugins)
    this.#watcher?.follow(scan)
  }

  #touched(folder: string): void {
    this.#entries.find(({ found }) => found.folder === folder)?.plugin?.touched()
  }

  /** Makes what runs follow what was found. */
  #take(found: readonly FoundPlugin[]): void {
    const before = new Map(this.#entries.map((entry) => [entry.found.folder, entry]))
    const plugins = new Map(this.#plugins().map((plugin) => [plugin.name, plugin]))
    const changes: string[] = []
    const entries = found.map((now): Entry => {
      const entry = before.get(now.folder)
      const plugin = this.#pluginFor(now, entry, plugins)
      if (!entry || !isSame(entry.found, now)) changes.push(this.#announce(now, entry ? 'changed' : 'added'))
      return { found: now, plugin, missingSince: null }
    })
    entries.push(...this.#missing(entries))
    const kept = new Set(entries.map(({ plugin }) => plugin))
    const retired = this.#plugins().filter((plugin) => !kept.has(plugin))
    for (const plugin of retired) changes.push(`${plugin.name} was removed`)
    this.#entries = entries
    // The first time always: the core waits to hear that there is nobody, too.
    if (changes.length > 0 || !this.#told) this.#tell(changes.join('; '))
    // Only now: the core knows that they cannot be asked before it hears of their last answers.
    for (const plugin of retired) this.#retire(plugin, 'the plugin was removed')
    for (const plugin of this.#plugins()) plugin.startIfWanted()
  }

  /** The plugin that a folder stands for, wherever it was before. @param plugins by name; what is taken is deleted */
  #pluginFor(now: FoundPlugin, entry: Entry | undefined, plugins: Map<string, Plugin>): Plugin | null {
    const known = plugins.get(now.name)
    if (now.accepted) {
      plugins.delete(now.name)
      if (!known) return this.#make(now.accepted, now.bundled)
      known.take(now.accepted, this.#watcher?.touchedAt(now.folder) ?? null)
      return known
    }
    // What runs goes on while its manifest cannot be read, or is faulty; unless the folder is another plugin's now.
    const stays = entry?.plugin ?? null
    if (stays === null || plugins.get(stays.name) !== stays || (now.named && now.name !== stays.name))
      return null
    plugins.delete(stays.name)
    stays.reject(firstOf(now.faults))
    return stays
  }

  /** Plugins whose folder is gone, for no longer than it may be: a build or a checkout does that. */
  #missing(entries: readonly Entry[]): Entry[] {
    const now = performance.now()
    const found = new Set(entries.map(({ found }) => found.folder))
    const taken = new Set(entries.map(({ plugin }) => plugin))
    const missing = this.#entries
      .filter((entry) => !found.has(entry.found.folder) && entry.plugin && !taken.has(entry.plugin))
      .map((entry) => ({ ...entry, missingSince: entry.missingSince ?? now }))
    const { removalMs } = this.#deadlines
    const [gone, away] = [
      missing.filter(({ missingSince }) => now - missingSince >= removalMs),
      missing.filter(({ missingSince }) => now - missingSince < removalMs),
    ]
    for (const { found } of gone)
      this.#note('plugin-removed', found.name, `${found.folder} is gone`, { folder: found.folder })
    if (away.length > 0 && this.#removal === null) {
      this.#removal = setTimeout(() => {
        this.#removal = null
        void this.#look(this.#catalogue!.scan())
      }, removalMs + 1)
    }
    return away
  }

  #announce({ name, version, folder, build, accepted, faults }: FoundPlugin, what: 'added' | 'changed') {
    const title = `${name} ${version ?? ''}`.trim()
    if (accepted) this.#note(`plugin-${what}`, name, `${title} in ${folder}`, { version, folder, build })
    else this.#note('plugin-rejected', name, `${title} in ${folder}: ${firstOf(faults)}`, { folder, faults })
    return `${name} was ${accepted ? what : 'rejected'}`
  }

  #make(accepted: AcceptedPlugin, bundled: boolean): Plugin {
    const { name } = accepted
    const note = (type: string, message: string, details?: Record<string, unknown>) =>
      this.#note(type, name, message, details)
    const child = (child: ChildProgram) => this.#listener.child({ plugin: name, ...child })
    const plugin = new Plugin(
      accepted,
      null,
      this.#lastGood.buildOf(name) === accepted.build,
      {
        deadlines: this.#deadlines,
        log: new LogLines(
          (line, stream) => this.#logs.write(name, stream, line),
          (lines) => this.#logs.write(name, 'channel', `${lines} lines were over the log's budget`),
        ),
        launch: (version) => this.#launch(version),
        data: () => this.#dataOf(name),
        serve: (instance, isCurrent, method, params) =>
          this.#callers.serve(instance, isCurrent, { note, child }, method, params),
        held: () => this.#held(name),
        refusal: (version) => this.#refusal(version, bundled),
        quarantine: (build, reason) => this.#keep(() => this.#quarantine.add(name, build, reason)),
        good: (build) => this.#keep(() => this.#lastGood.set(name, build)),
      },
      {
        event: (event) => this.#listener.event(event),
        availability: (why) => this.#tell(why),
        note,
      },
    )
    this.#configure(plugin)
    plugin.setDisabled(this.#decisions.whyDisabled(name))
    return plugin
  }

  #refusal({ name, build, permissions }: AcceptedPlugin, bundled: boolean): Refusal | null {
    const reason = this.#quarantine.reasonOf(build)
    if (reason !== null) return { state: 'quarantined', why: `this build failed: ${reason}` }
    if (bundled || this.#options.grantAll) return null
    const missing = covers(this.#decisions.trustOf(name)?.permissions ?? {}, permissions)
    if (missing.length === 0) return null
    const asked = missing.map(({ asked }) => asked).join('; ')
    return { state: 'untrusted', why: `nobody has granted what it asks for: ${asked}` }
  }

  #launch({ name, permissions }: AcceptedPlugin): ChildProcess {
    const { jail, runner } = this.#runs!
    const { places, dev = false, inspect } = this.#options
    return jail.launch({
      plugin: name,
      runner,
      readable: [places.stagedPlugin(name)],
      data: places.dataOf(name),
      network: permissions.network ?? false,
      inspect: inspect?.get(name) ?? null,
      sourceMaps: dev,
    })
  }

  /** The data folder as its processes see it, which are let into no links. */
  #dataOf(plugin: string): string {
    const folder = this.#options.places.dataOf(plugin)
    try {
      return realpathSync(folder)
    } catch {
      // Made when it is launched; somebody took it away since.
      return folder
    }
  }

  /** Keeps what is only of use after the host was started again. */
  #keep(work: () => void): void {
    try {
      work()
    } catch (error) {
      this.#note(
        'plugin-record-lost',
        '',
        `what became of a plugin could not be kept: ${(error as Error).message}`,
      )
    }
  }

  #configure(plugin: Plugin): void {
    const types = new Set(plugin.current.providers.flatMap(({ connectionTypes }) => connectionTypes))
    plugin.configure(this.#configured.filter(({ type }) => types.has(type)))
  }

  #applyDisabled(): void {
    if (this.#stopped) return
    const changed = this.#plugins().filter(
      (plugin) => plugin.isDisabled !== (this.#decisions.whyDisabled(plugin.name) !== null),
    )
    for (const plugin of changed) plugin.setDisabled(this.#decisions.whyDisabled(plugin.name))
    if (changed.length === 0) return
    const words = changed.map(({ name, isDisabled }) => `${name} was ${isDisabled ? 'disabled' : 'enabled'}`)
    this.#tell(words.join('; '))
    for (const plugin of changed) plugin.act()
  }

  #retire(plugin: Plugin, why: string): void {
    const gone = plugin.retire(why).finally(() => this.#retiring.delete(gone))
    this.#retiring.add(gone)
  }

  #tell(why: string): void {
    this.#told = true
    this.#byProvider = new Map(
      this.#plugins().flatMap((plugin) => plugin.current.providers.map(({ id }) => [id, plugin] as const)),
    )
    const providers = this.#plugins().flatMap((plugin) =>
      plugin.current.providers.map(({ localId, label, ...info }) => ({ ...info, ...plugin.availability })),
    )
    this.#listener.providersChanged(providers, why)
    this.#lookForDoubts()
  }

  #lookForDoubts(): void {
    const versions = this.#plugins().map(({ current }) => current)
    this.#doubts.look(versions, this.#configured)
  }

  /** @throws a `ClaimdError`, code `PLUGIN_NOT_FOUND` */
  #find(name: string): Entry {
    const isIt = ({ found, plugin }: Entry) => (plugin?.name ?? found.name) === name
    const entry = this.#entries.find((one) => isIt(one) && one.plugin) ?? this.#entries.find(isIt)
    if (entry) return entry
    const names = this.#entries.map(({ found, plugin }) => plugin?.name ?? found.name)
    const meant = nearest(name, names)
    throw claimdError('PLUGIN_NOT_FOUND', {
      message: `there is no plugin ${name}`,
      found: name,
      expected: `one of: ${names.join(', ') || 'none is there'}`,
      remedy: meant ? `did you mean ${meant}? See them all: claimd plugins` : 'see them all: claimd plugins',
    })
  }

  /** What it may do, whoever granted it. */
  #granted({ name, bundled, accepted }: FoundPlugin): Permissions {
    const trusted = bundled || this.#options.grantAll
    return (trusted ? accepted?.permissions : this.#decisions.trustOf(name)?.permissions) ?? {}
  }

  /** Those around its process, or around that which would run now. */
  #walls(found: FoundPlugin): PluginWall[] {
    const { network = false } = this.#granted(found)
    return (
      this.#runs?.jail.walls({ network: network && (found.accepted?.permissions.network ?? false) }) ?? []
    )
  }

  #known(name: string): Plugin | null {
    return this.#plugins().find((plugin) => plugin.name === name) ?? null
  }

  /** Something was decided about the plugin. */
  #consider(plugin: Plugin | null): void {
    queueMicrotask(() => {
      if (!this.#stopped) plugin?.consider()
    })
  }

  #liftQuarantine(name: string, who: string): boolean {
    const lifted = this.#quarantine.lift(name)
    if (lifted)
      this.#note('plugin-quarantine-lifted', name, `${who} lets builds of ${name} that failed be tried again`)
    return lifted
  }

  #answerForNobody(question: Question): void {
    const answer = unexpected(`there is no provider ${question.provider}`)
    this.#listener.event({ type: 'answer', question, answer, ms: 0 })
  }

  #plugins(): Plugin[] {
    return this.#entries.flatMap(({ plugin }) => plugin ?? [])
  }

  #note(type: string, plugin: string, message: string, details: Record<string, unknown> = {}): void {
    if (type === 'permission-refused') this.#refusals.add(plugin, { at: new Date().toISOString(), message })
    this.#listener.note({ ...details, type, plugin, message })
  }
}

interface Entry {
  found: FoundPlugin
  /** What runs of it; `null` while nothing of it was ever accepted. */
  plugin: Plugin | null
  /** Monotonic milliseconds; `null` while the folder is there. */
  missingSince: number | null
}

function isSame(a: FoundPlugin, b: FoundPlugin): boolean {
  const identity = ({ build, realFolder, bundled, faults }: FoundPlugin) =>
    JSON.stringify([build, realFolder, bundled, faults])
  return identity(a) === identity(b)
}

function firstOf(faults: readonly Fault[]): string {
  const { field, found, expected } = faults[0]!
  const place = field === '' ? '' : `${field}: `
  const others = faults.length > 1 ? ` (and ${faults.length - 1} more)` : ''
  return `${place}found ${found}, expected ${expected}${others}`
}
