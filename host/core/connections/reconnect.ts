import type { ReconnectSettings } from './settings.js'

/** A number from 0 up to 1 that the same texts always lead to: the core draws no random numbers. */
export function chanceOf(...texts: readonly (string | number)[]): number {
  let hash = 0x811c9dc5
  for (const character of texts.join('\u0000')) {
    hash ^= character.codePointAt(0)!
    hash = Math.imul(hash, 0x01000193) >>> 0
  }
  // The last steps spread what is left in the low bits.
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d) >>> 0
  hash = (hash ^ (hash >>> 13)) >>> 0
  return hash / 0x1_0000_0000
}

/**
 * After how many milliseconds a connection is tried again.
 * @param failures how many attempts have failed since one succeeded: 1 at least
 * @param chance from 0 up to 1: spreads connections that were lost together
 * @returns `null`: not by time
 */
export function delayOf(settings: ReconnectSettings, failures: number, chance: number): number | null {
  if (settings.algorithm === 'none') return null
  const { delay, attempts, afterwards } = settings
  if (attempts !== null && failures > attempts) return afterwards
  if (settings.algorithm === 'linear') return delay
  const doubled = Math.min(settings.limit, delay * 2 ** Math.min(failures - 1, 30))
  return Math.round(doubled * (0.75 + chance / 2))
}
