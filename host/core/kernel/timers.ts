/** Time, as the engine is given it: the core has no clock of its own, and tests bring a virtual one. */
export interface Timers {
  /** Monotonic milliseconds. */
  now(): number
  /** The wall clock, RFC 3339 in UTC. */
  at(): string
  /** Runs `task` once the present turn is over. */
  soon(task: () => void): void
  /** Runs `task` after `ms`. Returns what calls it off. */
  later(ms: number, task: () => void): () => void
}
