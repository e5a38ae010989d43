import type { Band, Predecessor } from '@claimd/sdk'
import type { StoredPlace } from '../adapters/place.js'
import { RowKind } from '../kernel/rows.js'

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
  /** Its stable key, see `stableKey`. Absent in rows of earlier versions, as what follows. */
  key?: string
  predecessor?: Predecessor | null
}

/** What ties an adapter to a connection. */
export interface StoredHolding {
  /** Adapter id. */
  adapter: string
  /** `out-of-band`: a claim. `dialled`: claimd reserved it to connect the connection, or has connected it. */
  origin: 'out-of-band' | 'dialled'
  /** Of a dialled one: whether it is connected; until then it is reserved. */
  connected?: boolean
  /** The claim that is being taken over, and that is back if that fails. */
  over?: Omit<StoredHolding, 'adapter'>
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

/** An adapter that is not there any more. */
export interface StoredGone extends Predecessor {
  /** Its stable key; `null` where an earlier version had not stored it. */
  key: string | null
}

/** Who held an adapter last: asked first when the link is back. */
export interface StoredHolder {
  /** The adapter's stable key, see `stableKey`. */
  key: string
  provider: string
}

export const adapterRows = new RowKind<StoredAdapter>('adapter', ({ id }) => id)
export const holdingRows = new RowKind<StoredHolding>('holding', ({ adapter }) => adapter, {
  goesWith: adapterRows,
})
export const releaseRows = new RowKind<StoredRelease>('release', ({ adapter }) => adapter, {
  goesWith: adapterRows,
})
/** Those that went last, oldest first. */
export const goneRows = new RowKind<StoredGone>('gone-adapter', ({ id }) => id)
/** Oldest first. */
export const previousHolderRows = new RowKind<StoredHolder>('previous-holder', ({ key }) => key, {
  latestLast: true,
})
