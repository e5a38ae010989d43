import type { ConfiguredConnection, Fault } from '@claimd/sdk'
import type { ProviderInfo } from '../core/claims/provider-info.js'
import type { OperatorConfiguration } from '../core/operator-configuration.js'
import { ConfigurationDoubts } from './configuration-doubts.js'
import type { Entries } from './entries.js'
import type { NoteDetails, PluginNoteType } from './plugin-note.js'
import type { Supervisor } from './supervisor/supervisor.js'
import { TypeOwners } from './type-owners.js'

export interface ProviderListOptions {
  entries: Entries
  /** The configuration file, for messages. */
  configurationFile: string
  note<Type extends PluginNoteType>(type: Type, plugin: string, details: NoteDetails<Type>): void
  /** All providers there are, also those that cannot be asked at the moment. */
  changed(providers: ProviderInfo[], why: string): void
}

/**
 * The providers of all plugins, the connection types that they own, and the configured connections that they are given:
 * what the configuration names and no plugin understands is told.
 */
export class ProviderList {
  readonly #options: ProviderListOptions
  readonly types: TypeOwners
  readonly #doubts: ConfigurationDoubts
  /** By full id. */
  #byProvider = new Map<string, Supervisor>()
  #configured: readonly ConfiguredConnection[] = []
  #configuration: OperatorConfiguration | null = null
  #isMerged = false
  #wasTold = false

  constructor(options: ProviderListOptions) {
    this.#options = options
    this.types = new TypeOwners((plugin, taken) => {
      const { type: connectionType, owner } = taken
      options.note('connection-type-taken', plugin, { connectionType, owner })
    })
    this.#doubts = new ConfigurationDoubts(({ plugin, ...fault }, isMended) => {
      const type = isMended ? 'configuration-mended' : 'configuration-doubt'
      options.note(type, plugin, { file: options.configurationFile, ...fault })
    })
  }

  /** Whether the core has heard of the providers once. */
  get wasTold(): boolean {
    return this.#wasTold
  }

  /** What is wrong in the configuration that is in force, as the plugins see it. */
  get doubts(): Fault[] {
    return this.#doubts.current.map(({ plugin: _, ...fault }) => ({
      file: this.#options.configurationFile,
      ...fault,
    }))
  }

  /** The plugin of a provider. @param provider the full id */
  pluginOf(provider: string): Supervisor | null {
    return this.#byProvider.get(provider) ?? null
  }

  /** What the plugins do not understand of it is told. */
  setConfiguration(configuration: OperatorConfiguration): void {
    this.#configuration = configuration
    // Plugins are given what is theirs, and not when claimd connects it.
    const ofFile = configuration.connections.map(({ name, type, config }) => ({ name, type, config }))
    if (!this.#isMerged) this.setConnections(ofFile)
    this.#lookForDoubts()
  }

  /** The connections that are configured, by the file and through the API: from now on the file's alone say nothing. */
  takeMerged(connections: readonly ConfiguredConnection[]): void {
    this.#isMerged = true
    this.setConnections(connections)
    this.#lookForDoubts()
  }

  /** All configured connections; each plugin is given those of the types that it owns. */
  setConnections(configured: readonly ConfiguredConnection[]): void {
    this.#configured = configured
    this.#configure()
  }

  /** Tells of all providers: some can be asked now that could not, or the other way round. */
  tell(why: string): void {
    this.#wasTold = true
    const { all, plugins } = this.#options.entries
    // Another plugin, or another version, may have other types.
    this.types.update(all)
    this.#configure()
    this.#byProvider = new Map(
      plugins.flatMap((plugin) => plugin.current.providers.map(({ id }) => [id, plugin] as const)),
    )
    this.#options.changed(
      plugins.flatMap((plugin) => this.#providersOf(plugin)),
      why,
    )
    this.#lookForDoubts()
  }

  /**
   * What the provider of a connection type says about its settings: `null` when it says nothing, `undefined` when no plugin has
   * the type.
   */
  settingsSchema(type: string): Readonly<Record<string, unknown>> | null | undefined {
    const owner = this.#options.entries.plugins.find(
      ({ name, current }) =>
        this.types.owns(name, type) && current.providers.some((one) => one.connectionTypes.includes(type)),
    )
    if (!owner) return undefined
    return owner.current.connectionSchemas.find(({ types }) => types.includes(type))?.schema ?? null
  }

  close(): Promise<void> {
    return this.#doubts.close()
  }

  #providersOf(plugin: Supervisor): ProviderInfo[] {
    const { current, name, availability } = plugin
    const taken = this.types.takenFrom(current)
    return current.providers.map(({ localId: _, label: __, ...info }) => ({
      ...info,
      connectionTypes: info.connectionTypes.filter((type) => this.types.owns(name, type)),
      takenTypes: taken.filter(({ type }) => info.connectionTypes.includes(type)),
      ...availability,
    }))
  }

  #configure(): void {
    for (const plugin of this.#options.entries.plugins) {
      plugin.configure(this.#configured.filter(({ type }) => this.types.owns(plugin.name, type)))
    }
  }

  #lookForDoubts(): void {
    // Before the first look at the folders every name would be unknown.
    if (!this.#wasTold || this.#configuration === null) return
    const { all, plugins } = this.#options.entries
    this.#doubts.look({
      plugins: plugins.map(({ current }) => ({
        ...current,
        // What another plugin's schema says of a connection does not matter.
        connectionSchemas: current.connectionSchemas.map((one) => ({
          ...one,
          types: one.types.filter((type) => this.types.owns(current.name, type)),
        })),
      })),
      names: all.map(({ found, plugin }) => plugin?.name ?? found.name),
      connections: this.#configured,
      configuration: this.#configuration,
    })
  }
}
