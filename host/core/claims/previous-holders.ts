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

/** Remembers who holds the adapter, for the time after its link. The safety net is never asked first, so its claims need not be. */
export function rememberHolder(context: Context, record: AdapterRecord, { band, provider }: Claim): void {
  if (band === 'generic') return
  const key = keyOf(context, record.link)
  const { previousHolders } = context
  if (previousHolders.get(key) === provider) return
  previousHolders.delete(key)
  previousHolders.set(key, provider)
  context.out.holders.set(key, { key, provider })
  if (previousHolders.size <= limit) return
  const [oldest] = previousHolders.keys()
  previousHolders.delete(oldest!)
  context.out.holders.set(oldest!, null)
}

function keyOf(context: Context, link: Link): string {
  return stableKey(link, (index) => context.byIndex.get(index)?.link.name)
}
