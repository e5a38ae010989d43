import type { Question } from '../core/kernel/provider-port.js'

/** Remembers which provider of a plugin a claim belongs to: a report names only the claim's fence. */
export class ClaimFences {
  /** By adapter: an adapter has one claim at most, so this stays as small as what is held. */
  readonly #claims = new Map<string, { provider: string; fence: number }>()

  note({ adapter, provider, fence }: Question): void {
    // An answer may be late: what was claimed after it counts.
    if ((this.#claims.get(adapter.id)?.fence ?? 0) > fence) return
    this.#claims.set(adapter.id, { provider, fence })
  }

  /** That claim is over. A later one of the same adapter stays. */
  forget(adapter: string, fence: number): void {
    if (this.#claims.get(adapter)?.fence === fence) this.#claims.delete(adapter)
  }

  /** The full id of the provider, or `null` for a fence that none of the plugin's claims has. */
  providerOf(fence: number): string | null {
    for (const claim of this.#claims.values()) if (claim.fence === fence) return claim.provider
    return null
  }
}
