import type { InjectionToken } from 'tsyringe'
import type { LinkSource } from '../core/adapters/link.js'
import type { LinkChanger } from '../core/adapters/link-changer.js'
import type { CoreEngine } from '../core/core-engine.js'
import type { DaemonOptions } from '../core/engine/daemon.js'
import type { Holdings } from '../core/engine/holdings.js'
import type {
  ConfigurationPart,
  ControlPart,
  OperatorConfiguration,
  PluginsPart,
} from '../core/engine/parts.js'
import type { Service } from '../core/engine/service.js'
import type { Records, Store } from '../core/kernel/store-port.js'
import type { Ledger } from '../core/ledger/ledger.js'
import type { ClosingSteps } from './closing-steps.js'
import type { LogLineListeners } from './log-line-listeners.js'

function token<T>(name: string): InjectionToken<T> {
  return Symbol(name)
}

/** What the container holds, each under a token of its own: nothing is found by its class. */
export const tokens = {
  options: token<DaemonOptions>('options'),
  version: token<string>('version'),
  configuration: token<OperatorConfiguration>('configuration'),
  configurationFile: token<ConfigurationPart>('configurationFile'),
  closing: token<ClosingSteps>('closing'),
  store: token<Store>('store'),
  records: token<Records>('records'),
  /** The folder for what plugins need and write: the state folder, unless that cannot be written. */
  kept: token<string>('kept'),
  links: token<LinkSource>('links'),
  changer: token<LinkChanger>('changer'),
  ledger: token<Ledger>('ledger'),
  holdings: token<Holdings>('holdings'),
  plugins: token<PluginsPart>('plugins'),
  logLines: token<LogLineListeners>('logLines'),
  engine: token<CoreEngine>('engine'),
  service: token<Service>('service'),
  control: token<ControlPart>('control'),
} as const
