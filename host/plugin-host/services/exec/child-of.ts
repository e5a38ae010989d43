import { readFile } from 'node:fs/promises'

/** The first child of a process, or `null`. */
export async function childOf(pid: number | null): Promise<number | null> {
  if (pid === null) return null
  const text = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8').catch(() => '')
  return Number.parseInt(text, 10) || null
}
