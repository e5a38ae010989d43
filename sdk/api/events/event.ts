/** One event, as `monitor` prints it. What else it holds depends on its type. */
export interface EventDocument {
  /** Rises with every event, is kept over restarts and never goes back. */
  revision: number
  at: string
  type: string
  /** The id of the adapter it is about. */
  adapter: string | null
  /** The name the adapter had at that moment. */
  name: string | null
  /** What happened, in words. */
  message: string
  /** In a coalesced stream: how many events it stands for, itself included, where that is more than one. */
  merged?: number
  [detail: string]: unknown
}

/**
 * A link that came back three times within ten seconds flaps. From then on this is told every ten seconds, instead of an
 * event for each change, until it has not come back for ten seconds. What becomes of its claim is told at once all the
 * same.
 */
export interface FlappingEvent extends EventDocument {
  type: 'flapping'
  /** How often it came back since that was told last; at first: the flaps with which it began, each of which was told. */
  count: number
  /** How often in all, since it began. */
  total: number
  /** Over how long `count` was counted. */
  seconds: number
  /** When it began, RFC 3339. */
  since: string
  /** How often it was offered since that was told last. Of rounds that changed nothing, only the newest is told. */
  rounds: number
  /** Whether it flaps no more: from now on each change is told again. */
  over: boolean
  /** What is another way than when that was told last, in words: `went down`, `10.0.0.1/24 removed`. */
  changes: string[]
}
