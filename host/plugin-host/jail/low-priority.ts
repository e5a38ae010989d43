import { writeFileSync } from 'node:fs'
import { setPriority } from 'node:os'

/** How far a plugin is behind the host for the processor (0 to 19), and before it when memory runs out (to 1000). */
export const processNice = 5

export const outOfMemoryScore = 500

/**
 * Puts a process behind the host where both want the processor, and before it where the kernel must end
 * something for want of memory. To be called before the process has threads: they inherit it.
 *
 * Where the kernel groups processes by session (autogroup), each plugin is a group of its own, equal to the
 * host's, and the nice value counts only within it. The group is left alone: lowered, a plugin would be behind
 * every other program of a busy machine, and its start take three times as long.
 */
export function lowerPriority(pid: number): void {
  for (const lower of [
    () => setPriority(pid, processNice),
    () => writeFileSync(`/proc/${pid}/oom_score_adj`, String(outOfMemoryScore)),
  ]) {
    try {
      lower()
    } catch {
      // The process is gone already.
    }
  }
}
