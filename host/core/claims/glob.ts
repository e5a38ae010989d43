/** One element of a glob: `null` for a `*`, else whether a character fits. */
type Element = ((character: string) => boolean) | null

/** Whether a pattern is more than a plain value. */
export function isGlob(pattern: string): boolean {
  return /[*?[]/.test(pattern)
}

/**
 * Globs as in a shell, on the whole value: `*`, `?`, `[a-z]`, `[!a-z]`. What it costs to match is at most the
 * length of the pattern times that of the value, whatever the pattern: it may come from a client.
 */
export function compileGlob(pattern: string): (value: string) => boolean {
  if (!isGlob(pattern)) return (value) => value === pattern
  const elements = parse(pattern)
  // A set such as [z-a] is no glob: then it can only mean itself.
  return elements === null ? (value) => value === pattern : (value) => fits(elements, value)
}

function parse(pattern: string): Element[] | null {
  const elements: Element[] = []
  for (const [part, not, set] of pattern.matchAll(/\*+|\?|\[(!?)([^\]]+)\]|./gs)) {
    if (part.startsWith('*')) elements.push(null)
    else if (part === '?') elements.push(() => true)
    else if (set === undefined) elements.push((character) => character === part)
    else {
      const expression = setOf(not!, set)
      if (expression === null) return null
      elements.push((character) => expression.test(character))
    }
  }
  return elements
}

function setOf(not: string, set: string): RegExp | null {
  try {
    return new RegExp(`^[${not ? '^' : ''}${set.replace(/[\\^\]]/g, '\\$&')}]$`, 's')
  } catch {
    return null
  }
}

/** Goes back to the last `*` only: what an earlier one could take, the last one can as well. */
function fits(elements: readonly Element[], value: string): boolean {
  let at = 0
  let character = 0
  let star = -1
  let taken = 0
  while (character < value.length) {
    const element = elements[at]
    if (element === null) {
      star = at++
      taken = character
    } else if (element?.(value[character]!)) {
      at++
      character++
    } else if (star >= 0) {
      at = star + 1
      character = ++taken
    } else return false
  }
  return elements.slice(at).every((element) => element === null)
}
