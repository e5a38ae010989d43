/** A suite as its file declared it; checked by the process of the file once the file is loaded. */
export interface Registration {
  name: string
  /** Full titles: `suite › title`. */
  titles: string[]
  only: string[]
  /** How often `.run()` was called. */
  runs: number
}

/** The suites of this process's test file. */
export const registrations: Registration[] = []
