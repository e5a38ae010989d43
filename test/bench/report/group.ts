import type { Unit } from '../figure.js'

/** A figure as it stands in the JSON document. */
export interface Row {
  what: string
  value: number
  unit: Unit
  spread: readonly [number, number] | null
  beside: { name: string; value: number; unit: Unit } | null
  /** How many times better than what is beside it; below 1: worse. */
  ratio: number | null
  budget: number | null
  met: boolean | null
}

export interface Group {
  name: string
  title: string
  rows: Row[]
  /** What could not be measured here, and why. */
  skipped: { what: string; reason: string }[]
  notes: string[]
  /** What ended the benchmark before its time. */
  failed: string | null
  /** The load average of the last minute when it began. */
  load: number | null
  seconds: number
}
