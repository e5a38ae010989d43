import type { Predecessor } from '@claimd/sdk'
import type { Link } from '../adapters/link.js'
import type { Context } from './context.js'
import type { AdapterRecord } from './records.js'
import { goneRows, type StoredGone } from './rows.js'

/** Remembers an adapter that is not there any more, for one that is made again, and for those who ask what became of it. */
export function rememberGone(context: Context, gone: StoredGone): void {
  context.turn.put(goneRows, gone)
  const forgotten = context.gone.add(gone)
  if (forgotten) context.turn.drop(goneRows, forgotten.id)
}

/** The same for one whose link claimd has seen going. @param because what became of it, in words */
export function rememberGoneRecord(
  context: Context,
  { id, key, adapter: { name }, holding }: AdapterRecord,
  because: string,
): void {
  const { provider = null, connection = null } = holding ?? {}
  rememberGone(context, { id, key, name, because, until: context.moment.at, provider, connection })
}

/**
 * The adapter that a new link was before: the last one that went with the same place or address, or else with the same
 * name. Nothing is inherited from it, see host/docs/design.md#identity.
 */
export function predecessorOf({ gone }: Context, key: string, { name }: Link): Predecessor | null {
  const before = gone.findBefore(key, name)
  if (!before) return null
  const { key: _, ...predecessor } = before
  return predecessor
}
