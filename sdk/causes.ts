/**
 * Why a connect failed: the closed list that a provider chooses from, and that callers decide by. A sentence for people
 * goes with it.
 */
export const connectCauses = [
  /** the other side refused who asked */
  'authentication',
  /** nothing is plugged in, or nothing is in range */
  'no-carrier',
  /** the other side does not answer */
  'no-answer',
  /** the link is up and was given no address */
  'no-address',
  /** the other side refused */
  'refused',
  'pin-required',
  'sim-missing',
  'sim-bad',
  'radio-off',
  'not-registered',
  'packet-service-detached',
  'invalid-access-string',
  'provider-not-visible',
  'service-not-activated',
  'voice-call',
  /** there is no adapter that the connection could use */
  'no-adapter',
  /** what it needs is in use */
  'resource-busy',
  /** nobody wants it any more */
  'cancelled',
  /** it took too long */
  'timed-out',
  /** claimd was ended meanwhile */
  'interrupted',
  /** the provider failed, or its process did */
  'provider-failed',
] as const

export type ConnectCause = (typeof connectCauses)[number]
