import {
  adapterRows,
  holdingRows,
  previousHolderRows,
  releaseRows,
  type StoredAdapter,
  type StoredHolder,
  type StoredHolding,
  type StoredRelease,
} from '../../../host/core/claims/rows.js'
import type { StoredEvent } from '../../../host/core/kernel/journal-event.js'
import { RowWrites } from '../../../host/core/kernel/rows.js'
import type { Batch } from '../../../host/core/kernel/store-port.js'

/** What becomes of rows, by their kinds. Drops come before puts, those of adapters last. */
export interface RowParts {
  putAdapters: StoredAdapter[]
  dropAdapters: string[]
  putHoldings: StoredHolding[]
  dropHoldings: string[]
  putReleases: StoredRelease[]
  dropReleases: string[]
  putHolders: StoredHolder[]
  dropHolders: string[]
}

export function noRows(): RowParts {
  return {
    putAdapters: [],
    dropAdapters: [],
    putHoldings: [],
    dropHoldings: [],
    putReleases: [],
    dropReleases: [],
    putHolders: [],
    dropHolders: [],
  }
}

export function batch(parts: Partial<Omit<Batch, 'rows'> & RowParts> = {}): Batch {
  const { events = [], generation = 0, fence = 0, sync = false } = parts
  const { putAdapters, dropAdapters, putHoldings, dropHoldings, putReleases, dropReleases, ...holders } = {
    ...noRows(),
    ...parts,
  }
  const rows = new RowWrites()
  for (const key of dropHoldings) rows.drop(holdingRows, key)
  for (const key of dropReleases) rows.drop(releaseRows, key)
  for (const key of holders.dropHolders) rows.drop(previousHolderRows, key)
  for (const row of putAdapters) rows.put(adapterRows, row)
  for (const row of putHoldings) rows.put(holdingRows, row)
  for (const row of putReleases) rows.put(releaseRows, row)
  for (const row of holders.putHolders) rows.put(previousHolderRows, row)
  for (const key of dropAdapters) rows.drop(adapterRows, key)
  return { events, generation, fence, rows: rows.list(), sync }
}

export const start = Date.parse('2026-01-01T00:00:00Z')

export function event(revision: number, parts: Partial<StoredEvent> = {}): StoredEvent {
  const at = new Date(start + revision * 1000).toISOString()
  return { revision, at, type: 'link', adapter: '1.1', name: 'eth0', message: 'it changed', ...parts }
}

export function roundEvent(revision: number, adapter: string): StoredEvent {
  const round = {
    at: event(revision).at,
    trigger: `round ${revision}`,
    answers: [],
    unlisted: 0,
    outcome: 'nobody wants it',
  }
  return event(revision, { type: 'round', adapter, round })
}

export function adapter(id: string, parts: Partial<StoredAdapter> = {}): StoredAdapter {
  const [index, generation] = id.split('.').map(Number) as [number, number]
  return {
    id,
    index,
    generation,
    boot: 'boot',
    namespace: '1',
    unsupported: [],
    address: null,
    evidence: 'veth',
    name: `eth${index}`,
    ...parts,
  }
}

export function claim(adapter: string, parts: Partial<StoredHolding> = {}): StoredHolding {
  return {
    adapter,
    origin: 'out-of-band',
    provider: '@acme/lab/lab',
    plugin: '@acme/lab',
    version: '1.0.0',
    band: 'exact',
    connection: `lab-${adapter}`,
    volatile: true,
    evidence: null,
    fence: 1,
    since: event(0).at,
    ...parts,
  }
}

export function release(adapter: string): StoredRelease {
  return { adapter, who: 'root', reason: 'maintenance', at: event(0).at }
}
