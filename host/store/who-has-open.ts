import { readdirSync } from 'node:fs'
import { fileIdentity } from './file-identity.js'

/**
 * Another process that has the file open; `null` when there is none that this user may see. For where no lock can be had,
 * such as on a file system that is read-only.
 */
export function whoHasOpen(file: string): number | null {
  const identity = fileIdentity(file)
  if (identity === null) return null
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
  const found = pids.find((pid) => openFiles(pid).some((path) => fileIdentity(path) === identity))
  return found === undefined ? null : Number(found)
}

/** A process may end at any moment, and those of others cannot be looked at. */
function openFiles(pid: string): string[] {
  const folder = `/proc/${pid}/fd`
  try {
    return readdirSync(folder).map((name) => `${folder}/${name}`)
  } catch {
    return []
  }
}
