/**
 * What is measured, in which direction it is better, is known from its unit: only of what is done `per second` is more
 * better, and not of what happens so often `a second`.
 */
export type Unit = 'ms' | 's' | 'µs' | 'MB' | 'KB' | 'per second' | 'a second' | 'times' | `of ${number}`

/** One figure, and what it is to be compared with. */
export interface Figure {
  /** What was measured, in a few words. */
  what: string
  value: number
  unit: Unit
  /** A peer, a ceiling or a floor that was measured in the same run, in the same unit unless it says another one. */
  beside?: { name: string; value: number; unit?: Unit }
  /** What the value has to keep to: the most it may be, or the least for a rate. */
  budget?: number
  /** The least and the greatest, where it is a median of whole repetitions. */
  spread?: readonly [number, number]
}

export function isMoreBetter(unit: Unit): boolean {
  return unit === 'per second'
}
