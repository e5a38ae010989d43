/** An adapter that a request was about, and what became of it. */
export interface RequestedOffer {
  /** The adapter's id. */
  adapter: string
  /** `null`: the host offers it in a new round, or asks the waiting provider again now. Else why it does not. */
  because: string | null
}

/**
 * "Ask me again when I call." A provider that cannot tell yet (its daemon is starting, its modem registers) declines
 * or answers `PENDING`, and asks for another offer as soon as it knows more.
 *
 * @example
 * ready.on('up', () => context.offers.request(adapter.id))
 */
export interface OffersService {
  /**
   * Asks the host to offer an adapter again, or every adapter that fits the plugin's `match` rules. A provider whose
   * `PENDING` is waiting is asked at once, within the limits of `PENDING`. The round is an ordinary one: stronger
   * providers are asked before.
   *
   * Nothing happens to an adapter that is held by a sticky claim, released by an operator, ignored, or outside the
   * plugin's rules: the result says so. A plugin has 4 calls at once and then one a second; further calls wait.
   * @param adapter its id, or `all`
   * @returns one entry for the adapter; for `all`, one for each that fits the rules
   *
   * Rejects with a {@link ContextError}: `NOT_ALLOWED` in a version that does not answer yet, or no longer.
   */
  request(adapter: string): Promise<RequestedOffer[]>
}
