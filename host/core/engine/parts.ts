import type {
  ClaimdError,
  ConfiguredConnection,
  ErrorDocument,
  Fault,
  MatchRule,
  PluginDecisionDocument,
  PluginDetail,
  PluginLogDocument,
  PluginRow,
  ProviderRow,
  UnreadableFolder,
} from '@claimd/sdk'
import type { ProviderPort } from '../kernel/provider-port.js'

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

/** The configuration file. */
export interface ConfigurationPart {
  /** What is wrong with the file, so that the last accepted configuration is in force; `null` when nothing is. */
  readonly fault: ErrorDocument | null
  /** Why the state does not hold the accepted configuration for the next start; `null` when it does. */
  readonly unkept: Error | null
  /** Tries again to keep it in the state. @returns whether it is there */
  keep(): boolean
  /** Calls back with every configuration that is read anew, or with what is wrong with it. */
  watch(
    onChange: (configuration: OperatorConfiguration) => void,
    onFault: (fault: ClaimdError) => void,
  ): { close(): Promise<void> }
}

/** The plugin host. */
export interface PluginsPart extends ProviderPort {
  start(): Promise<void>
  stop(): Promise<void>
  setConfiguration(configuration: OperatorConfiguration): void
  /** The connections alone, as the conformance kit has them: doubts about them are not looked for. */
  setConnections(connections: readonly ConfiguredConnection[]): void
  /** What is wrong in that configuration as the plugins see it, such as a connection type that no provider has. */
  configurationDoubts(): Fault[]
  pluginRows(): PluginRow[]
  unreadableFolders(): UnreadableFolder[]
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
