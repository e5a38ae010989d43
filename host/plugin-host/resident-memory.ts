import { readFileSync } from 'node:fs'

/** The memory that a process has in use, in bytes; `null` when there is no such process. */
export function residentMemory(pid: number | null): number | null {
  if (pid === null) return null
  try {
    const [, kibibytes] = /^VmRSS:\s*(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? []
    return kibibytes === undefined ? null : Number(kibibytes) * 1024
  } catch {
    return null
  }
}
