import type { Benchmark, Figure, Unit } from '../benchmark.js'
import { figureLines, heading, skipLine, wrapped } from './lines.js'

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

/** What a benchmark has found; shown as it comes. */
export class Report {
  readonly group: Group
  readonly #say: (line: string) => void

  constructor({ name, title }: Benchmark, say: (line: string) => void) {
    this.group = { name, title, rows: [], skipped: [], notes: [], failed: null, load: null, seconds: 0 }
    this.#say = say
    for (const line of heading(name, title)) say(line)
  }

  figure({ what, value, unit, beside, budget, spread }: Figure): void {
    const row: Row = {
      what,
      value,
      unit,
      spread: spread ?? null,
      beside: beside ? { unit, ...beside } : null,
      ratio: ratioOf(value, unit, beside),
      budget: budget ?? null,
      met: budget === undefined ? null : isMoreBetter(unit) ? value >= budget : value <= budget,
    }
    this.group.rows.push(row)
    for (const line of figureLines(row)) this.#say(line)
  }

  skip(what: string, reason: string): void {
    this.group.skipped.push({ what, reason })
    for (const line of skipLine(what, reason)) this.#say(line)
  }

  /** How something was measured, or what has to be known to read it. */
  note(text: string): void {
    this.group.notes.push(text)
    for (const line of wrapped(text, '  ')) this.#say(line)
  }

  fail(error: unknown): void {
    this.group.failed = error instanceof Error ? (error.stack ?? error.message) : String(error)
    this.#say(`  ✗ ended by an error: ${this.group.failed}`)
  }
}

export function isMoreBetter(unit: Unit): boolean {
  return unit === 'per second'
}

function ratioOf(value: number, unit: Unit, beside: Figure['beside']): number | null {
  // Counts of different totals are not compared.
  if (beside === undefined || (beside.unit ?? unit) !== unit || unit.startsWith('of ')) return null
  return isMoreBetter(unit) ? value / beside.value : beside.value / value
}
