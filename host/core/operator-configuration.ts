import type { ConfiguredConnection, MatchRule } from '@claimd/sdk'
import type { OwnSettings } from './configuration/connection-settings.js'

/** A connection of the configuration file, with all defaults filled in. */
export interface OperatorConnection extends ConfiguredConnection, OwnSettings {}

/** What the operator configured, as the rooms see it that do not read the file: the store's `Configuration` fits it. */
export interface OperatorConfiguration {
  connections: readonly OperatorConnection[]
  offers: { order: readonly string[]; ignore: readonly MatchRule[] }
  plugins: { disabled: readonly string[]; pinned: Readonly<Record<string, string>> }
}
