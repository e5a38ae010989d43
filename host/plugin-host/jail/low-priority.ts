import { writeFileSync } from 'node:fs'
import { setPriority } from 'node:os'
import { outOfMemoryScore, processNice } from '../limits.js'

/**
 * Puts a process behind the host where both want the processor, and before it where the kernel must end
 * something for want of memory. To be called before the process has threads: they inherit it.
 */
export function lowerPriority(pid: number): void {
  for (const lower of [
    () => setPriority(pid, processNice),
    // A process group of its own is also a group of its own for the scheduler, which compares groups first.
    () => writeFileSync(`/proc/${pid}/autogroup`, String(processNice)),
    () => writeFileSync(`/proc/${pid}/oom_score_adj`, String(outOfMemoryScore)),
  ]) {
    try {
      lower()
    } catch {
      // The kernel has no such thing, or the process is gone already.
    }
  }
}
