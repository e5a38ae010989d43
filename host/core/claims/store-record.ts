import { evidenceOf } from '../adapters/identity.js'
import type { Context } from './context.js'
import type { AdapterRecord } from './records.js'
import { adapterRows } from './rows.js'

/** Has the store keep what a restarted host needs to find this adapter again. */
export function storeRecord(context: Context, record: AdapterRecord): void {
  context.turn.put(adapterRows, {
    id: record.id,
    index: record.link.index,
    generation: record.generation,
    ...context.where,
    evidence: evidenceOf(record.link),
    address: record.link.address,
    name: record.link.name,
    unsupported: [...record.unsupported],
    key: record.key,
    predecessor: record.predecessor,
  })
}
