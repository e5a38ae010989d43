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
      abortAfterMs: number | null
      frozen: boolean
    }

export interface Contributed {
  providers: string[]
  resultCodes: string[]
}
