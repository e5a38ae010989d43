import type { Band } from './band.js'
import type { PluginState } from './plugins.js'

export interface ProviderRow {
  /** `<plugin>/<id>` */
  id: string
  plugin: string
  version: string
  label: string
  band: Band
  priority: number
  state: PluginState
  because: string
  /** How often its process ended without being asked to, since the host started. */
  restarts: number
  /** How many adapters it holds. */
  holds: number
}

export interface ProvidersDocument {
  revision: number
  providers: ProviderRow[]
}
