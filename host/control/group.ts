import { readFileSync } from 'node:fs'

/** The number of a local group, or `null` if there is none of that name. */
export function groupNumber(name: string, file = '/etc/group'): number | null {
  for (const line of readFileSync(file, 'utf8').split('\n')) {
    const [group, , number] = line.split(':')
    if (group === name && number !== undefined) return Number(number)
  }
  return null
}
