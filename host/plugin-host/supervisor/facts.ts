import type { Adapter } from '@claimd/sdk'
import type { AcceptedPlugin } from '../discovery/found-plugin.js'

/** A claim that the plugin holds: a version that takes over must recognise it. */
export interface HeldClaim {
  /** The full id. */
  provider: string
  adapter: Adapter
  connection: string
  evidence: string | null
  fence: number
}

/** Why a version may not run. */
export interface Refusal {
  state: 'untrusted' | 'quarantined'
  why: string
  /** Whether it may run as soon as an operator trusts it. */
  awaitsTrust: boolean
}

/** What the supervisor of a plugin may look at while it decides. */
export interface Facts {
  /** Monotonic milliseconds. */
  now(): number
  /** A number from 0 to 1, for the jitter of the back-off. */
  random(): number
  /** The claims that the plugin holds now. */
  held(): readonly HeldClaim[]
  /** Why a version may not run, or `null`. */
  refusal(version: AcceptedPlugin): Refusal | null
}

/** Why a build that failed may not run. */
export function becauseFailed(reason: string): string {
  return `this build failed: ${reason}`
}
