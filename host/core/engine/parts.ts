import type { ConfiguredConnection, MatchRule, PluginRow, ProviderRow } from '@claimd/sdk'
import type { ProviderPort } from '../claims/ports.js'

/**
 * The parts of a daemon as the composition sees them: rooms beside each other do not know each other, so
 * what one needs of another stands here.
 */

/** What the operator configured. */
export interface OperatorConfiguration {
  connections: readonly ConfiguredConnection[]
  offers: { order: readonly string[]; ignore: readonly MatchRule[] }
  plugins: { disabled: readonly string[]; pinned: Readonly<Record<string, string>> }
}

/** Calls back with every configuration that is read anew, or with what is wrong with it. Returns the end of it. */
export type WatchConfiguration = (
  onChange: (configuration: OperatorConfiguration) => void,
  onFault: (fault: Error) => void,
) => { close(): Promise<void> }

/** The plugin host. */
export interface PluginsPart extends ProviderPort {
  start(): Promise<void>
  stop(): Promise<void>
  setConnections(connections: readonly ConfiguredConnection[]): void
  setDisabled(plugins: ReadonlySet<string>): void
  /** By plugin name: the hash of the only content that it may have. */
  setPins(pins: ReadonlyMap<string, string>): void
  pluginRows(): PluginRow[]
  providerRows(): ProviderRow[]
}

/** The control server. */
export interface ControlPart {
  listen(): Promise<void>
  close(): Promise<void>
}
