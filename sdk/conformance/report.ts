import type { Fault } from '../api/faults.js'
import type { Level } from './case.js'

/** The kit's version: another one may have other cases. */
export const kitVersion = '1.0.0'

/** What `claimd plugin verify DIR --json` prints. */
export interface ConformanceReport {
  kit: string
  /** The version of the host whose code was used. */
  host: string
  node: string
  plugin: {
    name: string
    version: string | null
    /** The hash of its content. */
    build: string | null
  }
  /** In the kit's order. */
  cases: CaseReport[]
  /** Whether no `must` failed. */
  passed: boolean
}

export interface CaseReport {
  id: string
  rule: string
  level: Level
  result: 'pass' | 'fail' | 'skip'
  /** What was seen. */
  found: string
  /** Of a failure. */
  expected: string | null
  /** Of a failure: what to do. */
  remedy: string | null
  ms: number
  /** The manifest's faults, one by one; only of the case `manifest`. */
  faults?: readonly Fault[]
}
