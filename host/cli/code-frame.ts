import type { Fault } from '@claimd/sdk'
import type { Page } from './page.js'
import { harmless, widthOf, wrap } from './text.js'
import { paragraph } from './views/paragraph.js'

/** Gives a line of a source file, counted from 1; `null` when there is none. */
export type SourceLine = (file: string, line: number) => string | null

/**
 * What is wrong with a file of a plugin: with the line that it is about where one is named, else with what to do.
 * Sentences are broken to fit the page; a line of a source is not.
 */
export function codeFrame(
  { file, field, found, expected, remedy }: Fault,
  page: Page,
  sourceLine: SourceLine,
): string[] {
  const { red, dim } = page.colours
  const [, path, line, column] = /^(.*):(\d+):(\d+)$/.exec(file) ?? []
  const where = field === '' ? file : `${file}, ${field}`
  const what = title(where, found, page)
  if (path === undefined) {
    const [wanted, todo] = [
      paragraph(page, '    expected: ', expected),
      paragraph(page, '    do:       ', remedy),
    ]
    return [...what, ...(wanted + todo).trimEnd().split('\n')]
  }
  const text = sourceLine(path, Number(line))
  if (text === null) return what
  // The compiler counts bytes.
  const bytes = Buffer.from(text)
  const before = harmless(bytes.toString('utf8', 0, Number(column) - 1))
  const rest = harmless(bytes.toString('utf8', Number(column) - 1))
  const [piece = ' '] = /^[\p{L}\p{N}_$]+|^./u.exec(rest) ?? []
  const number = `  ${line} | `
  return [
    ...what,
    `${dim(number)}${before}${rest}`,
    `${dim(`${' '.repeat(number.length - 2)}| `)}${' '.repeat(widthOf(before))}${red('^'.repeat(widthOf(piece)))}`,
  ]
}

function title(where: string, found: string, { width, colours: { bold, red } }: Page): string[] {
  const place = harmless(where)
  const [first = '', ...others] = wrap(`${place} error: ${harmless(found)}`, width - 4)
  const painted = first.startsWith(`${place} error:`)
    ? `${bold(place)} ${red('error:')}${first.slice(`${place} error:`.length)}`
    : first
  return [`  ${painted}`, ...others.map((line) => `    ${line}`)]
}
