/**
 * Text for a terminal: names that came from outside made harmless, and widths in columns.
 */
import { replaceUnprintable } from '../core/documents/unprintable.js'

/** What needs no closer look: each of these takes one column. */
const printable = /^[\x20-\x7e…]*$/
const named: Record<string, string> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' }

/** Shows what could act on a terminal, or hide on it, as an escape such as `\n`, `\x1b` or `\u{202e}`. */
export function harmless(text: string): string {
  if (printable.test(text)) return text
  return replaceUnprintable(text, (character) => named[character] ?? escapeCode(character.codePointAt(0)!))
}

function escapeCode(code: number): string {
  return code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u{${code.toString(16)}}`
}

/** One document as JSON in which even a terminal finds nothing to act on; its value is the same. */
export function toJson(document: unknown, indent?: number): string {
  return JSON.stringify(document, null, indent).replace(
    /[\x7f-\x9f\p{Cf}\p{Default_Ignorable_Code_Point}\u2028\u2029]/gu,
    (character) =>
      Array.from({ length: character.length }, (_, at) => character.charCodeAt(at))
        .map((unit) => `\\u${unit.toString(16).padStart(4, '0')}`)
        .join(''),
  )
}

/** Made at the first text that needs it: most commands print none, and it takes some milliseconds. */
let segmenter: Intl.Segmenter | undefined

function* graphemes(text: string): Generator<string> {
  segmenter ??= new Intl.Segmenter('en')
  for (const { segment } of segmenter.segment(text)) yield segment
}

/** Scripts and blocks whose characters take two columns, as Unicode's East Asian Width has it, and emoji. */
const wide =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Bopomofo}\p{Script=Yi}\p{Script=Tangut}\p{Script=Nushu}\u2ff0-\u303e\u3099-\u30ff\u3190-\u33ff\u4dc0-\u4dff\ufe10-\ufe19\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}|\ufe0f/u
const halfwidth = /^[\uff61-\uffdc]/
const invisible = /^\p{M}+$/u

/** How many columns escaped text takes. */
export function widthOf(text: string): number {
  if (printable.test(text)) return text.length
  let width = 0
  for (const grapheme of graphemes(text)) width += widthOfGrapheme(grapheme)
  return width
}

function widthOfGrapheme(grapheme: string): number {
  if (invisible.test(grapheme)) return 0
  return wide.test(grapheme) && !halfwidth.test(grapheme) ? 2 : 1
}

/** The text, or its beginning and `…` where it would take more than `width` columns. */
export function cut(text: string, width: number): string {
  if (widthOf(text) <= width) return text
  return `${head(text, width - 1)}…`
}

/** As much of the beginning as fits. */
function head(text: string, width: number): string {
  if (printable.test(text)) return text.slice(0, Math.max(0, width))
  let used = 0
  let kept = ''
  for (const grapheme of graphemes(text)) {
    used += widthOfGrapheme(grapheme)
    if (used > width) break
    kept += grapheme
  }
  return kept
}

export function pad(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - widthOf(text)))
}

/**
 * Breaks text between words into lines of at most `width` columns; a longer word is broken within.
 * @param unbroken words that stay whole, and may make their line longer
 */
export function wrap(text: string, width: number, unbroken: ReadonlySet<string> = new Set()): string[] {
  const lines: string[] = []
  let line = ''
  for (let word of text.split(' ')) {
    if (line !== '' && widthOf(line) + 1 + widthOf(word) <= width) {
      line += ` ${word}`
      continue
    }
    if (line !== '') lines.push(line)
    while (widthOf(word) > width && !unbroken.has(word)) {
      const part = head(word, Math.max(width, 2))
      lines.push(part)
      word = word.slice(part.length)
    }
    line = word
  }
  lines.push(line)
  return lines
}
