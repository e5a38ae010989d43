import { stableKey } from '../adapters/identity.js'
import type { Link } from '../adapters/link.js'
import type { Context } from './context.js'
import type { AdapterRecord, Holding } from './records.js'
import { previousHolderRows } from './rows.js'

/** So many adapters are remembered, those that were claimed last. */
const limit = 1_024

/** The provider that held this adapter before its link went away; `null` when nothing is known of that. */
export function previousHolder(context: Context, key: string): string | null {
  return context.previousHolders.get(key) ?? null
}

/**
 * Remembers who holds the adapter, for the time after its link. The safety net is never asked first, so its claims
 * need not be.
 * @returns what takes it back, for a claim that could not be stored
 */
export function rememberHolder(
  context: Context,
  record: AdapterRecord,
  { band, provider }: Holding,
): () => void {
  if (band === 'generic') return () => {}
  const { previousHolders } = context
  const key = keyOf(context, record.link)
  const before = previousHolders.get(key) ?? null
  remember(context, key, provider)
  const oldest = previousHolders.size > limit ? previousHolders.entries().next().value! : null
  if (oldest) remember(context, oldest[0], null)
  return () => {
    remember(context, key, before)
    // It comes back as the newest: that it was nearly forgotten is not worth keeping.
    if (oldest) remember(context, oldest[0], oldest[1])
  }
}

/** Puts an entry in the last place, here and in the store; `null` forgets it. */
function remember({ previousHolders, turn }: Context, key: string, provider: string | null): void {
  previousHolders.delete(key)
  if (provider === null) turn.drop(previousHolderRows, key)
  else {
    previousHolders.set(key, provider)
    turn.put(previousHolderRows, { key, provider })
  }
}

/** By this the link is known again, see `stableKey`. */
export function keyOf(context: Context, link: Link): string {
  return stableKey(link, (index) => context.byIndex.get(index)?.link.name)
}
