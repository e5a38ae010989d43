import { stat } from 'node:fs/promises'

/** What makes a path the same folder as before, links followed; `null` when there is nothing. */
export async function identity(path: string): Promise<string | null> {
  try {
    const { dev, ino } = await stat(path, { bigint: true })
    return `${dev}:${ino}`
  } catch {
    return null
  }
}
