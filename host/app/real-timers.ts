import type { Timers } from '../core/kernel/timers.js'

/** The machine's clocks and Node's event loop. */
export const realTimers: Timers = {
  now: () => performance.now(),
  at: () => new Date().toISOString(),
  soon: (task) => {
    setImmediate(task)
  },
  later: (ms, task) => {
    const timer = setTimeout(task, ms)
    return () => clearTimeout(timer)
  },
}
