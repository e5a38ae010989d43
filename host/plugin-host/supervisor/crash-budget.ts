/** So many failures of a build within the window, in milliseconds, and it is quarantined. */
export const crashBudget = { crashes: 3, windowMs: 5 * 60_000 }

/**
 * Counts one failure of a build: too many within the window, and it is not to be started again.
 * @param times of the failures before, monotonic milliseconds
 * @returns the failures that count now, and whether the budget is spent with this one
 */
export function spendCrash(times: readonly number[], now: number): { times: number[]; isSpent: boolean } {
  const counted = [...times.filter((at) => now - at < crashBudget.windowMs), now]
  return { times: counted, isSpent: counted.length >= crashBudget.crashes }
}
