import type { Settings } from '../core/claims/context.js'
import type { OperatorConfiguration } from '../core/operator-configuration.js'
import type { ConfigVault } from './config-vault.js'

/**
 * The part of the configuration that the core depends on. Of what only a provider understands, which may hold secrets, the
 * core learns whether it is another one, and no more: what enters the core can be recorded.
 */
export function settingsOf({ connections, offers }: OperatorConfiguration, vault: ConfigVault): Settings {
  const fingerprints = vault.rememberFile(connections.map(({ config }) => config))
  const known = connections.map((connection, at) => ({
    ...connection,
    config: { fingerprint: fingerprints[at]! },
  }))
  return { connections: known, order: offers.order, ignore: offers.ignore }
}
