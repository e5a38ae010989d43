import { randomUUID } from 'node:crypto'
import { readFileSync, readlinkSync } from 'node:fs'
import type { LinkSource } from '../core/adapters/link.js'

/** Which boot and which network namespace this process is in; what cannot be known is like no other. */
export function whereWeAre(): LinkSource['where'] {
  return {
    boot: known(() => readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim()),
    namespace: known(() => readlinkSync('/proc/self/ns/net')),
  }
}

function known(read: () => string): string {
  try {
    return read()
  } catch {
    // A sandbox may lack it. Then a restarted host must not take today's links for yesterday's.
    return randomUUID()
  }
}
