import type { Adapter } from '@claimd/sdk'
import type { Place } from './place.js'

/**
 * A network link as its source (the kernel, or the simulator) reports it: what a provider sees of it, and
 * what the core needs besides.
 */
export interface Link extends Omit<Adapter, 'id' | 'master'> {
  /** For a link with a peer or a parent: `NETNSID:INDEX` of it (`-` when in the same namespace). */
  peer: string | null
  loopback: boolean
  /** Index of the link that this one is a port or member of. */
  master: number | null
  /** The kind of its master when that makes it a *port* (`bridge`, `bond`, `team`, …; not `vrf`). */
  portOf: string | null
  /** Who udev says manages it (`ID_NET_MANAGED_BY`). */
  managedBy: string | null
  /** udev runs here and has not finished with it: its name may still change, and who manages it is not known. */
  awaitsUdev: boolean
}

/** What a link source tells. Events of one delivery belong together, in order. */
export type LinkEvent =
  /** Everything there is: at the start, and after events were lost. */
  | { type: 'snapshot'; reason: 'start' | 'overflow'; links: Link[] }
  /** A link appeared, or something about it changed; always the whole link. */
  | { type: 'link'; link: Link }
  /** A link is gone. `movedTo` is set when it went to another network namespace. */
  | {
      type: 'link-gone'
      index: number
      movedTo: { namespace: number; index: number } | null
    }

/** Where links come from. */
export interface LinkSource {
  readonly kind: 'netlink' | 'polling' | 'simulator'
  /** Part of an adapter's identity. */
  readonly where: Place
  /** Why links come from here and not as usual, and what is not known for that; `null` when all is as usual. */
  readonly because: string | null
  /**
   * How often everything was read anew since the start: because the kernel's events overflowed (it tells that some were
   * lost, not how many), or because the links changed while they were listed.
   */
  readonly resyncs: number
  /** How many messages of the kernel could not be decoded and were skipped. */
  readonly malformed: number
  /**
   * Begins to watch. The first delivery is a snapshot, made before the promise resolves; the deliveries
   * after it are never made from within the caller's own turn.
   */
  start(deliver: (events: LinkEvent[]) => void): Promise<void>
  /** Resolves when everything that has happened to links before the call is delivered. Never rejects. */
  catchUp(): Promise<void>
  close(): void
}
