import type { Limits } from './machine.js'

const nothing: Limits = {
  appear: 1,
  vanish: 0,
  address: 0,
  port: 0,
  offer: 0,
  release: 0,
  lost: 0,
  shared: 0,
  pending: 0,
  fail: 0,
  never: 0,
  late: 0,
  crash: 0,
  disable: 0,
  kill: 0,
}

/**
 * What may happen beside the two adapters appearing once, their three providers saying yes and no, and attempts to
 * disconnect whatever is held. All of it together is too much to be explored; each slice is explored entirely.
 */
export const small: readonly Limits[] = [
  { ...nothing, fail: 1, late: 1, shared: 2 },
  { ...nothing, pending: 1, never: 1 },
  { ...nothing, release: 1, lost: 1 },
  { ...nothing, vanish: 1, late: 1 },
]

export const full: readonly Limits[] = [
  ...small,
  { ...nothing, port: 1, offer: 1 },
  { ...nothing, kill: 1 },
  { ...nothing, kill: 1, crash: 1 },
  { ...nothing, appear: 2, vanish: 1, late: 1, shared: 2 },
  { ...nothing, vanish: 1, kill: 1, late: 1 },
  { ...nothing, crash: 1, fail: 1, late: 1 },
  { ...nothing, disable: 1, lost: 1, late: 1 },
  { ...nothing, release: 1, offer: 1, fail: 1, late: 1 },
  { ...nothing, release: 1, offer: 1, kill: 1 },
  { ...nothing, address: 1, pending: 1, lost: 1 },
  { ...nothing, address: 1, kill: 1 },
  { ...nothing, port: 2, release: 1, late: 1 },
]

/** What may happen in a slice, in words. */
export function describe(limits: Limits): string {
  const words = Object.entries(limits).flatMap(([kind, times]) => {
    if (times === nothing[kind as keyof Limits]) return []
    return times === 1 ? [kind] : [`${kind} ${times} times`]
  })
  return words.join(', ')
}
