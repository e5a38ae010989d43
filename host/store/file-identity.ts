import { statSync } from 'node:fs'

/** What makes a path the same file as before, links followed; `null` for what is not there or cannot be looked at. */
export function fileIdentity(path: string): string | null {
  try {
    const { dev, ino } = statSync(path)
    return `${dev}:${ino}`
  } catch {
    return null
  }
}
