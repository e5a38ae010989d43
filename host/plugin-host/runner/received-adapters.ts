import type { Adapter } from '@claimd/sdk'
import type { Call, SentCall } from '@claimd/sdk/wire'
import { deepFreeze } from './active-plugin.js'

/** The adapters of the `resources` before, which the host does not send again: see {@link SentCall}. */
export class ReceivedAdapters {
  #known: ReadonlyMap<string, Adapter> = new Map()

  /** @param call in the order in which they came. @returns the same with all its adapters; none of these can be changed */
  received(call: SentCall): Call {
    if (call.method !== 'resources') return call
    const before = this.#known
    const adapters = call.adapters.map((one) =>
      typeof one === 'string' ? before.get(one)! : deepFreeze(one),
    )
    this.#known = new Map(adapters.map((adapter) => [adapter.id, adapter]))
    return { ...call, adapters: Object.freeze(adapters) }
  }
}
