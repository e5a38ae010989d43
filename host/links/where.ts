import { randomUUID } from 'node:crypto'
import { closeSync, readFileSync, readlinkSync } from 'node:fs'
import type { Place } from '../core/adapters/place.js'
import * as c from './netlink/constants.js'
import { systemCalls } from './netlink/system-calls.js'

/** In which boot and which network namespace this process is; what cannot be known is like no other. */
export function whereWeAre(): Place {
  return {
    boot: known(() => readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim()),
    namespace: known(networkNamespace),
    cookie: namespaceCookie(),
  }
}

/** The network namespace of this process, such as `net:[4026531840]`. */
export function networkNamespace(): string {
  return readlinkSync('/proc/self/ns/net')
}

function known(read: () => string): string {
  try {
    return read()
  } catch {
    // A sandbox may lack it. Then a restarted host must not take today's links for yesterday's.
    return randomUUID()
  }
}

/** Any socket tells it. @returns `null` before Linux 5.14, and where no socket can be made */
function namespaceCookie(): string | null {
  try {
    const system = systemCalls()
    const socket = system.socket(c.AF_INET, c.SOCK_DGRAM | c.SOCK_CLOEXEC, 0)
    try {
      return String(system.getNumberOption(socket, c.SOL_SOCKET, c.SO_NETNS_COOKIE, 8))
    } finally {
      closeSync(socket)
    }
  } catch {
    return null
  }
}
