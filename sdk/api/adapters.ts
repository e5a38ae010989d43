import type { Adapter } from '../adapter.js'

/**
 * What claimd makes of an adapter.
 *
 * - `ignored`: never offered (loopback, a port of a bridge, or what the operator ignores)
 * - `unmanaged`: nobody holds it
 * - `offered`: nobody holds it and providers are being asked
 * - `claimed`: a provider holds it; claimd refuses to disconnect it
 * - `orphaned`: claimed and protected, while its provider cannot answer for it
 * - `connecting`, `managed`: claimd itself brings it up, or has
 * - `absent`: the link is gone; shown only where the past is shown
 */
export type AdapterState =
  | 'ignored'
  | 'unmanaged'
  | 'offered'
  | 'claimed'
  | 'orphaned'
  | 'connecting'
  | 'managed'
  | 'absent'

/** A row of `adapters`. */
export interface AdapterRow extends Adapter {
  state: AdapterState
  /** Why it is in that state, in words. */
  because: string
  /** Claimed and protected, but not yet confirmed by its provider since the host started. */
  provisional: boolean
  /** The full id of the provider that holds it. */
  provider: string | null
  /** The name of the connection that it is held for. */
  connection: string | null
  /** When the claim began. */
  since: string | null
  /**
   * Whether it only passes the traffic of containers or virtual machines through: a `veth` end without an
   * address of its own whose peer is in another network namespace, or a bridge of such with its ports.
   */
  plumbing: boolean
}

export interface AdaptersDocument {
  /** The journal's revision that this document shows. */
  revision: number
  adapters: AdapterRow[]
}

/** One adapter. */
export interface AdapterDocument extends AdapterRow {
  /** The journal's revision that this document shows. */
  revision: number
  /** What claimd has changed about it for plugins, and has not taken back; oldest first. */
  changes: AdapterChange[]
  /** What it was before, where its link was made again; `null` where nothing is known of that. */
  predecessor: Predecessor | null
}

/**
 * An adapter that is gone, and whose link was made again: the last one that went with the same place or hardware address,
 * or else with the same name. The new adapter inherits nothing of it.
 */
export interface Predecessor {
  id: string
  /** The name that it had last. */
  name: string
  /** When it went, or when claimd found that it was gone. RFC 3339. */
  until: string
  /** What became of it, in words. */
  because: string
  /** The full id of the provider that held it at last; `null` when nobody did. */
  provider: string | null
  /** The connection that it was held for. */
  connection: string | null
}

/** A change to a link that claimd made for a plugin. It is undone when an operator disables or removes the plugin with `--undo`. */
export interface AdapterChange {
  /** In words, such as `address 10.0.0.2/24 on eth0`. */
  what: string
  plugin: string
  /** The connection that it was made for; `null` for a link that the plugin made. */
  connection: string | null
  /** RFC 3339. */
  at: string
}

/**
 * Which adapters to show: those that every key given here lets through. A key with several values lets
 * through what fits one of them. Globs are those of match rules: `*`, `?`, `[a-z]`, `[!a-z]`.
 */
export interface AdapterFilter {
  /**
   * Globs on its name or one of its alternative names, also behind `name:`; or its id, behind `id:` where an adapter is
   * called so.
   */
  name?: readonly string[]
  state?: readonly AdapterState[]
  /** Globs. */
  kind?: readonly string[]
  /** Globs on the full id of the provider that holds it, on what stands behind a `/` in it, or on its plugin's name. */
  provider?: readonly string[]
  /** Globs on its link-layer address, or on one of its IP addresses with or without the prefix length. */
  address?: readonly string[]
  plumbing?: boolean
}
