import { readFileSync } from 'node:fs'

/** The kernel has no event for file systems that are mounted or unmounted: the list is read so often, in milliseconds. */
export const mountsMs = 30_000

const listeners = new Set<() => void>()
let before = ''
let timer: NodeJS.Timeout | undefined

/**
 * Calls back after a file system was mounted or unmounted, within half a minute.
 * @returns the end of it
 */
export function onMountChange(listener: () => void): () => void {
  listeners.add(listener)
  if (timer === undefined) {
    before = mounts()
    timer = setInterval(look, mountsMs).unref()
  }
  return () => {
    listeners.delete(listener)
    if (listeners.size > 0) return
    clearInterval(timer)
    timer = undefined
  }
}

function look(): void {
  const now = mounts()
  if (now === before) return
  before = now
  for (const listener of [...listeners]) listener()
}

/** The kernel makes this text up: reading it never waits for a disk or a server. */
function mounts(): string {
  try {
    return readFileSync('/proc/self/mountinfo', 'latin1')
  } catch {
    return ''
  }
}
