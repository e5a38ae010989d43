import type { Formatter } from 'picocolors/types.js'
import type { Page } from './page.js'
import { cut, harmless, pad, widthOf } from './text.js'

/** A column of a table without borders. */
export interface Column {
  head: string
  /** Cut to no less than this while another column can give; default: the head's width. */
  least?: number
  /**
   * Where even the least widths are too much, columns are left out by this number, 1 first; default: never. What is left
   * of a cut number or address tells nothing.
   */
  leftOut?: number
  /** Makes a text that is too long fit; default: its beginning and `…`. */
  fit?: (text: string, width: number) => string
}

/** What stands in a cell, as it came from outside: it is escaped here. `null` shows as `-`. */
export type Cell = string | number | null | { text: string; paint: Formatter }

const gap = '  '

/**
 * Prints rows under their heads so that no line is wider than the page; below them, which columns had to be left out for
 * that.
 */
export function table(page: Page, columns: readonly Column[], rows: readonly (readonly Cell[])[]): string {
  const out = columnsLeftOut(page, columns, rows)
  if (out.size === 0) return whole(page, columns, rows)
  const kept = <Item>(items: readonly Item[]) => items.filter((_, at) => !out.has(at))
  const heads = [...out].sort((a, b) => a - b).map((at) => columns[at]!.head)
  const note = cut(`no room for ${heads.join(', ')}`, page.width)
  return `${whole(page, kept(columns), rows.map(kept))}${page.colours.dim(note)}\n`
}

/** The places of the columns that have to be left out. */
function columnsLeftOut(
  page: Page,
  columns: readonly Column[],
  rows: readonly (readonly Cell[])[],
): ReadonlySet<number> {
  const leasts = columns.map(({ head, least = widthOf(head) }, at) => {
    const natural = rows.reduce((widest, row) => Math.max(widest, widthOf(textOf(row[at]!))), widthOf(head))
    return Math.min(natural, least)
  })
  let excess = leasts.reduce((sum, width) => sum + width + gap.length, -gap.length) - page.width
  const order = columns
    .flatMap(({ leftOut }, at) => (leftOut === undefined ? [] : { at, leftOut }))
    .sort((a, b) => a.leftOut - b.leftOut)
  const out = new Set<number>()
  for (const { at } of order) {
    if (excess <= 0) break
    out.add(at)
    excess -= leasts[at]! + gap.length
  }
  return out
}

function whole(page: Page, columns: readonly Column[], rows: readonly (readonly Cell[])[]): string {
  const texts = rows.map((row) => row.map(textOf))
  let widths = fitColumns(page, columns, texts)
  // A shortened text may leave some of its column's width: the columns after it get that.
  for (const [at, { fit }] of columns.entries()) {
    if (!fit) continue
    for (const row of texts) if (widthOf(row[at]!) > widths[at]!) row[at] = fit(row[at]!, widths[at]!)
    widths = fitColumns(page, columns, texts)
  }
  const head = columns.map(({ head: text }) => ({ text, paint: page.colours.bold }))
  const lines = [line(head.map((cell, at) => drawCell(cell, cell.text, widths[at]!)))]
  for (const [index, row] of rows.entries()) {
    lines.push(line(row.map((cell, at) => drawCell(cell, texts[index]![at]!, widths[at]!))))
  }
  return lines.join('')
}

function textOf(cell: Cell): string {
  if (cell === null) return '-'
  return harmless(typeof cell === 'object' ? cell.text : String(cell))
}

function drawCell(cell: Cell, text: string, width: number): string {
  const fitting = cut(text, width)
  const padding = pad('', width - widthOf(fitting))
  return cell !== null && typeof cell === 'object' ? cell.paint(fitting) + padding : fitting + padding
}

function line(cells: readonly string[]): string {
  return `${cells.join(gap).trimEnd()}\n`
}

/** On a page too narrow for every column's least width, the name, which comes first, is the last to give. */
function giverBelowLeast([name = 0, ...others]: readonly number[]): number {
  const widest = Math.max(0, ...others)
  return widest > minCell || widest >= name ? others.indexOf(widest) + 1 : 0
}

/** Less than this tells nothing. */
const minCell = 4

/** The natural widths; where they are too much, the widest column gives first. */
function fitColumns(page: Page, columns: readonly Column[], texts: readonly (readonly string[])[]): number[] {
  const widths = columns.map((column, at) =>
    Math.min(
      page.width,
      texts.reduce((widest, row) => Math.max(widest, widthOf(row[at]!)), widthOf(column.head)),
    ),
  )
  const leasts = columns.map((column) => column.least ?? widthOf(column.head))
  let excess = widths.reduce((sum, width) => sum + width + gap.length, -gap.length) - page.width
  for (; excess > 0; excess -= 1) {
    const able = widths.map((width, at) => (width > leasts[at]! ? width : 0))
    const widest = Math.max(...able)
    const giver = widest > 0 ? able.indexOf(widest) : giverBelowLeast(widths)
    widths[giver]! -= 1
  }
  return widths
}
