import type { ConnectionConfiguration } from '@claimd/sdk'
import { ownSettings } from '../../core/configuration/connection-settings.js'
import { configsInUse } from '../../core/connections/configs-in-use.js'
import type { ConnectionSettings } from '../../core/connections/settings.js'
import type { CoreEngine } from '../../core/core-engine.js'
import { placeOf } from '../../core/documents/place.js'
import { shown } from '../../core/documents/shown.js'
import { claimdError } from '../../core/errors.js'
import type { PluginHost } from '../../plugin-host/index.js'
import type { Config, ConfigVault } from '../config-vault.js'
import { mask, maskConfig, type SettingsSchema, unknownSchema, unmaskConfig } from '../masked-config.js'

interface Sources {
  engine: CoreEngine
  vault: Pick<ConfigVault, 'remember' | 'keep' | 'configOf' | 'whileKept' | 'forgetOthers'>
  plugins: Pick<PluginHost, 'settingsSchema'>
}

/** What only its provider understands of a connection: its secrets are masked where it is shown, and its text is kept outside of the core. */
export class ConnectionConfigs {
  constructor(private readonly from: Sources) {}

  /**
   * What the core knows of a configuration; its config is on the disk before the core stores that it is in use.
   * @param before as it was configured until now: a secret that was left masked is the one in that
   */
  settings(
    name: string,
    { type, config = {}, ...own }: ConnectionConfiguration,
    before: ConnectionSettings | null,
  ): ConnectionSettings {
    const { vault } = this.from
    // Another type may be another plugin's, to which these secrets were not given.
    const known = before?.type === type ? vault.configOf(before.config) : null
    const fingerprint = vault.remember(this.#unmasked(name, type, config, known))
    vault.keep([fingerprint])
    return { name, type, config: fingerprint, ...ownSettings(own) }
  }

  /** What is refused leaves nothing behind. */
  async whileKept<Reply>({ config }: ConnectionSettings, ask: () => Promise<Reply>): Promise<Reply> {
    const { vault, engine } = this.from
    try {
      return await vault.whileKept(config, ask)
    } catch (error) {
      vault.forgetOthers(configsInUse(engine.connections.context))
      throw error
    }
  }

  masked({ type, config }: ConnectionSettings): Record<string, unknown> {
    return maskConfig(this.from.vault.configOf(config) ?? {}, this.#schema(type))
  }

  /** @throws CONNECTION_CONFIG_INVALID when a mask stands for no secret */
  #unmasked(name: string, type: string, edited: Config, before: Config | null): Config {
    const { config, missing } = unmaskConfig(edited, before, this.#schema(type))
    if (missing.length === 0) return config
    const places = missing.map((path) => placeOf(['config', ...path]))
    throw claimdError('CONNECTION_CONFIG_INVALID', {
      message: `the configuration of connection ${name} leaves out a secret at ${places.join(', ')}`,
      found: shown(mask),
      expected: 'the secret: there is none yet that could be kept',
      remedy: 'write the secret itself',
      parameter: places[0]!,
    })
  }

  #schema(type: string): SettingsSchema {
    const schema = this.from.plugins.settingsSchema(type)
    return schema === undefined ? unknownSchema : (schema ?? {})
  }
}
