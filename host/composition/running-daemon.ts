import { inject, injectable } from 'tsyringe'
import type { ControlServer } from '../control/index.js'
import type { LinkSource } from '../core/adapters/link.js'
import type { Settings } from '../core/claims/context.js'
import type { Daemon, DaemonOptions } from '../core/engine/daemon.js'
import type { Engine } from '../core/engine/engine.js'
import type { Service } from '../core/engine/service.js'
import type { PluginHost } from '../plugin-host/index.js'
import { type Configuration, watchConfiguration } from '../store/index.js'
import type { ClosingSteps } from './closing-steps.js'
import { tokens } from './tokens.js'

/** Starts the parts in their order, and stops them in the reverse one. */
@injectable()
export class RunningDaemon implements Daemon {
  settled: Promise<void> = Promise.resolve()

  constructor(
    @inject(tokens.options) private readonly options: DaemonOptions,
    @inject(tokens.version) private readonly version: string,
    @inject(tokens.configuration) private readonly configuration: Configuration,
    @inject(tokens.closing) private readonly closing: ClosingSteps,
    @inject(tokens.links) private readonly links: LinkSource,
    @inject(tokens.engine) private readonly engine: Engine,
    @inject(tokens.pluginHost) private readonly pluginHost: PluginHost,
    @inject(tokens.control) private readonly control: ControlServer,
    @inject(tokens.service) readonly service: Service,
  ) {}

  async start(): Promise<void> {
    this.closing.add(() => this.engine.stop())
    this.note('started', `claimd ${this.version} started`)
    await this.links.start((events) => {
      for (const event of events) this.engine.submit(event)
    })
    this.closing.add(() => this.links.close())
    // What was claimed before is protected again from here on; only then may anybody ask.
    this.engine.turn()
    await this.control.listen()
    this.closing.add(() => this.control.close())
    this.configurePlugins(this.configuration)
    this.closing.add(() => this.pluginHost.stop())
    await this.pluginHost.start()
    this.watchConfiguration()
    this.settled = this.engine.settled()
  }

  async stop(): Promise<void> {
    this.note('stopped', `claimd ${this.version} stopped; what is claimed stays as it is`)
    await this.closing.run()
  }

  private watchConfiguration(): void {
    const { config, configRequired } = this.options
    const watch = watchConfiguration(
      config,
      { required: configRequired },
      (configuration) => {
        this.note('configuration-changed', `the configuration was read anew from ${config}`)
        this.engine.submit({ type: 'settings', settings: settingsOf(configuration) })
        this.configurePlugins(configuration)
      },
      (fault) => {
        this.note('configuration-faulty', `the configuration stays as it was: ${fault.message}`)
      },
    )
    this.closing.add(() => watch.close())
  }

  private configurePlugins(configuration: Configuration): void {
    this.pluginHost.setConnections(configuration.connections)
    this.pluginHost.setDisabled(new Set(configuration.plugins.disabled))
  }

  private note(type: string, message: string): void {
    this.engine.submit({ type: 'note', note: { type, message } })
  }
}

/** The part of the configuration that claims depend on. */
export function settingsOf({ connections, offers }: Configuration): Settings {
  return { connections, order: offers.order, ignore: offers.ignore }
}
