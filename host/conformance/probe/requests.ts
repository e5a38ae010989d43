import type { Observed, Thrown } from '@claimd/sdk/conformance'

/** An adapter that carries a request for the probe under this key; its answer's reason is the reply, in JSON. */
export const probeKey = 'conformance'

/** A line of the plugin's log that begins so tells what `deactivate` left behind. */
export const leftoversMark = 'conformance: left behind '

export type ProbeRequest =
  | { do: 'observe' }
  | { do: 'memory' }
  | {
      do: 'call'
      method: 'claimConnection' | 'disconnect'
      connection: string
      fence: number
      /** What is configured for the connection. */
      configured: { type: string; config: Readonly<Record<string, unknown>> }
      abortAfterMs: number | null
      /** How long the call, from its abort on if there is one, is waited for. */
      patienceMs: number
      frozen: boolean
    }

/** What is noticed in the plugin's process. */
export interface Seen extends Omit<Observed, 'missingFixtures'> {
  /** Of throws that calls of the context caused: the fields of their errors. */
  refusals: Partial<Record<Thrown, Refused>>
}

/** An error of a call of the context. */
export interface Refused {
  code: string
  /** As `plain` has it. */
  found: string
}

export interface Contributed {
  providers: string[]
  resultCodes: string[]
}
