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
  /** Whether it is in the operator's configuration, and not only as long as its claim lives. */
  configured: boolean
  /** `out-of-band`: somebody else brought it up and a provider claimed it. `dialled`: claimd connected it. */
  origin: 'out-of-band' | 'dialled' | null
  since: string | null
}

export interface ConnectionsDocument {
  revision: number
  connections: ConnectionRow[]
}

/** Which connections to show, in the manner of `AdapterFilter`. */
export interface ConnectionFilter {
  /** Globs. */
  name?: readonly string[]
  state?: readonly ConnectionState[]
  /** Globs on the full id of its provider, or on what stands behind a `/` in it. */
  provider?: readonly string[]
  /**
   * Globs on the name of the adapter that is held for it, also behind `name:`; or that adapter's id, behind `id:` where
   * an adapter is called so.
   */
  adapter?: readonly string[]
}
