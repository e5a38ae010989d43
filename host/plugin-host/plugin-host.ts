import { resolve } from 'node:path'
import type { ConfiguredConnection, Fault, PluginRow, ProviderRow, Released } from '@claimd/sdk'
import type { ProviderEvent, ProviderPort, Question } from '../core/claims/ports.js'
import type { ProviderInfo } from '../core/claims/provider-info.js'
import type { SearchFolder } from './discovery/candidates.js'
import { Catalogue } from './discovery/catalogue.js'
import type { AcceptedPlugin, FoundPlugin } from './discovery/found-plugin.js'
import { Watcher } from './discovery/watcher.js'
import { type Deadlines, defaultDeadlines } from './limits.js'
import { Plugin } from './plugin.js'
import { unexpected } from './process/wire-checks.js'

export interface PluginHostOptions {
  /** The search path: of plugins with one name, the first is taken. */
  folders: readonly SearchFolder[]
  /** Compared with the `engines.claimd` of each plugin. */
  hostVersion: string
  deadlines?: Partial<Deadlines>
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
}

/**
 * Finds plugins, runs them, and puts questions to their providers. Nothing is told to the listener within a
 * call of these methods: it always comes in a later turn.
 */
export class PluginHost implements ProviderPort {
  readonly #folders: readonly SearchFolder[]
  readonly #deadlines: Deadlines
  readonly #listener: PluginHostListener
  readonly #catalogue: Catalogue
  /** In the order of the search path. */
  #entries: Entry[] = []
  /** By full id. */
  #byProvider = new Map<string, Plugin>()
  readonly #retiring = new Set<Promise<void>>()
  #watcher: Watcher | null = null
  #problems: readonly string[] = []
  #scanning: Promise<void> | null = null
  #scanAgain = false
  #disabled: ReadonlySet<string> = new Set()
  #configured: readonly ConfiguredConnection[] = []
  #told = false
  #stopped = false

  constructor({ folders, hostVersion, deadlines }: PluginHostOptions, listener: PluginHostListener) {
    this.#folders = folders.map(({ path, bundled }) => ({ path: resolve(path), bundled }))
    this.#deadlines = { ...defaultDeadlines, ...deadlines }
    this.#listener = listener
    this.#catalogue = new Catalogue(this.#folders, hostVersion)
  }

  /** Looks for plugins, and goes on looking. When it resolves, what there is was told. */
  async start(): Promise<void> {
    this.#watcher = new Watcher(
      this.#folders.map(({ path }) => path),
      () => this.#look(),
      (message) => this.#note('plugin-folder-problem', '', message),
    )
    this.#look()
    await this.#scanning
  }

  /** By plugin name. Disabling ends the plugin's process. */
  setDisabled(names: ReadonlySet<string>): void {
    this.#disabled = new Set(names)
    queueMicrotask(() => this.#applyDisabled())
  }

  /** All configured connections; each plugin is given those of its types. */
  setConnections(configured: readonly ConfiguredConnection[]): void {
    this.#configured = configured
    for (const { plugin } of this.#entries) if (plugin) this.#configure(plugin)
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
    for (const { plugin } of this.#entries) plugin?.cancel(ids)
  }

  released(provider: string, was: Released): void {
    const plugin = this.#byProvider.get(provider)
    if (!plugin) return
    const localId = provider.slice(plugin.accepted.name.length + 1)
    plugin.released({ provider: localId, ...was })
  }

  pluginRows(): PluginRow[] {
    return this.#entries.map(({ found, plugin }) => {
      const { name, version, folder, bundled, faults } = found
      const running = plugin?.row ?? { state: 'rejected', because: firstOf(faults), restarts: 0, pid: null }
      return {
        name,
        version,
        folder,
        bundled,
        ...running,
        providers: found.accepted?.providers.map(({ id }) => id) ?? [],
        faults: [...faults],
      }
    })
  }

  providerRows(): ProviderRow[] {
    return this.#accepted().flatMap((plugin) => {
      const { state, because, restarts } = plugin.row
      return plugin.accepted.providers.map(({ id, plugin, version, label, band, priority }) => {
        return { id, plugin, version, label, band, priority, state, because, restarts, holds: 0 }
      })
    })
  }

  /** Lets every plugin deactivate, within its deadline, and ends it. Nothing is left running then. */
  async stop(): Promise<void> {
    this.#stopped = true
    // A scan under way may still set up a watch; after it, nothing does.
    await this.#scanning
    await this.#watcher?.close()
    for (const plugin of this.#accepted()) this.#retire(plugin, 'the host is stopping')
    await Promise.all(this.#retiring)
  }

  /** Scans now, or once more after the scan that is under way. */
  #look(): void {
    if (this.#stopped) return
    if (this.#scanning) {
      this.#scanAgain = true
      return
    }
    this.#scanning = this.#scan().finally(() => {
      this.#scanning = null
      if (this.#scanAgain) this.#look()
    })
  }

  async #scan(): Promise<void> {
    this.#scanAgain = false
    const { plugins, problems } = await this.#catalogue.scan()
    if (this.#stopped) return
    for (const problem of problems) {
      if (!this.#problems.includes(problem)) this.#note('plugin-folder-problem', '', problem)
    }
    this.#problems = problems
    this.#take(plugins)
    const linked = plugins.filter(({ accepted, folder, realFolder }) => accepted && folder !== realFolder)
    await this.#watcher?.watch(
      plugins.map(({ folder }) => folder),
      linked.map(({ realFolder }) => realFolder),
    )
  }

  /** Makes what runs follow what was found. */
  #take(found: readonly FoundPlugin[]): void {
    const before = new Map(this.#entries.map((entry) => [entry.found.folder, entry]))
    const retired: Plugin[] = []
    const changes: string[] = []
    this.#entries = found.map((now) => {
      const entry = before.get(now.folder)
      before.delete(now.folder)
      if (entry && isSame(entry.found, now)) return entry
      if (entry?.plugin) retired.push(entry.plugin)
      changes.push(this.#announce(now, entry ? 'changed' : 'added'))
      return { found: now, plugin: now.accepted && this.#make(now.accepted) }
    })
    for (const { found, plugin } of before.values()) {
      if (plugin) retired.push(plugin)
      this.#note('plugin-removed', found.name, `${found.folder} is gone`, { folder: found.folder })
      changes.push(`${found.name} was removed`)
    }
    // The first time always: the core waits to hear that there is nobody, too.
    if (changes.length === 0 && this.#told) return
    this.#told = true
    this.#byProvider = new Map(
      this.#accepted().flatMap((plugin) => plugin.accepted.providers.map(({ id }) => [id, plugin] as const)),
    )
    this.#tell(changes.join('; '))
    // Only now: the core knows that they cannot be asked before it hears of their last answers.
    for (const plugin of retired) this.#retire(plugin, 'the plugin was removed or changed')
    for (const plugin of this.#accepted()) plugin.startIfWanted()
  }

  #announce({ name, version, folder, build, accepted, faults }: FoundPlugin, what: 'added' | 'changed') {
    const title = `${name} ${version ?? ''}`.trim()
    if (accepted) this.#note(`plugin-${what}`, name, `${title} in ${folder}`, { version, folder, build })
    else this.#note('plugin-rejected', name, `${title} in ${folder}: ${firstOf(faults)}`, { folder, faults })
    return `${name} was ${accepted ? what : 'rejected'}`
  }

  #make(accepted: AcceptedPlugin): Plugin {
    const plugin = new Plugin(accepted, this.#deadlines, {
      event: (event) => this.#listener.event(event),
      availability: (why) => this.#tell(why),
      note: (type, message, details) => this.#note(type, accepted.name, message, details),
    })
    this.#configure(plugin)
    if (this.#disabled.has(accepted.name)) plugin.setDisabled(true)
    return plugin
  }

  #configure(plugin: Plugin): void {
    const types = new Set(plugin.accepted.providers.flatMap(({ connectionTypes }) => connectionTypes))
    plugin.configure(this.#configured.filter(({ type }) => types.has(type)))
  }

  #applyDisabled(): void {
    const changed = this.#accepted().filter((plugin) => plugin.disabled !== this.#isDisabled(plugin))
    if (changed.length === 0 || this.#stopped) return
    for (const plugin of changed) plugin.setDisabled(this.#isDisabled(plugin))
    const words = changed.map(
      (plugin) => `${plugin.accepted.name} was ${plugin.disabled ? 'disabled' : 'enabled'}`,
    )
    this.#tell(words.join('; '))
    for (const plugin of changed) plugin.act()
  }

  #isDisabled(plugin: Plugin): boolean {
    return this.#disabled.has(plugin.accepted.name)
  }

  #retire(plugin: Plugin, why: string): void {
    const gone = plugin.retire(why).finally(() => this.#retiring.delete(gone))
    this.#retiring.add(gone)
  }

  #tell(why: string): void {
    const providers = this.#accepted().flatMap((plugin) =>
      plugin.accepted.providers.map(({ localId, label, ...info }) => ({ ...info, ...plugin.availability })),
    )
    this.#listener.providersChanged(providers, why)
  }

  #answerForNobody(question: Question): void {
    const answer = unexpected(`there is no provider ${question.provider}`)
    this.#listener.event({ type: 'answer', question, answer, ms: 0 })
  }

  #accepted(): Plugin[] {
    return this.#entries.flatMap(({ plugin }) => plugin ?? [])
  }

  #note(type: string, plugin: string, message: string, details: Record<string, unknown> = {}): void {
    this.#listener.note({ ...details, type, plugin, message })
  }
}

interface Entry {
  found: FoundPlugin
  /** Of an accepted one. */
  plugin: Plugin | null
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
