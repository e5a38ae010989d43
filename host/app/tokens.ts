import type { InjectionToken } from 'tsyringe'
import type { ControlServer, Services } from '../control/index.js'
import type { LinkSource } from '../core/adapters/link.js'
import type { LinkChanger } from '../core/adapters/link-changer.js'
import type { CoreEngine } from '../core/core-engine.js'
import type { Holdings } from '../core/holdings.js'
import type { Records, Store } from '../core/kernel/store-port.js'
import type { Ledger } from '../core/ledger/ledger.js'
import type { OperatorConfiguration } from '../core/operator-configuration.js'
import type { Handlers, PluginHost } from '../plugin-host/index.js'
import type { ConfigurationSource } from '../store/index.js'
import type { ClosingSteps } from './closing-steps.js'
import type { ConfigVault } from './config-vault.js'
import type { DaemonOptions } from './daemon.js'
import type { LogLineListeners } from './log-line-listeners.js'

function token<T>(name: string): InjectionToken<T> {
  return Symbol(name)
}

/**
 * Parts that need each other are looked up when there is news: the plugin host tells the engine, which asks the plugin
 * host.
 */
export interface LateParts {
  engine(): CoreEngine
  holdings(): Holdings
  ledger(): Ledger
}

/** What the container holds, each under a token of its own: nothing is found by its class. */
export const tokens = {
  options: token<DaemonOptions>('options'),
  version: token<string>('version'),
  configuration: token<OperatorConfiguration>('configuration'),
  configurationFile: token<ConfigurationSource>('configurationFile'),
  closing: token<ClosingSteps>('closing'),
  store: token<Store>('store'),
  records: token<Records>('records'),
  vault: token<ConfigVault>('vault'),
  /** The folder for what plugins need and write: the state folder, unless that cannot be written. */
  kept: token<string>('kept'),
  links: token<LinkSource>('links'),
  changer: token<LinkChanger>('changer'),
  ledger: token<Ledger>('ledger'),
  holdings: token<Holdings>('holdings'),
  plugins: token<PluginHost>('plugins'),
  logLines: token<LogLineListeners>('logLines'),
  engine: token<CoreEngine>('engine'),
  late: token<LateParts>('late'),
  /** These serve plugins in place of the host's own. */
  serviceHandlers: token<Handlers>('serviceHandlers'),
  services: token<Services>('services'),
  control: token<ControlServer>('control'),
} as const
