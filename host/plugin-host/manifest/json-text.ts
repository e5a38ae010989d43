export type ParsedText =
  | { value: unknown; fault: null }
  | { value: null; fault: { line: number; column: number; message: string } }

/** Parses JSON; says where a syntax error is, which the engine does not always tell. */
export function parseJsonText(text: string): ParsedText {
  const error = syntaxError(text)
  if (error === null) return { value: JSON.parse(text), fault: null }
  const before = text.slice(0, firstBadOffset(text)).split('\n')
  return {
    value: null,
    fault: { line: before.length, column: before.at(-1)!.length + 1, message: withoutPlace(error) },
  }
}

/**
 * Where the text stops being the beginning of a JSON document. A prefix that is only unfinished fails at
 * its end, one that is wrong fails before it; so the longest good prefix can be found by halving.
 */
function firstBadOffset(text: string): number {
  let good = 0
  let bad = text.length + 1
  while (bad - good > 1) {
    const middle = (good + bad) >> 1
    if (isBeginning(text.slice(0, middle))) good = middle
    else bad = middle
  }
  return good
}

function isBeginning(prefix: string): boolean {
  const error = syntaxError(prefix)
  if (error === null || error.startsWith('Unexpected end of JSON input')) return true
  return Number(/ at position (\d+)/.exec(error)?.[1] ?? -1) >= prefix.length
}

function syntaxError(text: string): string | null {
  try {
    JSON.parse(text)
    return null
  } catch (error) {
    return (error as SyntaxError).message
  }
}

/** The engine's text quotes the source and counts characters; the line and the column say it better. */
function withoutPlace(message: string): string {
  return message.replace(/ in JSON at position \d+.*$/s, '').replace(/, (?:\.\.\.)?".*$/s, '')
}
