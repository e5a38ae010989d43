import type { ErrorDocument } from '@claimd/sdk'
import { inject, injectable } from 'tsyringe'
import type { LinkSource } from '../core/adapters/link.js'
import type { Settings } from '../core/claims/context.js'
import { nearest } from '../core/documents/nearest.js'
import type { Daemon, DaemonOptions } from '../core/engine/daemon.js'
import type { Engine } from '../core/engine/engine.js'
import type {
  ControlPart,
  OperatorConfiguration,
  PluginsPart,
  WatchConfiguration,
} from '../core/engine/parts.js'
import type { Service } from '../core/engine/service.js'
import { claimdError } from '../core/errors.js'
import type { Ledger } from '../core/ledger/ledger.js'
import type { ClosingSteps } from './closing-steps.js'
import { tokens } from './tokens.js'

/** Starts the parts in their order, and stops them in the reverse one. */
@injectable()
export class RunningDaemon implements Daemon {
  settled: Promise<void> = Promise.resolve()

  constructor(
    @inject(tokens.options) private readonly options: DaemonOptions,
    @inject(tokens.version) private readonly version: string,
    @inject(tokens.configuration) private readonly configuration: OperatorConfiguration,
    @inject(tokens.configurationFault) private readonly configurationFault: () => ErrorDocument | null,
    @inject(tokens.watchConfiguration) private readonly watchConfiguration: WatchConfiguration,
    @inject(tokens.closing) private readonly closing: ClosingSteps,
    @inject(tokens.links) private readonly links: LinkSource,
    @inject(tokens.ledger) private readonly ledger: Ledger,
    @inject(tokens.engine) private readonly engine: Engine,
    @inject(tokens.plugins) private readonly plugins: PluginsPart,
    @inject(tokens.control) private readonly control: ControlPart,
    @inject(tokens.service) readonly service: Service,
  ) {}

  async start(): Promise<void> {
    this.closing.add(() => this.engine.stop())
    this.note('started', `claimd ${this.version} started`)
    await this.links.start((events) => {
      for (const event of events) this.engine.submit(event)
    })
    this.closing.add(() => this.links.close())
    if (this.links.because !== null)
      this.note('links-limited', `links come by ${this.links.kind}: ${this.links.because}`)
    // What was claimed before is protected again from here on; only then may anybody ask.
    this.engine.turn()
    await this.settleLedger()
    await this.control.listen()
    this.closing.add(() => this.control.close())
    this.configurePlugins(this.configuration)
    this.closing.add(() => this.plugins.stop())
    await this.plugins.start()
    this.checkInspected()
    this.noteUnknownNames(this.configuration)
    const fault = this.configurationFault()
    if (fault !== null) this.noteFault(fault)
    this.followConfiguration()
    this.settled = this.engine.settled()
  }

  async stop(): Promise<void> {
    this.note('stopped', `claimd ${this.version} stopped; what is claimed stays as it is`)
    // First of all: nothing that happens to plugins or links while they are stopped is a decision about claims.
    this.engine.stop()
    await this.closing.run()
  }

  /** Before any plugin runs, so that what is found to be claimd's was made before. */
  private async settleLedger(): Promise<void> {
    this.engine.onEvents((events) => {
      for (const { type, adapter } of events)
        if (adapter !== null && (type === 'adapter-removed' || type === 'adapter-moved')) {
          this.ledger.forget(adapter)
        }
    })
    const { adapters } = this.engine.claims.context
    try {
      await this.ledger.settle((adapter) => adapters.has(adapter))
    } catch (error) {
      this.note('links-unchangeable', `plugins cannot change links: ${(error as Error).message}`)
    }
  }

  private followConfiguration(): void {
    const watch = this.watchConfiguration(
      (configuration) => {
        this.note('configuration-changed', `the configuration was read anew from ${this.options.config}`)
        // The plugins first: a provider must know the new configuration when it is asked to verify what it holds.
        this.configurePlugins(configuration)
        this.engine.submit({ type: 'settings', settings: settingsOf(configuration) })
        this.noteUnknownNames(configuration)
      },
      (fault) => {
        this.noteFault(fault.document as ErrorDocument)
      },
    )
    this.closing.add(() => watch.close())
  }

  private configurePlugins(configuration: OperatorConfiguration): void {
    this.plugins.setConnections(configuration.connections)
    this.plugins.setDisabled(new Set(configuration.plugins.disabled))
    this.plugins.setPins(new Map(Object.entries(configuration.plugins.pinned)))
  }

  /** A debugger for a plugin that is not there is a slip of the hand. @throws PLUGIN_NOT_FOUND */
  private checkInspected(): void {
    const names = this.plugins.pluginRows().map(({ name }) => name)
    const unknown = this.options.inspect?.find(({ plugin }) => !names.includes(plugin))?.plugin
    if (unknown === undefined) return
    const meant = names.find((name) => name.endsWith(`/${unknown}`)) ?? nearest(unknown, names)
    throw claimdError('PLUGIN_NOT_FOUND', {
      message: `--inspect names a plugin that does not exist: ${unknown}`,
      found: unknown,
      expected: `the name of a plugin: ${names.join(', ') || 'there is none'}`,
      remedy: meant
        ? `did you mean ${meant}?`
        : 'check the name in its package.json, and the folders given by --plugins',
    })
  }

  /** Names in the configuration that nothing has: perhaps it comes later, perhaps it is a slip of the pen. */
  private noteUnknownNames({ plugins, offers }: OperatorConfiguration): void {
    const names = this.plugins.pluginRows().map(({ name }) => name)
    const ids = this.plugins.providerRows().map(({ id }) => id)
    const unknown = [
      ...unknownNames('plugins.disabled', 'plugin', plugins.disabled, names),
      ...unknownNames('plugins.pinned', 'plugin', Object.keys(plugins.pinned), names),
      ...unknownNames('offers.order', 'provider', offers.order, ids),
    ]
    for (const message of unknown) this.note('configuration-doubt', message)
  }

  private noteFault({ message, found, expected, remedy, faults }: ErrorDocument): void {
    this.note('configuration-faulty', `the last good configuration is in force: ${message}`, {
      file: this.options.config,
      found,
      expected,
      remedy,
      faults: faults ?? [],
    })
  }

  private note(type: string, message: string, details: Record<string, unknown> = {}): void {
    this.engine.submit({ type: 'note', note: { type, message, ...details } })
  }
}

function unknownNames(
  place: string,
  what: string,
  names: readonly string[],
  known: readonly string[],
): string[] {
  return names
    .filter((name) => !known.includes(name))
    .map((name) => {
      const meant = known.find((one) => one.endsWith(`/${name}`)) ?? nearest(name, known)
      return `${place} names ${name}, and there is no such ${what}${meant ? `; did you mean ${meant}?` : ''}`
    })
}

/** The part of the configuration that claims depend on. */
export function settingsOf({ connections, offers }: OperatorConfiguration): Settings {
  return { connections, order: offers.order, ignore: offers.ignore }
}
