import type { Fault } from '@claimd/sdk'
import type { Page } from './page.js'
import { harmless, widthOf } from './text.js'

/** Gives a line of a source file, counted from 1; `null` when there is none. */
export type SourceLine = (file: string, line: number) => string | null

/** What is wrong with a source file, with the line that it is about where one is named. */
export function codeFrame(
  { file, field, found, expected }: Fault,
  page: Page,
  sourceLine: SourceLine,
): string[] {
  const { red, bold, dim } = page.colours
  const [, path, line, column] = /^(.*):(\d+):(\d+)$/.exec(file) ?? []
  const where = field === '' ? file : `${file}, ${field}`
  const what = `  ${bold(harmless(where))} ${red('error:')} ${harmless(found)}`
  if (path === undefined) return [`${what}; expected: ${harmless(expected)}`]
  const text = sourceLine(path, Number(line))
  if (text === null) return [what]
  // The compiler counts bytes.
  const bytes = Buffer.from(text)
  const before = harmless(bytes.toString('utf8', 0, Number(column) - 1))
  const rest = harmless(bytes.toString('utf8', Number(column) - 1))
  const [piece = ' '] = /^[\p{L}\p{N}_$]+|^./u.exec(rest) ?? []
  const number = `  ${line} | `
  return [
    what,
    `${dim(number)}${before}${rest}`,
    `${dim(`${' '.repeat(number.length - 2)}| `)}${' '.repeat(widthOf(before))}${red('^'.repeat(widthOf(piece)))}`,
  ]
}
