import type { ConnectionRow, ConnectionState } from '@claimd/sdk'
import type { StoredAttempt } from '../../../../host/core/connections/rows.js'
import type { DialAct } from '../../../../host/core/kernel/provider-port.js'
import { isDownState, isUpState } from './edges.js'

/** What is there of a connection that claimd dials, as whoever sees its provider at work knows it. */
type There =
  | 'nothing'
  /** `connect` runs. */
  | 'coming'
  /** It has succeeded. */
  | 'there'
  /** It has failed, or `disconnect` runs, or what was made is being taken back. */
  | 'going'
  /** It was taken back, and its provider may say that it is there all the same. */
  | 'undone'

interface Seen {
  there: There
  fence: number
  /** What the operator's hold says; `null`: there is none. */
  hold: 'keep' | 'once' | null
  isStopped: boolean
}

/** How a connection is configured; `null`: it is not. */
export type Configured = { enabled: boolean; isAlways: boolean } | null

/** A call of an operator that has been carried out. */
export type Call =
  | { do: 'connect'; name: string; mode: 'keep' | 'once'; request: number }
  | { do: 'disconnect'; name: string }
  | { do: 'disconnect-all' }
  /** `heir`: another request that waits by the same hold. */
  | { do: 'cancel'; name: string; request: number; heir: number | null }

/**
 * What an operator should see of connections, by a far simpler account than that of the machine: a hold is there from the call that
 * places it to the one that ends it, and a connection is what its provider last did for it. It knows nothing of lanes, adapters,
 * attempts or times.
 */
export class Reference {
  private readonly all = new Map<string, Seen>()
  /** Requests that wait, by their number: which connection is to be up. */
  readonly waiting = new Map<number, string>()
  /** Requests that have placed the hold by which they wait. */
  private readonly placed = new Set<number>()

  constructor(
    private readonly configured: (name: string) => Configured,
    private readonly isClaimed: (name: string) => boolean,
  ) {}

  of(name: string): Seen {
    const seen = this.all.get(name) ?? { there: 'nothing', fence: 0, hold: null, isStopped: false }
    this.all.set(name, seen)
    return seen
  }

  isWanted(name: string): boolean {
    const configured = this.configured(name)
    const { hold, isStopped } = this.of(name)
    return configured?.enabled === true && (hold !== null || (configured.isAlways && !isStopped))
  }

  carriedOut(call: Call): void {
    if (call.do === 'connect') {
      const seen = this.of(call.name)
      if (seen.hold !== 'keep') {
        seen.hold = call.mode
        this.placed.add(call.request)
      }
      seen.isStopped = false
    } else if (call.do === 'disconnect') this.revoke(call.name)
    else if (call.do === 'cancel') {
      // A hold that was there before stays.
      if (!this.placed.delete(call.request)) return
      if (call.heir === null) this.of(call.name).hold = null
      else this.placed.add(call.heir)
    } else for (const name of this.all.keys()) if (!this.isClaimed(name)) this.revoke(name)
  }

  private revoke(name: string): void {
    Object.assign(this.of(name), { hold: null, isStopped: this.configured(name) !== null })
  }

  /** It is not configured any more; what is configured under its name later is another one. */
  removed(name: string): void {
    Object.assign(this.of(name), { hold: null, isStopped: false })
  }

  /** A new adapter fits it: what an operator had stopped may come up by itself again. */
  allow(name: string): void {
    this.of(name).isStopped = false
  }

  released(name: string): void {
    const seen = this.of(name)
    seen.hold = null
    if (seen.there === 'there') seen.there = 'nothing'
  }

  act({ kind, fence, parameters }: DialAct): void {
    const seen = this.of(parameters.connection.name)
    Object.assign(seen, { fence, there: kind === 'connect' ? 'coming' : 'going' })
  }

  actEnded({ kind, fence }: DialAct, how: string): void {
    const seen = this.withFence(fence)
    if (seen?.there === 'coming' && kind === 'connect') seen.there = how === 'success' ? 'there' : 'going'
    else if (seen?.there === 'going' && how === 'not-supported') seen.there = 'undone'
  }

  undone(fence: number): void {
    const seen = this.withFence(fence)
    if (seen) seen.there = 'undone'
  }

  status(fence: number, isUp: boolean): void {
    const seen = this.withFence(fence)
    if (seen?.there === 'undone') seen.there = isUp ? 'there' : 'nothing'
  }

  /** The host starts with what was stored: who waited was told, and only what was up is still there. */
  restarted(attempts: readonly StoredAttempt[]): void {
    this.waiting.clear()
    for (const seen of this.all.values()) seen.there = 'nothing'
    for (const { reference, fence, phase } of attempts) {
      Object.assign(this.of(reference.name), { fence, there: phase === 'connected' ? 'there' : 'going' })
    }
  }

  private withFence(fence: number): Seen | undefined {
    return [...this.all.values()].find((seen) => seen.fence === fence)
  }

  /** @returns what is wrong with what is shown; `null` when nothing is */
  faultOf(row: ConnectionRow, requests: readonly number[]): string | null {
    const { name, state, holds } = row
    const seen = this.of(name)
    // What wants one attempt goes with it.
    if (seen.hold === 'once' && holds.length === 0 && !isUpState(state)) seen.hold = null
    const should = seen.hold === null ? '' : 'operator'
    if (holds.join() !== should) return `${name} is held by ${holds}, and should be by ${should}`
    const waiting = [...this.waiting].flatMap(([id, one]) => (one === name ? [id] : []))
    if (waiting.sort().join() !== [...requests].sort().join())
      return `${requests} wait for ${name}, and should be ${waiting}`
    if (row.origin === 'out-of-band') return null
    return this.mayBe(seen, name, state) ? null : `${name} is ${state}, and what is there: ${seen.there}`
  }

  private mayBe(seen: Seen, name: string, state: ConnectionState): boolean {
    const isEnding = state === 'disconnecting'
    switch (seen.there) {
      case 'nothing':
        return this.mayBeDown(name, state)
      case 'coming':
        return state.startsWith('connecting') || isEnding
      case 'there':
        // What is taken down may have to wait for its provider.
        return isUpState(state) || isEnding
      case 'going':
        return isEnding
      case 'undone':
        return isEnding || isUpState(state) || this.mayBeDown(name, state)
    }
  }

  private mayBeDown(name: string, state: ConnectionState): boolean {
    if (state === 'connecting') return this.isWanted(name)
    if (!isDownState(state)) return false
    return (state === 'disconnected-disabled') === (this.configured(name)?.enabled === false)
  }
}
