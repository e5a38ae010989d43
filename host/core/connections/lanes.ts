import type { ProviderInfo } from '../claims/provider-info.js'
import type { Attempt } from './records.js'

/** So many acts of a provider that is not serial run at the same time. */
const parallel = 16

interface Lane {
  readonly inside: Set<Attempt>
  /** Who was sent away, the first one first. */
  readonly waiting: Set<Attempt>
  room: number
}

/** Of a provider that is serial one connection is connected, disconnected or asked for at a time: CM-28. */
export class Lanes {
  /** By provider. */
  private readonly lanes = new Map<string, Lane>()
  /** Those that somebody has left. */
  private readonly left = new Set<Lane>()

  /** @returns who is in the way; `null` when it has entered. One that is sent away is named by {@link next} when it is its turn */
  enter(attempt: Attempt, { id, serial }: Pick<ProviderInfo, 'id' | 'serial'>): Attempt | null {
    const lane = this.lanes.get(id) ?? { inside: new Set(), waiting: new Set(), room: 0 }
    this.lanes.set(id, lane)
    lane.room = serial ? 1 : parallel
    if (lane.inside.has(attempt)) return null
    if (lane.inside.size >= lane.room) {
      lane.waiting.add(attempt)
      return first(lane.inside)
    }
    lane.waiting.delete(attempt)
    lane.inside.add(attempt)
    return null
  }

  /** It is not in its lane any more, and does not wait for it either. */
  leave(attempt: Attempt): void {
    const lane = this.lanes.get(attempt.provider)
    if (!lane) return
    lane.waiting.delete(attempt)
    if (lane.inside.delete(attempt)) this.left.add(lane)
    if (lane.inside.size + lane.waiting.size === 0) this.lanes.delete(attempt.provider)
  }

  /** Who is in the way of one that waits; `null` when it does not wait. */
  inTheWayOf(attempt: Attempt): Attempt | null {
    const lane = this.lanes.get(attempt.provider)
    return lane?.waiting.has(attempt) ? first(lane.inside) : null
  }

  /** Who can enter now. Each is named once for each time that it was sent away: it may not want to any more. */
  next(): Attempt | null {
    for (const lane of this.left) {
      const attempt = lane.inside.size < lane.room ? first(lane.waiting) : null
      if (attempt === null) this.left.delete(lane)
      else {
        lane.waiting.delete(attempt)
        return attempt
      }
    }
    return null
  }
}

function first(attempts: ReadonlySet<Attempt>): Attempt | null {
  return attempts.values().next().value ?? null
}
