import type { Fault } from './faults.js'

/**
 * The state of a plugin's process.
 *
 * `rejected`: its manifest is faulty. `disabled`: by the operator. `untrusted`: it asks for permissions that
 * nobody has granted. `idle`: not started, because nothing needed it. `backing-off`: it failed and is started
 * again later. `stuck`: it does not acknowledge. `quarantined`: this build failed too often and is not started
 * any more.
 */
export type PluginState =
  | 'rejected'
  | 'disabled'
  | 'untrusted'
  | 'idle'
  | 'starting'
  | 'running'
  | 'stuck'
  | 'backing-off'
  | 'quarantined'
  | 'stopping'

export interface PluginRow {
  name: string
  version: string | null
  /** The hash of the folder's content, 64 hexadecimal digits; `null` while that could not be read. */
  build: string | null
  folder: string
  bundled: boolean
  state: PluginState
  because: string
  /** Whether it runs as soon as an operator grants what it asks for. */
  awaitsTrust: boolean
  /** Why what lies in its folder now does not run, though another version of it may; `null` where there is no such. */
  notTaken: { because: string; awaitsTrust: boolean } | null
  pid: number | null
  restarts: number
  providers: string[]
  /** The walls that would have to stand around its process and do not, by name; see the `walls` of `PluginDetail`. */
  wallsMissing: string[]
  /** Connection types that it names and that belong to another plugin: it is not given their connections. */
  takenTypes: TakenType[]
  faults: Fault[]
}

/** A connection type, and the plugin that has its connections. */
export interface TakenType {
  type: string
  owner: string
}

export interface PluginsDocument {
  revision: number
  plugins: PluginRow[]
  /** Folders of plugins that cannot be read, and for each why. Default: none. */
  unreadable: UnreadableFolder[]
}

/** A folder in which plugins would be looked for, or that of one plugin, which could not be read or copied. */
export interface UnreadableFolder {
  path: string
  because: string
  /** What to do; `null`: make it a folder that the user of the daemon can read. It is tried again by itself. */
  remedy: string | null
}
