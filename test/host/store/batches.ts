import type { EventDocument } from '@claimd/sdk'
import type {
  Batch,
  StoredAdapter,
  StoredClaim,
  StoredRelease,
} from '../../../host/core/engine/store-port.js'

export function batch(parts: Partial<Batch> = {}): Batch {
  return {
    events: [],
    generation: 0,
    fence: 0,
    putAdapters: [],
    dropAdapters: [],
    putClaims: [],
    dropClaims: [],
    putReleases: [],
    dropReleases: [],
    putHolders: [],
    dropHolders: [],
    sync: false,
    ...parts,
  }
}

export const start = Date.parse('2026-01-01T00:00:00Z')

export function event(revision: number, parts: Partial<EventDocument> = {}): EventDocument {
  const at = new Date(start + revision * 1000).toISOString()
  return { revision, at, type: 'link', adapter: '1.1', name: 'eth0', message: 'it changed', ...parts }
}

export function roundEvent(revision: number, adapter: string): EventDocument {
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

export function claim(adapter: string, parts: Partial<StoredClaim> = {}): StoredClaim {
  return {
    adapter,
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
