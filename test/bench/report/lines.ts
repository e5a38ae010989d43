import pc from 'picocolors'
import { isMoreBetter, type Unit } from '../figure.js'
import type { Row } from './group.js'

/** Of a line: what, value with unit, and the verdict or the comparison. */
const columns = { what: 42, value: 16 }
const width = 80

export function heading(name: string, title: string): string[] {
  return ['', `${pc.bold(name)}: ${title}`]
}

/** A figure's line; what is beside it has a line of its own, so that the values stand below each other. */
export function figureLines(row: Row): string[] {
  const lines = [line(`  ${row.what}`, shown(row.value, row.unit), verdict(row))]
  if (row.spread && row.spread[0] !== row.spread[1]) {
    const [least, greatest] = row.spread
    lines.push(
      pc.dim(
        line('    from … to', `${shown(least, row.unit).split(' ')[0]} … ${shown(greatest, row.unit)}`, ''),
      ),
    )
  }
  if (row.beside) {
    const { name, value, unit } = row.beside
    lines.push(pc.dim(line(`    ${name}`, shown(value, unit), comparison(row))))
  }
  return lines
}

export function skipLine(what: string, reason: string): string[] {
  return wrapped(`skipped: ${what}: ${reason}`, '  ').map((text) => pc.yellow(text))
}

export function wrapped(text: string, indent: string): string[] {
  const lines: string[] = []
  let current = indent
  for (const word of text.split(' ')) {
    if (current.length + word.length >= width && current !== indent) {
      lines.push(pc.dim(current))
      current = indent
    }
    current += (current === indent ? '' : ' ') + word
  }
  return [...lines, pc.dim(current)]
}

function line(what: string, value: string, rest: string): string {
  return `${what.padEnd(columns.what)}${value.padStart(columns.value)}  ${rest}`.trimEnd()
}

function verdict({ met, budget, unit }: Row): string {
  if (met === null || budget === null) return ''
  const bound = `${isMoreBetter(unit) ? '≥' : '≤'} ${shown(budget, unit.startsWith('of ') ? 'times' : unit)}`
  return `${met ? pc.green('✓') : pc.red('✗')} ${bound}`
}

function comparison({ ratio, unit }: Row): string {
  // Beside nothing, everything is too much.
  if (ratio === null || ratio === 0 || !Number.isFinite(ratio)) return ''
  const [better, worse] = words(unit)
  return ratio >= 1 ? `${digits(ratio)}× ${better}` : `${digits(1 / ratio)}× ${worse}`
}

function words(unit: Unit): [better: string, worse: string] {
  if (unit === 'MB' || unit === 'KB') return ['smaller', 'larger']
  if (unit === 'a second') return ['fewer', 'more']
  if (isMoreBetter(unit)) return ['as many', 'fewer']
  return ['faster', 'slower']
}

export function shown(value: number, unit: Unit): string {
  if (unit === 'times') return digits(value)
  if (unit === 'per second') return `${Math.round(value).toLocaleString('en')} /s`
  return `${digits(value)} ${unit}`
}

/** Three significant digits, and no more than are there. */
function digits(value: number): string {
  if (Number.isInteger(value)) return String(value)
  return Math.abs(value) >= 100 ? value.toFixed(0) : String(Number(value.toPrecision(3)))
}
