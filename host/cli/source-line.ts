import { readFileSync, statSync } from 'node:fs'

/** A larger file is no source that somebody writes, in bytes. */
const largest = 4 * 1024 * 1024

/** A line of a file as it is now, counted from 1; `null` when it cannot be read. */
export function readSourceLine(file: string, line: number): string | null {
  try {
    const stats = statSync(file)
    if (!stats.isFile() || stats.size > largest) return null
    return readFileSync(file, 'utf8').split(/\r?\n/)[line - 1] ?? null
  } catch {
    return null
  }
}
