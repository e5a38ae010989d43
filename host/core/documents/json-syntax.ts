import type { FieldFault } from './field-fault.js'
import { findDeeper } from './nesting.js'
import { shown } from './shown.js'

export type ParsedJson = { value: unknown; fault: null } | { value: null; fault: FieldFault }

/** A text without the byte order mark that some editors put before it: npm and Node take such files. */
export function withoutMark(text: string): string {
  return text.startsWith('\ufeff') ? text.slice(1) : text
}

/**
 * So deep a document may nest objects and lists whose values are handed on: `JSON.parse` copes with any depth, but
 * deeper values cannot be written as JSON again, nor sent to plugins.
 */
export const maxDocumentDepth = 64

/**
 * Parses JSON, also behind a byte order mark. The place of a fault is its line and column, both from 1, the column in
 * UTF-16 units.
 * @param maxDepth how deep objects and lists may be nested; default: any depth
 */
export function parseJson(whole: string, maxDepth?: number): ParsedJson {
  const text = withoutMark(whole)
  const deeper = maxDepth === undefined ? null : findDeeper(text, maxDepth)
  if (deeper !== null)
    return { value: null, fault: fault(text, deeper, text[deeper], `values nested at most ${maxDepth} deep`) }
  // The engine's own messages differ between versions of Node and often tell no place; and of a name that stands twice
  // it takes the last one in silence.
  const syntaxFault = findSyntaxFault(text)
  if (syntaxFault !== null) return { value: null, fault: syntaxFault }
  return { value: JSON.parse(text), fault: null }
}

/** Of a text in quotes, the first quote only. */
const token = /[ \t\r\n]*(?:([{}[\],:"])|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)/y
const partOfText = /[^"\\\u0000-\u001f]+|\\(?:["\\/bfnrt]|u[\da-fA-F]{4})/y

/** What may come next, and in which words a fault says so. */
const expectations = {
  value: 'a value',
  valueOrEnd: 'a value or ]',
  key: 'a name in double quotes',
  keyOrEnd: 'a name in double quotes or }',
  colon: ':',
  commaOrEnd: ', or the closing bracket',
  nothing: 'the end of the file',
}

type Next = keyof typeof expectations

/** Finds the first fault in a text: what `JSON.parse` refuses, or a name that stands twice; `null` when there is none. */
function findSyntaxFault(text: string): FieldFault | null {
  const open: string[] = []
  /** By depth: the names of the object that is open there. */
  const names: Set<string>[] = []
  let next: Next = 'value'
  let position = 0
  while (next !== 'nothing' || !isBlank(text, position)) {
    token.lastIndex = position
    const match = token.exec(text)
    const step: Next | null = match ? follow(match[1] ?? '0', next, open) : null
    if (!step) return faultAt(text, position, expectations[next])
    const isName = step === 'colon'
    next = step
    position = token.lastIndex
    if (match?.[1] === '{') names[open.length] = new Set()
    if (match?.[1] === '"') {
      const start = position - 1
      position = endOfText(text, position)
      if (text[position] !== '"') return faultInText(text, position)
      position++
      if (!isName) continue
      const name: string = JSON.parse(text.slice(start, position))
      if (names[open.length]!.has(name)) return secondName(text, start, name)
      names[open.length]!.add(name)
    }
  }
  return null
}

/** Where a text in quotes ends, or stops being one. Piece by piece: one pattern for all could be too much. */
function endOfText(text: string, start: number): number {
  partOfText.lastIndex = start
  let end = start
  while (partOfText.test(text)) end = partOfText.lastIndex
  return end
}

/** What is expected after a token; null when the token itself was not. */
function follow(kind: string, next: Next, open: string[]): Next | null {
  const afterValue = () => (open.length > 0 ? 'commaOrEnd' : 'nothing')
  const isValue = next === 'value' || next === 'valueOrEnd'
  switch (kind) {
    case '{':
      return isValue && open.push('}') ? 'keyOrEnd' : null
    case '[':
      return isValue && open.push(']') ? 'valueOrEnd' : null
    case '}':
    case ']': {
      const mayEnd = next === 'commaOrEnd' || next === (kind === '}' ? 'keyOrEnd' : 'valueOrEnd')
      if (!mayEnd || open.at(-1) !== kind) return null
      open.pop()
      return afterValue()
    }
    case ',':
      if (next !== 'commaOrEnd') return null
      return open.at(-1) === '}' ? 'key' : 'value'
    case ':':
      return next === 'colon' ? 'value' : null
    case '"':
      if (next === 'key' || next === 'keyOrEnd') return 'colon'
      return isValue ? afterValue() : null
    default:
      return isValue ? afterValue() : null
  }
}

function isBlank(text: string, from: number): boolean {
  return /^[ \t\r\n]*$/.test(text.slice(from))
}

function faultAt(text: string, from: number, expected: string): FieldFault {
  const position = from + /^[ \t\r\n]*/.exec(text.slice(from))![0].length
  const word = /^(?:[\w.+-]+|[\s\S])/u.exec(text.slice(position))?.[0]
  // The line after the last one of a file is none that an editor shows.
  if (word === undefined) return fault(text, text.trimEnd().length, word, expected)
  return fault(text, position, word, expected)
}

function faultInText(text: string, position: number): FieldFault {
  const isEscape = text[position] === '\\'
  const found = isEscape ? text.slice(position, position + 2) : text[position]
  return fault(text, position, found, isEscape ? 'an escape such as \\n or \\u00e9' : 'the closing "')
}

function secondName(text: string, position: number, name: string): FieldFault {
  return {
    ...fault(text, position, '', 'each name once'),
    found: `${shown(name)} for the second time in its object`,
    remedy: 'Rename or remove one of them: of two, only the last would count',
  }
}

function fault(text: string, position: number, found: string | undefined, expected: string): FieldFault {
  const before = text.slice(0, position).split('\n')
  return {
    field: `line ${before.length}, column ${before.at(-1)!.length + 1}`,
    found: found === undefined ? 'the end of the file' : shown(found),
    expected,
    remedy: 'Correct the JSON there',
  }
}
