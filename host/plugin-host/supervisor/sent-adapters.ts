import type { Adapter } from '@claimd/sdk'
import type { Call, SentCall } from '@claimd/sdk/wire'

/** What a process knows of adapters from the `resources` before, so that only others are sent: see {@link SentCall}. */
export class SentAdapters {
  #known: ReadonlyMap<string, Adapter> = new Map()

  /** @param call in the order in which they are sent */
  sent(call: Call): SentCall {
    if (call.method !== 'resources') return call
    const before = this.#known
    this.#known = new Map(call.adapters.map((adapter) => [adapter.id, adapter]))
    // An adapter that is another one in some way is another object.
    const adapters = call.adapters.map((one) => (before.get(one.id) === one ? one.id : one))
    return { ...call, adapters }
  }
}
