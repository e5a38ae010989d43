import { setTimeout as delay } from 'node:timers/promises'
import type { ErrorDocument, EventDetails } from '@claimd/sdk'
import { inject, injectable } from 'tsyringe'
import type { ControlServer, Services } from '../control/index.js'
import type { LinkSource } from '../core/adapters/link.js'
import type { CoreEngine } from '../core/core-engine.js'
import { nearest } from '../core/documents/nearest.js'
import { claimdError } from '../core/errors.js'
import type { Note } from '../core/kernel/journal-event.js'
import type { Ledger } from '../core/ledger/ledger.js'
import type { OperatorConfiguration } from '../core/operator-configuration.js'
import type { PluginHost } from '../plugin-host/index.js'
import { type ConfigurationSource, watchDatabase } from '../store/index.js'
import type { ClosingSteps } from './closing-steps.js'
import type { ConfigVault } from './config-vault.js'
import type { Daemon, DaemonOptions } from './daemon.js'
import { forgetConfigs } from './forgetting-configs.js'
import { settingsOf } from './settings-of.js'
import { tokens } from './tokens.js'

const windDownMs = 10_000

/** Starts the parts in their order, and stops them in the reverse one. */
@injectable()
export class RunningDaemon implements Daemon {
  settled: Promise<void> = Promise.resolve()
  private isFaulty = false

  constructor(
    @inject(tokens.options) private readonly options: DaemonOptions,
    @inject(tokens.version) private readonly version: string,
    @inject(tokens.configuration) private readonly configuration: OperatorConfiguration,
    @inject(tokens.configurationFile) private readonly file: ConfigurationSource,
    @inject(tokens.vault) private readonly vault: ConfigVault,
    @inject(tokens.closing) private readonly closing: ClosingSteps,
    @inject(tokens.links) private readonly links: LinkSource,
    @inject(tokens.ledger) private readonly ledger: Ledger,
    @inject(tokens.engine) private readonly engine: CoreEngine,
    @inject(tokens.plugins) private readonly plugins: PluginHost,
    @inject(tokens.control) private readonly control: ControlServer,
    @inject(tokens.services) readonly services: Services,
  ) {}

  async start(): Promise<void> {
    this.closing.add(watchDatabase(this.options.state, () => this.engine.checkStore()))
    this.closing.add(() => this.engine.stop())
    this.note({ type: 'started', version: this.version })
    await this.links.start((events) => {
      for (const event of events) this.engine.submit(event)
    })
    this.closing.add(() => this.links.close())
    if (this.links.because !== null)
      this.note({ type: 'links-limited', links: this.links.kind, because: this.links.because })
    // What was claimed before is protected again from here on; only then may anybody ask.
    this.engine.turn()
    await this.settleLedger()
    await this.control.listen()
    this.closing.add(() => this.control.close())
    this.plugins.setConfiguration(this.configuration)
    this.closing.add(() => this.plugins.stop())
    await this.plugins.start()
    this.checkInspected()
    if (this.file.fault !== null) this.noteFault(this.file.fault)
    this.followKeeping()
    this.followConfiguration()
    forgetConfigs(this.engine, this.vault)
    this.settled = this.engine.settled()
  }

  async stop(): Promise<void> {
    await this.windDown()
    this.note({ type: 'stopped', version: this.version })
    // First of all: nothing that happens to plugins or links while they are stopped is a decision about claims.
    this.engine.stop()
    await this.closing.run()
  }

  /** What is being connected is taken back, for as long as a provider may go on with it; then this is like a kill. */
  private async windDown(): Promise<void> {
    const limit = new AbortController()
    const over = delay(windDownMs, null, { signal: limit.signal })
    await Promise.race([this.engine.ask({ type: 'wind-down' }), over]).catch(() => {})
    limit.abort()
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
      // What was made for a connect is being undone, and must not be claimed by somebody else before.
      for (const { owner, change } of this.ledger.entries(({ fence }) => fence !== null)) {
        if (change.type !== 'link') continue
        const { recipe } = change
        for (const name of 'peer' in recipe ? [recipe.name, recipe.peer] : [recipe.name])
          this.engine.submit({ type: 'link-made', name, fence: owner.fence! })
      }
    } catch (error) {
      this.note({ type: 'links-unchangeable', because: (error as Error).message })
    }
  }

  private followConfiguration(): void {
    const watch = this.file.watch(
      (configuration) => {
        if (this.isFaulty) {
          this.isFaulty = false
          this.note({ type: 'configuration-mended', file: this.options.config })
        }
        this.note({ type: 'configuration-changed', file: this.options.config })
        // The plugins first: a provider must know the new configuration when it is asked to verify what it holds.
        this.plugins.setConfiguration(configuration)
        this.engine.submit({ type: 'settings', settings: settingsOf(configuration, this.vault) })
        this.noteUnkept()
      },
      (fault) => {
        this.noteFault(fault.document as ErrorDocument)
      },
    )
    this.closing.add(() => watch.close())
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

  /** What could not be written to the state is written as soon as that is possible. */
  private followKeeping(): void {
    this.noteUnkept()
    this.engine.onEvents((events) => {
      if (this.file.unkept === null || !events.some(({ type }) => type === 'recovered')) return
      if (this.file.keep()) this.note({ type: 'configuration-kept' })
      else this.noteUnkept()
    })
  }

  private noteUnkept(): void {
    const { unkept } = this.file
    if (unkept === null) return
    this.note({ type: 'configuration-unkept', because: unkept.message })
  }

  private noteFault(fault: ErrorDocument): void {
    this.isFaulty = true
    const { message: problem, found, expected, remedy, faults = [] } = fault
    const { config: file } = this.options
    this.note({ type: 'configuration-faulty', file, problem, found, expected, remedy, faults })
  }

  private note(note: Note<EventDetails>): void {
    this.engine.submit({ type: 'note', note })
  }
}
