import type { Adapter, ClaimEndCause } from '@claimd/sdk'

/** What the claims machine tells those above it. */
export type ClaimsFact =
  /** What was stored is back in its place, for the links that are there. */
  | { type: 'restored' }
  /** An adapter may have become one that can be reserved. */
  | { type: 'adapter-open' }
  /** There is a new one, or one that is not held has its carrier again. */
  | { type: 'adapter-ready'; adapter: string; isNew: boolean }
  /** The link of a dialled one is another one in some way. */
  | { type: 'adapter-changed'; adapter: string; fence: number }
  /** A dialled one is not held any more: its link is gone, or an operator released it. */
  | { type: 'dialled-ended'; adapter: Adapter; fence: number; by: ClaimEndCause; because: string }
  /** An adapter is held for a connection that somebody else brought up. */
  | { type: 'claimed'; connection: string }
  | { type: 'claim-ended'; connection: string; by: ClaimEndCause; because: string }
  /** Some can be asked now that could not, or the other way round. */
  | { type: 'providers-changed' }
