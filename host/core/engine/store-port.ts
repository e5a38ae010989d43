import type { Band, EventDocument, Round } from '@claimd/sdk'
import type { StoredPlace } from '../adapters/place.js'

/** What makes a link the same one after a restart of the host. */
export interface StoredAdapter extends StoredPlace {
  /** `INDEX.GENERATION` */
  id: string
  index: number
  generation: number
  /** By these a link with this index is known to be the same, see `isStill`. */
  evidence: string
  address: string | null
  name: string
  /** Providers that said NOT_SUPPORTED, each with the build that said so. */
  unsupported: [provider: string, build: string][]
}

export interface StoredClaim {
  /** Adapter id. */
  adapter: string
  provider: string
  plugin: string
  version: string
  band: Band
  connection: string
  volatile: boolean
  evidence: string | null
  fence: number
  /** RFC 3339. */
  since: string
}

/** An operator's decision that an adapter stays unmanaged. */
export interface StoredRelease {
  /** Adapter id. */
  adapter: string
  who: string
  reason: string
  at: string
}

/** Who held an adapter last: asked first when the link is back. */
export interface StoredHolder {
  /** The adapter's stable key, see `stableKey`. */
  key: string
  provider: string
}

/** What a part beside the core keeps, such as an operator's trust in a plugin. */
export interface StoredRecord {
  kind: string
  /** Unique within the kind. */
  key: string
  value: unknown
}

/** Keeps documents for the parts beside the core. What was put is on the disk when the call returns. */
export interface Records {
  /** Oldest first. */
  all<Value>(kind: string): { key: string; value: Value }[]
  /** @throws a `ClaimdError`, code `STORE_DEGRADED`, when it could not be written */
  put(kind: string, key: string, value: unknown): void
  drop(kind: string, key: string): void
}

export interface StoredState {
  /** The last revision of the journal; 0 in a new database. */
  revision: number
  /** The highest generation and fence ever given. */
  generation: number
  fence: number
  adapters: StoredAdapter[]
  claims: StoredClaim[]
  releases: StoredRelease[]
  /** Oldest first. */
  holders: StoredHolder[]
}

/** Everything one turn of the engine decided: written in one transaction, or not at all. */
export interface Batch {
  /** With their revisions, rising. A finished round is an event of type `round` with a `round` field. */
  events: EventDocument[]
  generation: number
  fence: number
  putAdapters: StoredAdapter[]
  /** Dropping an adapter drops its claim and release too. */
  dropAdapters: string[]
  putClaims: StoredClaim[]
  dropClaims: string[]
  putReleases: StoredRelease[]
  dropReleases: string[]
  putHolders: StoredHolder[]
  /** By their keys. */
  dropHolders: string[]
  /** Also flush to the disk: an operator's decision is in it. */
  sync: boolean
}

export interface Store {
  load(): StoredState
  /** @throws when the batch could not be written; then nothing of it was. */
  commit(batch: Batch): void
  /** Looks, without writing, whether what was stored is still where it will be looked for. @throws as `commit` would */
  assertInPlace(): void
  /** The oldest revision that the journal still holds; 0 when it is empty. */
  oldestRevision(): number
  /** Events after `revision`, oldest first. */
  events(revision: number, limit: number): EventDocument[]
  /** The finished rounds of an adapter, oldest first; the newest `limit` of them. */
  rounds(adapter: string, limit: number): Round[]
  close(): void
}
