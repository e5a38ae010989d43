import type { CallResult, ProgressParams, ReportParams, RequestMethod } from '@claimd/sdk/wire'

/** What becomes of a process of a plugin, and what it says. */
export interface ProcessEvents {
  acknowledged(ids: readonly number[]): void
  results(results: readonly CallResult[]): void
  report(report: ReportParams): void
  progress(progress: ProgressParams): void
  /** It asks the host for something: resolves with the result, or rejects with a `ClaimdError`. */
  request(method: RequestMethod, params: object): Promise<object>
  /** It did not acknowledge in time: its loop is stuck. */
  stuck(why: string): void
  /** It cannot be talked to any more, for another reason. */
  broken(why: string): void
  /** The process is gone; told once, and nothing after it. */
  ended(how: string): void
}
