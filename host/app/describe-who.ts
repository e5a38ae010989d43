import { readFileSync } from 'node:fs'
import type { Who } from '../control/index.js'

/** The caller in words, as records name it: `root (uid 0)`, or `uid 1234` for a user without a name. */
export function describeWho({ uid }: Who): string {
  const name = userName(uid)
  return name === null ? `uid ${uid}` : `${name} (uid ${uid})`
}

function userName(uid: number): string | null {
  try {
    const line = readFileSync('/etc/passwd', 'utf8')
      .split('\n')
      .find((one) => one.split(':')[2] === String(uid))
    return line?.split(':')[0] || null
  } catch {
    // Without the file there are no names; the number says enough.
    return null
  }
}
