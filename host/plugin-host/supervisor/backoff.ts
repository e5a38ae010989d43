/** Waiting after a failure, in milliseconds: the first time, at most, and how long a process must live to start over. */
export const backoffTimes = { firstMs: 1000, maxMs: 60_000, stableMs: 60_000, jitter: 0.2 }

/**
 * How long to wait before a plugin that failed is started again: doubling, with jitter.
 * @param failures in a row before this one
 * @param random from 0 to 1
 */
export function backoffMs(failures: number, random: number): number {
  const base = Math.min(backoffTimes.firstMs * 2 ** failures, backoffTimes.maxMs)
  return Math.round(base * (1 + backoffTimes.jitter * (2 * random - 1)))
}
