import type { ConnectionsContext } from './context.js'
import type { Attempt } from './records.js'
import { attemptRows } from './rows.js'

/** Stores an attempt that has reserved something. */
export function storeAttempt(context: ConnectionsContext, attempt: Attempt): void {
  const { fence, reference, provider, adapter, phase, resources, since } = attempt
  if (phase === 'waiting') return
  context.turn.put(attemptRows, {
    fence,
    reference,
    provider,
    adapter: adapter?.id ?? null,
    phase,
    resources,
    since,
  })
}
