import type { Fault } from '../api/faults.js'
import type { Bench, Observed, Thrown } from './bench.js'

/** `must`: a plugin that fails it does not conform. `should`: worth a look, and reported as such. */
export type Level = 'must' | 'should'

/** What a case found. */
export type Verdict =
  | { result: 'pass'; found: string }
  | { result: 'fail'; found: string; expected: string; remedy: string; faults?: readonly Fault[] }
  /** It does not apply to this plugin, or needs what the plugin did not do; `found` says which. */
  | { result: 'skip'; found: string }

/** One rule of the kit. */
export interface Case {
  /** Names it in reports and in `--case`; never changes. */
  id: string
  /** What is asked of a plugin, in one sentence. */
  rule: string
  level: Level
  run(bench: Bench): Promise<Verdict>
}

export function pass(found: string): Verdict {
  return { result: 'pass', found }
}

export function fail(found: string, expected: string, remedy: string): Verdict {
  return { result: 'fail', found, expected, remedy }
}

/** Fails for a throw; where it comes of a missing fixture, `conformance.json` is what has to be corrected. */
export function failThrown(
  { missingFixtures }: Observed,
  where: Thrown,
  plain: { found: string; expected: string; remedy: string },
): Verdict {
  const missing = missingFixtures[where]
  if (missing === undefined) return fail(plain.found, plain.expected, plain.remedy)
  return fail(
    plain.found,
    'conformance.json names what the plugin reads, runs and calls',
    `In conformance.json, ${missing}; if a machine may lack it, let the plugin catch the error`,
  )
}

export function skip(found: string): Verdict {
  return { result: 'skip', found }
}
