import type { AdapterRow, AdapterState } from './adapters.js'
import type { ConnectionState } from './connections.js'
import type { ErrorDocument } from './errors.js'
import type { Fault } from './faults.js'
import type { PluginState } from './plugins.js'

export interface StatusDocument {
  version: string
  revision: number
  pid: number
  since: string
  node: string
  /** Where adapters come from: `netlink`, `polling` where the kernel's events cannot be had, or `simulator`. */
  links: string
  /** Why they come from there, and what is not known for that; `null` when all is as usual. */
  linksBecause: string | null
  /** The network namespace whose adapters these are, as `/proc/PID/ns/net` names it; `simulated` for a simulator. */
  networkNamespace: string
  /**
   * Whether udev runs and names the links there; `elsewhere` when it does not look after that network namespace, `null`
   * for a simulator.
   */
  udev: 'runs' | 'absent' | 'elsewhere' | null
  /** The configuration file. */
  config: string
  /** What is wrong with that file, so that the last accepted one is in force; `null` when nothing is. */
  configurationFault: ErrorDocument | null
  /**
   * What is wrong in the configuration that is in force: connection types, providers and plugins that do not exist,
   * and settings that do not fit the schema of their provider.
   */
  configurationDoubts: Fault[]
  state: string
  socket: string
  plugins: string[]
  /** `running`, or `degraded` when the journal cannot be written: claims stay protected, none is made. */
  health: 'running' | 'degraded'
  /** Why it is degraded; `null` when it is not. */
  because: string | null
  /** What to do about that; claimd goes on by itself then, unless it says otherwise. */
  remedy: string | null
  /** How many adapters are in each state. */
  adapters: Partial<Record<AdapterState, number>>
  /** How many adapters are container plumbing, see {@link AdapterRow.plumbing}; they are in `adapters` too. */
  plumbing: number
  /** How many connections are in each state. */
  connections: Partial<Record<ConnectionState, number>>
  /** Of these, those that are down since their last attempt failed, whether they are tried again or not. */
  connectionsFailed: Partial<Record<ConnectionState, number>>
  /** How many plugins are in each state. */
  pluginStates: Partial<Record<PluginState, number>>
  /**
   * How often everything was read anew from the kernel since the daemon's start: because its events overflowed, or because
   * the links changed while they were listed.
   */
  resyncs: number
  /** How many of the kernel's messages could not be decoded and were skipped. */
  malformed: number
}
