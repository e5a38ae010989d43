import { writeSync } from 'node:fs'

/** How one test ended. `text` is the reason of a skip, or the account of a failure. */
export interface TestResult {
  type: 'result'
  title: string
  outcome: 'pass' | 'fail' | 'skip'
  text: string
  ms: number
}

/** What the process of a test file tells the runner, one JSON text a line. */
export type Message =
  /** Every test that is going to run; one that never reports a result counts as failed. */
  | { type: 'plan'; titles: string[] }
  /** A test or hook begins and must be over within `limit` milliseconds. */
  | { type: 'start'; title: string; limit: number }
  | TestResult
  /** Something beside a test's own body failed: a hook, loading, an unhandled rejection. */
  | { type: 'fault'; title: string; text: string }
  /** A process of Node was started: it has the machine's clock. */
  | { type: 'started-node'; command: string }
  /** Something asked what time it is. */
  | { type: 'looked-at-clock' }
  /** The tests are done; from here on the process has nothing left to do. */
  | { type: 'end' }

/** The descriptor the runner listens on. Standard output is the tests' own. */
export const channelDescriptor = 3

/** Written at once: what a process said counts even if it dies in the next line. */
export function tellRunner(message: Message): void {
  writeSync(channelDescriptor, `${JSON.stringify(message)}\n`)
}
