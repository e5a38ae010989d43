import type { Adapter, ConnectCause, ConnectionState, Progress } from '@claimd/sdk'
import type { ConnectionReference } from '../kernel/provider-port.js'
import type { ConnectionSettings } from './settings.js'

/** Somebody who wants a connection up. */
export interface Hold {
  /** `operator`, or `client NUMBER`. */
  owner: string
  /** `keep`: stored, and connected again. `once`: it ends with the attempt if that fails. */
  mode: 'keep' | 'once'
  who: string
  /** RFC 3339. */
  since: string
  /** It ends with its client, and so with claimd. */
  ofClient: boolean
}

/** How a connect failed, or why a connection is taken down. */
export interface Failure {
  cause: ConnectCause
  /** In words. */
  because: string
}

/** One try to bring a connection up. Its fence is its number. */
export interface Attempt {
  /** As it is in force for this attempt. */
  readonly reference: ConnectionReference
  /** The full id. */
  readonly provider: string
  /** 0 until something is reserved. */
  fence: number
  /** As it was when it was reserved, or when it went: see `ConnectionsContext.adapterNow`. */
  adapter: Adapter | null
  resources: string[]
  /** Its provider has said what it needs, or why it cannot be connected. */
  wasAnswered: boolean
  /** What it leads to, in its provider's words as a fingerprint; `null` where it does not say. Others with the same one share its link. */
  linkKey: string | null
  /**
   * `waiting`: for its turn, and for what it needs · `connecting`: `connect` was called · `connected` · `disconnecting`:
   * whatever is there is being taken down.
   */
  phase: 'waiting' | 'connecting' | 'connected' | 'disconnecting'
  /** RFC 3339: since when it is in this phase. */
  since: string
  /** Why it waits, in words, unless it is for its lane. */
  waitsFor: string
  /** It waits for a resource or an adapter, until something is given back, or was offered. */
  isBlocked: boolean
  /** A connection that leads to the same and is being connected or taken down: what becomes of that is waited for. */
  waitsForLinkOf: string | null
  /** The question that is out about it. */
  question: number | null
  /** Its provider is to be asked whether it is still up. */
  statusWanted: boolean
  /** Its carrier is lost: the monotonic moment by which it has to be back, or its provider is asked; `null` else. */
  carrierDue: number | null
  /** The provider's build that connected or confirmed it last. */
  build: string
  /** Of `connecting`: how far its provider says that it is. */
  progress: NonNullable<Progress['state']> | null
  /** Of `connecting`: why its result is not wanted any more; `null` while it is. */
  cancelled: Failure | null
  /** Of `connected`: its provider says that its data are paused. */
  suspended: boolean
  /** Of one that is suspended: why, in words. */
  suspendedBecause: string
  /** Of `connected`: restored after a restart, and not confirmed since. */
  provisional: boolean
  /** Of `connected`: its provider does not take it down. No idle hang-up until somebody asks for it anew. */
  staysUp: boolean
  ending: Ending | null
  /** The act that was sent and has not ended; also one whose result is not waited for any more. */
  openAct: 'connect' | 'disconnect' | null
  /** The monotonic moment at which the act that is waited for has to have ended; `null` when none is. */
  actUntil: number | null
  /** Whether it occupies its provider's lane. */
  inLane: boolean
  /** What was taken over is claimed again if it fails. */
  readonly takesOver: boolean
}

/** How a connection is taken down. */
export interface Ending {
  /** `act`: its provider is asked to · `undo`: the host takes back what was made · `look`: whether it is down after all */
  step: 'pending' | 'act' | 'undo' | 'look'
  /** Why it is taken down; `null`: because it is not wanted any more. */
  failure: Failure | null
  /** In words. */
  because: string
  /** Whether it was connected, so that it may stay connected if it cannot be taken down. */
  wasConnected: boolean
  /** Its provider did not say that it is down. */
  isDoubtful: boolean
  /** What went wrong meanwhile, in words. */
  troubles: string[]
}

/** A connection that is up by the link of another one that leads to the same. */
export interface Sharing {
  /** The name of the connection whose link it is. */
  carrier: string
  /** As it is in force. */
  reference: ConnectionReference
  /** RFC 3339. */
  since: string
}

/** Somebody who waits for what becomes of a connection. */
export interface OpenRequest {
  id: number
  what: 'connect' | 'disconnect'
  connection: string
  who: string
  /** Whose requests are counted together. */
  caller: string
  key: string | null
  /** RFC 3339. */
  since: string
  /** The owner of the hold by which it is wanted; `null` where it places none. */
  hold: string | null
  /** It placed that hold, which goes with it when it is cancelled; else it was there before. */
  placedHold: boolean
  /** The monotonic moment at which it times out; `null`: never. */
  until: number | null
  /** The kernel's request that is replied to when it is completed; `null` where the reply was its number. */
  reply: number | null
  /** It ends with the attempt that is being cleaned up. One that came later waits for the next. */
  ends: boolean
  /** The kernel's request to disconnect everything that it is a part of. */
  group: number | null
}

/** An edit of a configured connection, while its provider is asked whether it can be connected so. */
export interface PendingEdit {
  /** The kernel's request that is replied to. */
  request: number
  /** The kernel's question. */
  question: number
  settings: ConnectionSettings
  isNew: boolean
  immediate: boolean
  who: string
}

/** A connection as the core knows it. */
export interface ConnectionRecord {
  readonly name: string
  /** As it is configured now; `null` when it is not, and lives until its attempt has ended. */
  settings: ConnectionSettings | null
  source: 'file' | 'api' | null
  readonly holds: Map<string, Hold>
  readonly requests: Map<number, OpenRequest>
  attempt: Attempt | null
  /** The handle by which it is edited; `null` where it cannot be. */
  change: number | null
  /** An edit that its provider is being asked about. */
  edit: PendingEdit | null
  /** Who has disconnected it, so that it is not connected by itself; `null` when nobody has. */
  stoppedBy: string | null
  /** Attempts that failed since one succeeded. */
  failures: number
  failure: (Failure & { at: string }) | null
  /** The monotonic moment and the time of the next attempt; `null` when none is set. */
  retry: { due: number; at: string } | null
  /** It is tried again when an adapter can be used, or something else has happened. */
  awaitsChange: boolean
  /** The monotonic moment at which it is taken down, being unused; `null` while it is used, or not up. */
  idleUntil: number | null
  /** It shares the link of another one, and has no attempt of its own; `null` when it does not. */
  sharing: Sharing | null
  /** The names of the connections that share its link. */
  readonly sharers: Set<string>
  /** The state as it was told last. */
  told: ConnectionState
}
