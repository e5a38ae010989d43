/**
 * How long the host waits for plugins, in milliseconds. Tests set some of them; a daemon uses the defaults below. The timer
 * is `process/deadline.ts`.
 */
export interface Deadlines {
  /** From the acknowledgement of an offer to its answer. */
  offerMs: number
  /** From the acknowledgement of a verify to its answer. */
  verifyMs: number
  /** The same of the questions about a connection. */
  resourcesMs: number
  validateMs: number
  /** The check of a `config` by the manifest's schema, in a thread of its own, which has yet to start. */
  schemaCheckMs: number
  statusMs: number
  typeSpecificMs: number
  /** From the cancel of an act to its answer; longer means that the process has to end. */
  cancelMs: number
  activateMs: number
  deactivateMs: number
  /** From sending a list, or a ping, to its acknowledgement; longer means that the plugin's loop is stuck. */
  acknowledgeMs: number
  /** How long a version that has just taken over is watched before it counts as good. */
  probationMs: number
  /** How long a folder must be gone before its plugin ends: a build or a checkout removes it for a moment. */
  removalMs: number
}

export const defaultDeadlines: Deadlines = {
  offerMs: 2000,
  verifyMs: 2000,
  resourcesMs: 2000,
  validateMs: 2000,
  schemaCheckMs: 10_000,
  statusMs: 2000,
  typeSpecificMs: 2000,
  cancelMs: 10_000,
  activateMs: 10_000,
  deactivateMs: 5000,
  acknowledgeMs: 3000,
  probationMs: 10_000,
  removalMs: 2000,
}
