import type { ClaimEndCause } from '../rounds.js'

/** A claim. */
export interface OfClaim {
  /** The full id of the provider that holds the adapter, or held it. */
  provider: string
  /** The connection that the adapter is held for, or was. */
  connection: string
}

/** A claim that a provider has just been given. */
export interface OfNewClaim extends OfClaim {
  /** By what the provider knows that the adapter is its own, in its words; `null` when it did not say. */
  evidence: string | null
  /** The number of the claim, which is never given again. */
  fence: number
}

/** Events about who holds an adapter. */
export interface ClaimEvents {
  /** a provider holds the adapter */
  claimed: OfNewClaim
  /** a stronger provider took it over from the safety net, or a new holder from one that gave it up */
  'handed-over': OfNewClaim & {
    /** The full id of the provider that held it before. */
    from: string
    /** The connection that it was held for before. */
    fromConnection: string
  }
  /** its holder confirmed the claim */
  verified: OfClaim & {
    /** By what the provider knows that the adapter is its own, in its words; `null` when it did not say. */
    evidence: string | null
  }
  /** its holder cannot tell yet whether it still holds it; told once for each reason */
  'verify-pending': OfClaim & {
    /** Why, in its words. */
    because: string
  }
  /** its holder cannot answer for it; it stays protected */
  orphaned: OfClaim & {
    /** Why it cannot. */
    because: string
  }
  /** its holder gave it up; it stays protected until it has a new holder, or all have declined */
  'given-up': OfClaim & {
    /** Why. */
    cause: string
    /** What led to that. */
    by: ClaimEndCause
  }
  /** after a restart it is held, and protected, as before */
  'claim-restored': OfClaim
  /** a claim is over; `cause` says why, and `by` what ended it, as `claimEnd` of the round that follows */
  'claim-ended': OfClaim & {
    /** Why. */
    cause: string
    /** What ended it. */
    by: ClaimEndCause
    /** The operator who ended it; `null` when none did. */
    who: string | null
  }
  /** an operator ended the claim */
  released: {
    /** Who did. */
    who: string
    /** Why, in the operator's words. */
    reason: string
    /** The full id of the provider that held it; `null` when none did. */
    provider: string | null
    /** The connection that it was held for; `null` when it was not held. */
    connection: string | null
  }
  /** what an operator released may be offered again */
  'release-ended': {
    /** Who asked for that. */
    who: string
    /** Why it had been released. */
    reason: string
  }
  /** a connection that claimd had named gave way to a configured one of that name; `from` is the name before */
  'connection-renamed': OfClaim & {
    /** The name before. */
    from: string
    /** The number of the claim. */
    fence: number
  }
  /** somebody asked for what a claim does not allow; `who` asked */
  refused: Rationed & (RefusedOne | RefusedAll)
  /** a provider's answer came too late to count */
  'answer-void': OfClaim & {
    /** How long the answer took, in milliseconds. */
    ms: number
  }
}

/** Of what somebody can make happen as often as they like, so much is recorded, and the rest is counted. */
export interface Rationed {
  /** Who made it happen. */
  who: string
  /** How often it happened before that without being recorded. */
  unrecorded: number
}

/** One request that was refused. */
export interface RefusedOne extends OfClaim {
  /** What was asked for: `offer`, `disconnect`, or `disconnect-all`, which has `count` and `connections` instead of one. */
  what: string
  /** The code of the refusal, such as `CLAIMED_OUT_OF_BAND`. */
  code: string
  /** The refusal, as it was answered. */
  refusal: string
}

/** A request to disconnect everything, of which some was refused. */
export interface RefusedAll {
  what: 'disconnect-all'
  /** How many connections are claimed. */
  count: number
  /** The first hundred of them, by name. */
  connections: string[]
}
