import type { ProviderInfo } from '../core/claims/provider-info.js'
import type { ProviderEvent } from '../core/claims/report-event.js'
import type { Records } from '../core/kernel/store-port.js'
import type { Deadlines } from './deadlines.js'
import type { SearchFolder } from './discovery/candidates.js'
import type { LogStream } from './logs/log-lines.js'
import type { Places } from './places.js'
import type { PluginNote } from './plugin-note.js'
import type { ChildProgram } from './services/caller.js'
import type { Handlers } from './services/services.js'
import type { HeldClaim } from './supervisor/facts.js'
import type { ConfigOf } from './supervisor/wire-calls.js'

export interface PluginHostOptions {
  /** The search path: of plugins with one name, the first is taken. */
  folders: readonly SearchFolder[]
  /** Compared with the `engines.claimd` of each plugin. */
  hostVersion: string
  /** Where it keeps copies of plugins, their data and their logs. */
  places: Places
  /** Whether plugins run in a jail, as far as that can be built here. Default: `true`. */
  jailed?: boolean
  /** The ports at which debuggers may attach, by plugin name; 0: any. Default: none. */
  inspect?: ReadonlyMap<string, number>
  deadlines?: Partial<Deadlines>
  /** Where it keeps what lasts; default: in memory. */
  records?: Records
  /** What a plugin holds: a version that takes over has to recognise it. Default: nothing. */
  held?(plugin: string): readonly HeldClaim[]
  /** What is configured for a connection, see `ConnectionReference`. Default: nothing is known. */
  configOf?: ConfigOf
  /** What plugins can ask for beside what the plugin host itself serves. Default: nothing. */
  handlers?: Handlers
  /** The configuration file, for messages. */
  configuration?: string
  /**
   * For those who write plugins: TypeScript is compiled, and it does not matter who owns a plugin's folder.
   * Default: `false`.
   */
  dev?: boolean
  /** What a plugin asks for counts as granted. Default: `false`. */
  grantAll?: boolean
}

export interface PluginHostListener {
  /** All providers there are, also those that cannot be asked at the moment. */
  providersChanged(providers: ProviderInfo[], why: string): void
  event(event: ProviderEvent): void
  note(note: PluginNote): void
  /** A line of a plugin's log, which is a file: for those who look on. */
  log(plugin: string, stream: LogStream, line: string): void
  /** A program that the host started for a plugin runs, or has ended. */
  child(child: ChildProgram & { plugin: string }): void
}
