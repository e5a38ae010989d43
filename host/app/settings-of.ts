import type { Settings } from '../core/claims/context.js'
import type { ConnectionSettings } from '../core/connections/settings.js'
import type { OperatorConfiguration } from '../core/operator-configuration.js'
import type { ConfigVault } from './config-vault.js'

/** The part of the configuration that claims depend on. */
export function settingsOf(configuration: OperatorConfiguration, vault: ConfigVault): Settings {
  const { order, ignore } = configuration.offers
  const connections = connectionSettings(configuration, vault)
  const known = connections.map(({ name, type, config }) => ({ name, type, config: { fingerprint: config } }))
  return { connections: known, order, ignore }
}

/**
 * The connections of the configuration file as the core knows them. Of what only the provider understands, which may hold
 * secrets, the core learns whether it is another one, and no more: what enters the core can be recorded.
 */
export function connectionSettings(
  { connections }: OperatorConfiguration,
  vault: ConfigVault,
): ConnectionSettings[] {
  const fingerprints = vault.rememberFile(connections.map(({ config }) => config))
  return connections.map((connection, at) => ({ ...connection, config: fingerprints[at]! }))
}
