/** What looking at an adapter says about a connection. */
export type Verdict =
  /** What the connection would have produced is there; `until` when a lease for it expires, else `Infinity`. */
  | { is: 'produced'; evidence: string; until: number }
  /** Something else is there, or nothing. */
  | { is: 'other'; reason: string }
  /** An address is there of which no valid lease is recorded, which some clients do just after setting it. */
  | { is: 'unrecorded'; reason: string }
