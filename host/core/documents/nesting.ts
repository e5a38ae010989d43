/**
 * Whether a JSON text nests objects and lists deeper than `limit`. It looks at the text only, so that no recursion
 * over the parsed value is needed: `JSON.parse` copes with any depth, but `JSON.stringify` and validators do not.
 */
export function isNestedDeeper(json: string, limit: number): boolean {
  return findDeeper(json, limit) !== null
}

/** Where a JSON text begins to nest objects and lists deeper than `limit`; `null` where it does not. */
export function findDeeper(json: string, limit: number): number | null {
  let depth = 0
  let inString = false
  for (let at = 0; at < json.length; at++) {
    const code = json.charCodeAt(at)
    if (inString) {
      if (code === backslash) at++
      else if (code === quote) inString = false
    } else if (code === quote) inString = true
    else if (code === openBrace || code === openBracket) {
      if (++depth > limit) return at
    } else if (code === closeBrace || code === closeBracket) depth--
  }
  return null
}

/** Whether a value nests objects and lists deeper than `limit`. */
export function nestsDeeper(value: unknown, limit: number): boolean {
  let level = [value].filter(isNesting)
  for (let depth = 1; level.length > 0; depth++) {
    if (depth > limit) return true
    level = level.flatMap((one) => Object.values(one)).filter(isNesting)
  }
  return false
}

function isNesting(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}

const quote = 0x22
const backslash = 0x5c
const openBracket = 0x5b
const closeBracket = 0x5d
const openBrace = 0x7b
const closeBrace = 0x7d
