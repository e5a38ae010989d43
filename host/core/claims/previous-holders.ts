import { stableKey } from '../adapters/identity.js'
import type { Link } from '../adapters/link.js'
import type { Context } from './context.js'
import type { AdapterRecord, Claim } from './records.js'

/** So many adapters are remembered, those that were claimed last. */
const limit = 1_024

/** The provider that held this adapter before its link went away; `null` when nothing is known of that. */
export function previousHolder(context: Context, link: Link): string | null {
  return context.previousHolders.get(keyOf(context, link)) ?? null
}

/**
 * Remembers who holds the adapter, for the time after its link. The safety net is never asked first, so its claims
 * need not be.
 * @returns what takes it back, for a claim that could not be stored
 */
export function rememberHolder(
  context: Context,
  record: AdapterRecord,
  { band, provider }: Claim,
): () => void {
  if (band === 'generic') return () => {}
  const key = keyOf(context, record.link)
  const before = context.previousHolders.get(key) ?? null
  if (before === provider) return () => {}
  remember(context, key, provider)
  const [oldest] = context.previousHolders.size > limit ? context.previousHolders.keys() : []
  if (oldest !== undefined) remember(context, oldest, null)
  return () => remember(context, key, before)
}

function remember({ previousHolders, out }: Context, key: string, provider: string | null): void {
  previousHolders.delete(key)
  if (provider !== null) previousHolders.set(key, provider)
  out.holders.set(key, provider === null ? null : { key, provider })
}

function keyOf(context: Context, link: Link): string {
  return stableKey(link, (index) => context.byIndex.get(index)?.link.name)
}
