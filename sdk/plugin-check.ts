import type { Fault } from './api/faults.js'
import type { Permissions, ProviderContribution } from './manifest.js'

/** What `claimd plugin check --json` prints of a plugin without faults; one with faults is an error document. */
export interface PluginCheckDocument {
  plugin: string
  version: string
  /** The plugin's folder, links followed, or its archive. */
  folder: string
  /** Whether the file that `main` names is there; where it is not, only `run --dev` runs the plugin. */
  compiled: boolean
  /** As contributed. */
  providers: readonly ProviderContribution[]
  /** As asked for. */
  permissions: Permissions
  /** The same in words, a line each; empty when the plugin asks for nothing. */
  asks: readonly string[]
  /** Compiled files that are older than their source, and imports whose targets only the running plugin knows. */
  warnings: readonly Fault[]
}
