import type {
  ClaimdError,
  ConfiguredConnection,
  MatchRule,
  PluginDecisionDocument,
  PluginDetail,
  PluginLogDocument,
  PluginRow,
  ProviderRow,
} from '@claimd/sdk'
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
  onFault: (fault: ClaimdError) => void,
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
  /** All that name a plugin throw a `ClaimdError`, code `PLUGIN_NOT_FOUND`, when it is not there. */
  detail(name: string): PluginDetail
  /** The last lines of its log, or with `since` (the `next` of an earlier answer) those that came after. */
  log(name: string, lines: number, since: string | null): Promise<PluginLogDocument>
  /**
   * Grants what a build asks for. Whoever decides is named in words, and each decision is on the disk before it
   * is answered.
   * @throws a `ClaimdError`: `PLUGIN_CHANGED` when another build is there by now, `PLUGIN_REJECTED`
   */
  trust(name: string, build: string, who: string): PluginDecisionDocument
  /** Takes back what was granted. */
  untrust(name: string, who: string): PluginDecisionDocument
  /**
   * @param before is done when that is decided, and the plugin changes nothing any more, before it loses what it holds
   * @throws a `ClaimdError`, code `PLUGIN_DISABLED_BY_FILE`, when the configuration disables what is to be enabled
   */
  setEnabled(
    name: string,
    enabled: boolean,
    who: string,
    reason: string | null,
    before?: () => Promise<unknown>,
  ): Promise<PluginDecisionDocument>
  /** Removes what a removed plugin stored, or keeps it, as was said when it was removed. */
  forget(name: string, who: string): Promise<PluginDecisionDocument>
  /** Looks at its folder now, and gives a build that failed another chance. Resolves when it was looked at. */
  reload(name: string, who: string): Promise<PluginDecisionDocument>
}

/** The control server. */
export interface ControlPart {
  listen(): Promise<void>
  close(): Promise<void>
}
