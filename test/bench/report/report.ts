import { type Figure, isMoreBetter, type Unit } from '../figure.js'
import type { Group, Row } from './group.js'
import { figureLines, heading, skipLine, wrapped } from './lines.js'

/** What a benchmark has found; shown as it comes. */
export class Report {
  readonly group: Group
  readonly #say: (line: string) => void

  constructor({ name, title }: { name: string; title: string }, say: (line: string) => void) {
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

function ratioOf(value: number, unit: Unit, beside: Figure['beside']): number | null {
  // Counts of different totals are not compared.
  if (beside === undefined || (beside.unit ?? unit) !== unit || unit.startsWith('of ')) return null
  return isMoreBetter(unit) ? value / beside.value : beside.value / value
}
