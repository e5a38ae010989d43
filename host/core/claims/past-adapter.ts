import type { AdapterState, Round } from '@claimd/sdk'
import type { StoredEvent } from '../kernel/journal-event.js'
import { describeGone, holderIn } from './past-names.js'

interface PastHolder {
  provider: string
  connection: string
  because: string
  orphaned: boolean
}

/** How an adapter was at a moment: takes the events about it up to then, oldest first. */
export class PastAdapter {
  /** The finished rounds, oldest first. */
  readonly rounds: Round[] = []
  /** The id of the adapter that it was before. */
  predecessor: string | null = null
  /** `undefined`: the events do not say. */
  private holder: PastHolder | null | undefined
  private gone: string | null = null
  private ignored: string | null = null
  private released: string | null = null
  private outcome: string | null = null
  /** A round that had begun and not ended. */
  private running: Round | null = null

  take(event: StoredEvent): void {
    if (this.gone !== null) return
    switch (event.type) {
      case 'adapter-appeared':
        this.holder = null
        this.ignored = textIn(event, 'ignored')
        this.predecessor = textIn(event, 'predecessor')
        break
      case 'adapter-changed':
      case 'adapter-ignored':
        if ('ignored' in event) this.ignored = textIn(event, 'ignored')
        break
      case 'adapter-removed':
      case 'adapter-moved':
        this.gone = describeGone(event)
        this.holder = null
        break
      case 'round':
        this.takeRound(event.round as Round)
        break
      case 'claim-ended':
        this.holder = null
        this.outcome = `the claim of ${event.provider} ended: ${event.cause}`
        break
      case 'released':
        this.holder = null
        this.released = `released by ${event.who}: ${event.reason}`
        break
      case 'release-ended':
        this.released = null
        break
      default:
        this.takeHolder(event)
    }
  }

  /** Whether it is known if somebody held it. */
  get isKnown(): boolean {
    return this.holder !== undefined
  }

  /** It is known from elsewhere who held it; `null` when nobody did. */
  settle(holder: { provider: string; connection: string } | null, because: string): void {
    this.holder = holder && { ...holder, because, orphaned: false }
  }

  /** A round ended later that had begun by then. */
  setRunning({ at, trigger, claimEnd }: Round): void {
    const begun = { at, trigger, answers: [], unlisted: 0, outcome: null }
    this.running = claimEnd ? { ...begun, claimEnd } : begun
  }

  get state(): {
    state: AdapterState
    because: string
    provider: string | null
    connection: string | null
    rounds: Round[]
  } {
    const rounds = this.running ? [...this.rounds, this.running] : this.rounds
    const { provider = null, connection = null } = this.holder ?? {}
    return { ...this.standing(), provider, connection, rounds }
  }

  private standing(): { state: AdapterState; because: string } {
    const { gone, holder, ignored, running, released, outcome } = this
    if (gone !== null) return { state: 'absent', because: gone }
    if (holder) return { state: holder.orphaned ? 'orphaned' : 'claimed', because: holder.because }
    if (ignored !== null) return { state: 'ignored', because: ignored }
    if (running) return { state: 'offered', because: 'its providers were being asked' }
    return { state: 'unmanaged', because: released ?? outcome ?? 'no round of it had ended yet' }
  }

  private takeRound(round: Round): void {
    this.rounds.push(round)
    this.outcome = round.outcome
  }

  private takeHolder(event: StoredEvent): void {
    const found = holderIn(event)
    if (found === null) return
    const because = describeHolder(event, found.provider, this.holder?.because)
    this.holder = { ...found, because, orphaned: event.type === 'orphaned' || event.type === 'given-up' }
  }
}

function describeHolder(event: StoredEvent, provider: string, before: string | undefined): string {
  switch (event.type) {
    case 'orphaned':
      return `${provider} could not answer for it: ${event.because}`
    case 'given-up':
      return `${provider} had given it up, and it had no new holder yet: ${event.cause}`
    case 'verify-pending': {
      // Events of earlier versions have it in their sentence alone.
      const why = textIn(event, 'because') ?? event.message ?? 'it gave no reason'
      return `${provider} could not tell yet whether it still held it: ${why}`
    }
    case 'claim-restored':
      return `${provider} held it before claimd restarted, and had yet to confirm it`
    case 'connection-renamed':
      return before ?? `claimed by ${provider}`
    default:
      return textIn(event, 'evidence') ?? `claimed by ${provider}`
  }
}

function textIn(event: StoredEvent, field: string): string | null {
  const value = event[field]
  return typeof value === 'string' ? value : null
}

/**
 * What a later event tells of who held the adapter before it; `undefined` where it does not tell. An event of type
 * `adapter-removed` does not: that somebody held it is told right after it.
 */
export function holderBefore(
  event: StoredEvent,
): { provider: string; connection: string } | null | undefined {
  const { type, provider, connection, from, fromConnection } = event
  if (type === 'claimed' || type === 'adapter-appeared') return null
  if (type === 'handed-over') return { provider: String(from), connection: String(fromConnection) }
  if (type === 'connection-renamed') return { provider: String(provider), connection: String(from) }
  if (type === 'claim-ended') return { provider: String(provider), connection: String(connection) }
  if (type === 'released' && provider === null) return null
  return holderIn(event) ?? undefined
}
