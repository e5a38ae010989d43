import type { ConnectCause } from '../causes.js'
import type { ResultCode } from '../result-codes.js'
import type { ConnectionRequest } from './requests.js'

/** The state of a connection, as Compact 2013 has them. */
export type ConnectionState =
  | 'disconnected'
  | 'disconnected-unavailable'
  | 'disconnected-disabled'
  | 'connecting'
  | 'connecting-associating'
  | 'connecting-authenticating'
  | 'connecting-waiting-for-ip'
  | 'connected'
  | 'suspended'
  | 'disconnecting'

export interface ConnectionRow {
  name: string
  /** The connection type that the operator configured; `null` for a volatile connection. */
  type: string | null
  /** The full id of the provider that holds it or would serve it. */
  provider: string | null
  /** The name of the adapter that is held for it. */
  adapter: string | null
  state: ConnectionState
  /** Why it is in that state, in words. */
  because: string
  /** Whether it is in the operator's configuration, and not only as long as its claim lives. */
  configured: boolean
  /** `out-of-band`: somebody else brought it up and a provider claimed it. `dialled`: claimd connected it. */
  origin: 'out-of-band' | 'dialled' | null
  /** Since when it is held; `null` when it is not. */
  since: string | null
  /** Who wants it up, such as `operator`. */
  holds: string[]
  /** When claimd tries again to connect it; `null` when no time is set. RFC 3339. */
  retryAt: string | null
}

/**
 * When claimd brings a connection up.
 *
 * - `default`: as `on-demand`
 * - `always-connected`: whenever it can, without anybody asking
 * - `on-demand`: when somebody asks; it is taken down when nobody uses it any more
 */
export type ConnectBehaviour = 'default' | 'always-connected' | 'on-demand'

/** When claimd tries again what failed, or was lost. Times are in seconds. */
export type Reconnect =
  /** Only when something has happened: its adapter appeared, got its carrier, or was let go. */
  | { algorithm: 'none' }
  /** Every `delay`, `attempts` times; then every `afterwards`. */
  | {
      algorithm: 'linear'
      /** Default: 5. */
      delay?: number
      /** Default: without end. */
      attempts?: number
      /** `never`: it is over then. Default: 300. */
      afterwards?: number | 'never'
    }
  /** After `delay`, and each time after twice as long, with some chance in it, up to `limit`; after `attempts` as `linear`. */
  | {
      algorithm: 'exponential'
      /** Default: 1. */
      delay?: number
      /** Default: 300. */
      limit?: number
      /** Default: without end. */
      attempts?: number
      /** Default: 300. */
      afterwards?: number | 'never'
    }

/** A connection as an operator configures it. */
export interface ConnectionConfiguration {
  /** A connection type of a provider. */
  type: string
  /** What its provider needs to know. Secrets are shown as `***`, and kept where an edit leaves them so. Default: `{}`. */
  config?: Record<string, unknown>
  /** Default: `default`. */
  behaviour?: ConnectBehaviour
  /** After so many seconds without use an on-demand connection is taken down; `never`. Default: 60. */
  idleTimeout?: number | 'never'
  /** Default: `{ "algorithm": "exponential" }`. */
  reconnect?: Reconnect
  /** Whether claimd may connect it. Default: `true`. */
  enabled?: boolean
}

/** Somebody who wants a connection up. */
export interface HoldRow {
  /** `operator`, or who else. */
  owner: string
  /** `keep`: it is connected again when it fails or is lost. `once`: one attempt. */
  mode: 'keep' | 'once'
  /** RFC 3339. */
  since: string
}

/** One connection. */
export interface ConnectionDocument extends ConnectionRow {
  revision: number
  /** As it is configured; `null` for a volatile one. */
  configuration: Required<ConnectionConfiguration> | null
  /** Where it is configured. */
  source: 'file' | 'api' | null
  /** Of one in the file: whether another one of its name, which was added by a command, is not used. */
  hides: boolean
  /** To be handed back with an edit, which is refused when the configuration is another one by then. */
  change: string | null
  /** Whether what is configured counts from the next connect on, since it is connected with what was before. */
  deferred: boolean
  holdRows: HoldRow[]
  /** Those that wait for it. */
  requests: ConnectionRequest[]
  /** Named things that it uses, such as `modem:0`. */
  resources: string[]
  /** The connection whose link it shares; `null` when it has its own. */
  sharesWith: string | null
  /** How the last attempt failed; `null` when it did not. */
  failure: { at: string; cause: ConnectCause; message: string } | null
}

/** What happened to a connection, oldest first. */
export interface ConnectionExplainDocument {
  revision: number
  connection: string
  state: ConnectionState
  because: string
  events: { revision: number; at: string; type: string; message: string }[]
}

/** What the provider of a connection that is up tells of it beside all else. */
export interface TypeSpecificDocument {
  connection: string
  /** The full id; `null` when it is not up. */
  provider: string | null
  /**
   * What the provider answered. `NOT_IMPLEMENTED`: it has nothing to tell. `CONNECTION_NOT_ACQUIRED`: it was not asked, since the
   * connection is not up. `NOT_SUPPORTED`: it was not asked, since the connection is not configured.
   */
  result: ResultCode
  /** By names of the provider's own; `null` without `SUCCESS`. */
  info: Readonly<Record<string, string | number | boolean>> | null
  /** Why there is none, in words. */
  because: string | null
}

/** The answer to an edit of a configured connection. */
export interface ConnectionChangeDocument {
  result: 'SUCCESS'
  connection: string
  /** The handle of the configuration as it is now; `null` when it was deleted. */
  change: string | null
  /** Whether it counts from the next connect on. */
  deferred: boolean
  message: string
}

export interface ConnectionsDocument {
  revision: number
  connections: ConnectionRow[]
  /** The names of all that were added by a command or a program, whatever the filter. */
  added: string[]
  /** Of these, those that are not used, since the configuration file has one of that name. */
  hidden: string[]
}

/** Which connections to show, in the manner of `AdapterFilter`. */
export interface ConnectionFilter {
  /** Globs. */
  name?: readonly string[]
  state?: readonly ConnectionState[]
  /** Globs on its type. One that is not configured has none. */
  type?: readonly string[]
  /** Globs on the full id of its provider, or on what stands behind a `/` in it. */
  provider?: readonly string[]
  /**
   * Globs on the name of the adapter that is held for it, also behind `name:`; or that adapter's id, behind `id:` where
   * an adapter is called so.
   */
  adapter?: readonly string[]
}
