import type { Link } from '../adapters/link.js'
import type { Row } from '../kernel/rows.js'
import type { Context } from './context.js'
import { take, unverified } from './holding.js'
import { addRecord, refreshRow } from './link-events.js'
import { rememberGone } from './predecessors.js'
import type { Holding } from './records.js'
import {
  adapterRows,
  goneRows,
  holdingRows,
  previousHolderRows,
  releaseRows,
  type StoredAdapter,
  type StoredHolding,
} from './rows.js'
import { recordOutside, refuseRestore } from './rules.js'

/**
 * Puts what was stored back in its place, for the links that are there. A stored adapter is the same one
 * only within the same boot and network namespace, with the same index and evidence; then its claim is back,
 * provisional and protected from this moment on. Everything else has ended meanwhile, and that is recorded.
 */
export function restore(context: Context, rows: readonly Row[], links: readonly Link[]): void {
  const present = new Map(links.map((link) => [link.index, link]))
  const holdings = new Map(holdingRows.of(rows).map((holding) => [holding.adapter, holding]))
  const releases = new Map(releaseRows.of(rows).map((release) => [release.adapter, release]))
  for (const gone of goneRows.of(rows)) context.gone.add(gone)
  for (const { key, provider } of previousHolderRows.of(rows)) context.previousHolders.set(key, provider)
  for (const known of adapterRows.of(rows)) {
    const link = present.get(known.index)
    const holding = holdings.get(known.id)
    const loss = refuseRestore(known, link, context.where)
    if (loss !== null || !link) {
      forget(context, known, holding, loss!)
      continue
    }
    const record = addRecord(context, link, known)
    const release = releases.get(known.id)
    if (release) record.release = { who: release.who, reason: release.reason, at: release.at }
    if (holding) {
      const { adapter: _, ...kept } = holding
      take(context, record, restoredHolding(kept))
      const { provider, connection } = holding
      if (holding.origin === 'out-of-band') context.emit('claim-restored', record, { provider, connection })
    }
  }
  // Only now every master is there, so that a port can name it, and is known for one.
  for (const record of context.adapters.values()) refreshRow(context, record)
}

function forget(
  context: Context,
  known: StoredAdapter,
  holding: StoredHolding | undefined,
  why: string,
): void {
  context.turn.drop(adapterRows, known.id)
  rememberGone(context, {
    id: known.id,
    key: known.key ?? null,
    name: known.name,
    because: why,
    until: context.moment.at,
    provider: holding?.provider ?? null,
    connection: holding?.connection ?? null,
  })
  const subject = { adapter: known.id, name: known.name }
  const outside = recordOutside(null, [])
  context.turn.emit('adapter-removed', subject, { movedTo: null, because: why, ...outside })
  if (holding?.origin !== 'out-of-band') return
  const { provider, connection } = holding
  context.turn.emit('claim-ended', subject, { provider, connection, cause: why, by: 'restart', who: null })
}

function restoredHolding({ over, ...kept }: Omit<StoredHolding, 'adapter'>): Holding {
  return {
    ...kept,
    ...(over && { over: restoredHolding(over) }),
    ...unverified(),
    provisional: kept.origin === 'out-of-band',
  }
}
