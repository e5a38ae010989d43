import type { Fault } from './faults.js'

/** What `claimd config check --json` prints for a file without faults; faults are an {@link ErrorDocument}. */
export interface ConfigurationCheckDocument {
  result: 'SUCCESS'
  file: string
  /** How many connections it configures. */
  connections: number
  /** The names of the plugins that it was compared with. */
  plugins: string[]
  /** What the daemon that runs would do in another way than it may seem. Empty where none runs. */
  warnings: Fault[]
}
