import type { Fault, Permissions } from '@claimd/sdk'

/** A plugin that was put into a folder of installed plugins. */
export interface InstalledPlugin {
  name: string
  version: string
  /** The hash of its content. */
  build: string
  /** Where it is installed: a link to this version. */
  folder: string
  /** As asked for. */
  permissions: Permissions
  /** The version that was there before; `null` when none was. */
  replaced: string | null
  /** Compiled files that are older than their source. */
  warnings: readonly Fault[]
}
