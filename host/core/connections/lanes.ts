import type { ProviderInfo } from '../claims/provider-info.js'
import type { Attempt } from './records.js'

/** So many acts of a provider that is not serial run at the same time. */
const parallel = 16

/** Of a provider that is serial one connection is connected, disconnected or asked for at a time: CM-28. */
export class Lanes {
  /** By provider. */
  private readonly busy = new Map<string, Set<Attempt>>()

  /** @returns who is in the way; `null` when it has entered */
  enter(attempt: Attempt, provider: ProviderInfo): Attempt | null {
    const inside = this.busy.get(provider.id) ?? new Set()
    this.busy.set(provider.id, inside)
    if (inside.has(attempt)) return null
    if (inside.size >= (provider.serial ? 1 : parallel)) return inside.values().next().value!
    inside.add(attempt)
    return null
  }

  leave(attempt: Attempt): void {
    const inside = this.busy.get(attempt.provider)
    inside?.delete(attempt)
    if (inside?.size === 0) this.busy.delete(attempt.provider)
  }
}
