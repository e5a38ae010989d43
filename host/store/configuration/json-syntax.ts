/** Where a text stops being JSON, and what was expected there. */
export interface SyntaxFault {
  /** From 1. */
  line: number
  /** From 1, in UTF-16 units. */
  column: number
  found: string
  expected: string
}

const token =
  /[ \t\r\n]*(?:([{}[\],:])|("(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[\da-fA-F]{4}))*")|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)/y

/** What may come next, and in which words an error says so. */
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

/**
 * Finds the first fault in a text that `JSON.parse` refuses. Its own messages differ between versions of Node
 * and often tell no place.
 * @returns null when there is none
 */
export function findSyntaxFault(text: string): SyntaxFault | null {
  const open: string[] = []
  let next: Next = 'value'
  let position = 0
  while (next !== 'nothing' || !isBlank(text, position)) {
    token.lastIndex = position
    const match = token.exec(text)
    const step: Next | null = match ? follow(match[1] ?? (match[2] ? '"' : '0'), next, open) : null
    if (!step) return faultAt(text, position, expectations[next])
    next = step
    position = token.lastIndex
  }
  return null
}

/** What is expected after a token; null when the token itself was not. */
function follow(kind: string, next: Next, open: string[]): Next | null {
  const afterValue = () => (open.length > 0 ? 'commaOrEnd' : 'nothing')
  const isValue = next === 'value' || next === 'valueOrEnd'
  const isKey = next === 'key' || next === 'keyOrEnd'
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
      if (isKey) return 'colon'
      return isValue ? afterValue() : null
    default:
      return isValue ? afterValue() : null
  }
}

function isBlank(text: string, from: number): boolean {
  return /^[ \t\r\n]*$/.test(text.slice(from))
}

function faultAt(text: string, from: number, expected: string): SyntaxFault {
  const position = from + /^[ \t\r\n]*/.exec(text.slice(from))![0].length
  const before = text.slice(0, position).split('\n')
  const word = /^(?:[\w.+-]+|[\s\S])/u.exec(text.slice(position))?.[0]
  return {
    line: before.length,
    column: before.at(-1)!.length + 1,
    found: word === undefined ? 'the end of the file' : JSON.stringify(word.slice(0, 40)),
    expected,
  }
}
