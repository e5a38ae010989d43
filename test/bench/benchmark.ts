import type { Report } from './report/report.js'

export interface Scale {
  /** A tenth of the repetitions and of the sizes: shows that everything works, and not how well. */
  quick: boolean
  /** How often what is measured as a whole (a start, a burst, a command) is repeated. */
  runs: number
}

export interface Benchmark {
  /** For the command line. */
  name: string
  /** What it measures, in one line. */
  title: string
  /** Why none of it can be measured here; `null` when it can. */
  lacking(): string | null
  run(report: Report, scale: Scale): Promise<void>
}
