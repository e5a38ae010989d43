import { readFileSync } from 'node:fs'

/** How often, in milliseconds, is looked at what the kernel has no events of, or too many. */
export const slowLookMs = 30_000

const looks = new Set<(mountsChanged: boolean) => void>()
let mounts = ''
let timer: NodeJS.Timeout | undefined

/**
 * Looks twice a minute: all who do so wake the process once.
 * @param look hears whether a file system was mounted or unmounted since the last time
 * @returns the end of it
 */
export function lookSlowly(look: (mountsChanged: boolean) => void): () => void {
  looks.add(look)
  if (timer === undefined) {
    mounts = mountsNow()
    timer = setInterval(lookNow, slowLookMs).unref()
  }
  return () => {
    looks.delete(look)
    if (looks.size > 0) return
    clearInterval(timer)
    timer = undefined
  }
}

/** Does not wait for the next time. */
export function lookNow(): void {
  const now = mountsNow()
  const changed = now !== mounts
  mounts = now
  for (const look of [...looks]) look(changed)
}

/** The kernel makes this text up: reading it never waits for a disk or a server. */
function mountsNow(): string {
  try {
    return readFileSync('/proc/self/mountinfo', 'latin1')
  } catch {
    return ''
  }
}
