import type { ErrorDocument, EventDocument, Fault } from '@claimd/sdk'
import type { Row } from '../core/kernel/rows.js'
import type { InstalledPlugin } from '../core/plugins/installed-plugin.js'
import type { PackedPlugin } from '../core/plugins/packed-plugin.js'
import type { MachineFacts } from './machine-facts.js'

/** What can be done without a daemon. */
export interface Tools {
  /**
   * Packs a plugin, with everything that it needs, into an archive in a folder.
   * @throws a `ClaimdError` with what is missing or wrong; then there is no archive
   */
  pack(source: string, to: string): Promise<PackedPlugin>
  /**
   * Checks a plugin and puts it, whole or not at all, into a folder of installed plugins.
   * @param source its folder, or an archive
   * @param options.force whether it may take the place of a newer version, or of other content of the same one
   * @param options.replaceBundled whether it may run in the place of a plugin that ships with claimd
   * @throws a `ClaimdError` when it cannot be a plugin here; then nothing was changed
   */
  install(
    source: string,
    folder: string,
    options: { force: boolean; replaceBundled: boolean },
  ): Promise<InstalledPlugin>
  /**
   * Removes an installed plugin.
   * @param options.before is done when it is sure that the plugin is there, and before it is not
   * @param options.keepData whether what it stored is kept
   * @throws a `ClaimdError`, code `PLUGIN_NOT_INSTALLED`
   */
  remove(
    name: string,
    state: string,
    options: { before?: () => Promise<void>; keepData: boolean },
  ): Promise<{ name: string; version: string | null; folder: string }>
  /**
   * Removes what a removed plugin stored, in a state folder that no daemon uses.
   * @returns what became of it, in words; when that has to wait for a daemon, why
   */
  forget(name: string, state: string): Promise<string>
  /** Whether a plugin of this name ships with claimd. */
  isBundled(name: string): Promise<boolean>
  /** Finds everything that is wrong with a configuration file, as a daemon with these plugins would. */
  examineConfiguration(places: ConfigurationPlaces): Promise<ExaminedConfiguration>
  /**
   * Has the core decide once more what it decided when this was recorded.
   * @throws a `ClaimdError`: `RECORDING_NOT_FOUND`, `RECORDING_INVALID`
   */
  replay(file: string): Promise<ReplayedRecording>
  /** Finds out what works on this machine, with the rights of this process. */
  examine(places: ConfigurationPlaces & { state: string }): Promise<MachineFacts>
}

/** A recording while it is played. */
export interface ReplayedRecording {
  /** The versions that it was made by. */
  claimd: string
  node: string
  /** The version that plays it. */
  playedBy: string
  /** What was decided, in order. @throws RECORDING_INVALID where a line is at fault */
  events: AsyncIterable<EventDocument>
  /** The rows at that moment. */
  rows(): readonly Row[]
}

export interface ConfigurationPlaces {
  config: string
  /** Whether its absence is a fault. */
  configRequired: boolean
  /** Folders of plugin folders, in their order. */
  plugins: readonly string[]
  /** Whether the plugins that ship with claimd take part. */
  bundled: boolean
  /** Whether plugins are taken as `run --dev` takes them. Default: `false`. */
  dev?: boolean
}

/** What is wrong with a configuration file. */
export interface ExaminedConfiguration {
  /** Why it would not be used; `null` when it would. */
  fault: ErrorDocument | null
  /** What the plugins do not understand of it; of a file with a fault, of the parts that can be read. */
  doubts: Fault[]
  /** The names of the connections that could be read. */
  connections: string[]
  /** The names of the plugins that it was compared with. */
  plugins: string[]
}
