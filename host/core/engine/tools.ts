import type { Permissions } from '@claimd/sdk'
import type { MachineFacts } from './machine-facts.js'

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
}

/** What can be done without a daemon. */
export interface Tools {
  /**
   * Checks a plugin and puts it, whole or not at all, into a folder of installed plugins.
   * @param source its folder, or a `.tgz` that `npm pack` made
   * @param force whether it may take the place of a newer version, or of other content of the same one
   * @throws a `ClaimdError` when it cannot be a plugin here; then nothing was changed
   */
  install(source: string, folder: string, force: boolean): Promise<InstalledPlugin>
  /**
   * Removes an installed plugin.
   * @param before is done when it is sure that the plugin is there, and before it is not
   * @throws a `ClaimdError`, code `PLUGIN_NOT_INSTALLED`
   */
  remove(
    name: string,
    folder: string,
    before?: () => Promise<void>,
  ): Promise<{ name: string; version: string | null; folder: string }>
  /** Finds out what works on this machine, with the rights of this process. */
  examine(paths: { config: string; configRequired: boolean; state: string }): Promise<MachineFacts>
}
