import { close, url as debuggerAddress } from 'node:inspector'

/** Node opens the debugger some moments after the signal that asked for it: so long after the start, in milliseconds. */
const lateMs = [10, 100, 1000]

/**
 * Closes a debugger that is open in the daemon, or that a signal before the first line of claimd opens a moment later: who
 * attaches one runs code with the daemon's rights, and its port is open to all local users.
 * @returns what ends that
 */
export function keepDebuggersClosed(): () => void {
  const closeIt = () => {
    if (debuggerAddress() !== undefined) close()
  }
  closeIt()
  const timers = lateMs.map((ms) => setTimeout(closeIt, ms).unref())
  return () => {
    for (const timer of timers) clearTimeout(timer)
  }
}
