import type { Adapter } from './adapter.js'
import type { ConnectCause } from './causes.js'
import type { ResultCode } from './result-codes.js'

/** A call about a configured connection. */
export interface ConnectionCall {
  /** Its name. */
  connection: string
  type: string
  /** The part that only the provider understands, as it is in force for this connection. */
  config: Readonly<Record<string, unknown>>
  /** Aborted when the answer is no longer wanted: the deadline passed, or it was cancelled. */
  signal: AbortSignal
}

/** A call about a connection that claimd brings up, has brought up, or takes down. */
export interface DialCall extends ConnectionCall {
  /** The adapter that is reserved for it; `null` where the provider makes its own link. */
  adapter: Adapter | null
  /**
   * The number of this attempt, which is never given again. It is dead once the connection is down: what claimd is asked for
   * with it from then on is refused.
   */
  fence: number
}

/** Any answer but a success. `cause` is what callers decide by; `reason` is for people. */
export interface Failure {
  result: Exclude<ResultCode, 'SUCCESS' | 'PENDING'>
  /** Default: `provider-failed`. */
  cause?: ConnectCause
  reason?: string
}

export interface ResourcesCall extends ConnectionCall {
  /** Those that claimd may use for it now: nobody holds them, and the first round of each is over. */
  adapters: readonly Adapter[]
}

/** An exclusive thing that a connection needs beside its adapter, such as `modem:0` or `radio:phy0`. */
export interface Resource {
  /** The same for all plugins that need the same thing. */
  id: string
  /** How many connections may use it at the same time. Default: 1. */
  capacity?: number
}

/** What a connection needs before it can be connected. */
export type ResourcesAnswer = {
  /**
   * What the connection leads to. Connections of one type with the same key share one link: the second is up as soon as the
   * first is, without a connect of its own, and for as long as it is. Up to 1,024 characters; claimd keeps a fingerprint of it
   * only. Default: none, and the connection has a link of its own.
   */
  linkKey?: string
} & (
  | {
      result: 'SUCCESS'
      /** The ids of the adapters that it could use, the best one first; `null` where the provider makes its own link, see `context.links.adopt`. */
      adapters: readonly string[] | null
      /** All of them are needed. Default: none. */
      resources?: readonly Resource[]
    }
  | Failure
)

/** What is wrong with a `config`. */
export interface ConfigFault {
  /** The path of the field within `config`, such as `routes[0].gateway`; empty for the whole. */
  field: string
  found: string
  expected: string
  remedy?: string
}

export type ValidateAnswer = { result: 'SUCCESS' } | (Failure & { faults?: readonly ConfigFault[] })

/** How far a connect has come. */
export interface Progress {
  state?: 'associating' | 'authenticating' | 'waiting-for-ip'
  /** In words. */
  text?: string
}

export interface ConnectCall extends DialCall {
  /** Tells how far it has come; shown to whoever waits. */
  progress(progress: Progress): void
}

export type ConnectAnswer =
  | {
      /** The IP interface is up and has its address. */
      result: 'SUCCESS'
      /** By what the provider knows it; shown. */
      evidence?: string
    }
  | Failure

export interface DisconnectCall extends DialCall {
  /** How it came to be up. The host asks only about `dialled` ones. */
  origin: 'dialled' | 'out-of-band'
}

/** `SUCCESS`: it is down, and what the provider made is gone. `NOT_SUPPORTED`: this provider does not take it down. */
export type DisconnectAnswer = { result: 'SUCCESS' } | Failure

export type StatusAnswer =
  | { result: 'SUCCESS'; state: 'connected' | 'suspended' | 'disconnected'; reason?: string }
  | Failure

/**
 * `info`: at most 64 things by names of the provider's own, such as `{ operator: 'Lab Mobile', signal: 71 }`. A name is at most 32
 * letters, digits, spaces, `.`, `_` and `-`, the first a letter or digit. No secrets: everybody who may use claimd sees it.
 */
export type TypeSpecificAnswer =
  | { result: 'SUCCESS'; info: Readonly<Record<string, string | number | boolean>> }
  | Failure

/** What a provider implements to bring connections up and to take them down. */
export interface Connecting {
  /**
   * Which adapters could the connection use, what else does it need, and what does it lead to? Asked before anything is reserved. Without it, every
   * adapter that fits the manifest's rules will do. Its deadline is 2 s.
   */
  resources?(call: ResourcesCall): ResourcesAnswer | Promise<ResourcesAnswer>
  /**
   * Is this `config` one that can be connected? Asked when it is configured, after the manifest's schema has accepted it. Without
   * it the schema decides alone. Its deadline is 2 s.
   */
  validate?(call: ConnectionCall): ValidateAnswer | Promise<ValidateAnswer>
  /**
   * Bring it up. Called once for each fence, and never again, whatever happens to the process. When `signal` is aborted the
   * provider has 10 s to answer, with any failure; what it answers after that is void. After a failure, and after an abort,
   * `disconnect` is called with the same fence. Its deadline is 60 s, or `deadlines.connect` of the manifest.
   */
  connect?(call: ConnectCall): ConnectAnswer | Promise<ConnectAnswer>
  /**
   * Take it down: also what a failed or interrupted `connect` with that fence left behind, perhaps of another process, and
   * also when nothing is left. What was changed through `context.links` the host takes back by itself, after this. Answer when
   * it is down: the adapter is somebody else's then. Its deadline is 10 s, or `deadlines.disconnect` of the manifest.
   */
  disconnect?(call: DisconnectCall): DisconnectAnswer | Promise<DisconnectAnswer>
  /**
   * Is it still up? Asked after a restart of the host, of the plugin, and when its link changed. Without it, a link that is there
   * and up will do. Its deadline is 2 s.
   */
  status?(call: DialCall): StatusAnswer | Promise<StatusAnswer>
  /**
   * What else is there to be told of a connection that is up, dialled or claimed, and that only its provider knows? Asked when
   * somebody looks at it, such as with `claimd connection show`; shown as it is. Its deadline is 2 s.
   */
  typeSpecific?(call: DialCall): TypeSpecificAnswer | Promise<TypeSpecificAnswer>
}
