/** The version of the protocol, which a script states when it describes itself. */
export const protocolVersion = 1

/**
 * What a script can be asked, and how long it may take, in milliseconds: a question to a provider has 2 s, and
 * its script has to be ended within them. `released` has a time of its own, whatever took too long before. `connect` and
 * `disconnect` have those of the manifest; a script that is told to end is killed 2 s later, and what `connect` has printed takes
 * some seconds to set.
 */
export const verbs = {
  describe: 1_500,
  offer: 1_700,
  verify: 1_700,
  released: 5_000,
  connect: 52_500,
  disconnect: 7_500,
  status: 1_700,
} as const
export type Verb = keyof typeof verbs

/** The verbs that are about an adapter; a script says which of them it knows. */
export type AdapterVerb = Exclude<Verb, 'describe'>
