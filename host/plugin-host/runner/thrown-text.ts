import { refusedByNode } from './refused-by-node.js'

/** What was thrown, as text. It may be anything, also something that throws when it is looked at. */
export function thrownText(thrown: unknown): string {
  try {
    if (!(thrown instanceof Error)) return String(thrown)
    return `${thrown.name}: ${thrown.message}${refusedByNode(thrown)}${missingImport(thrown)}`
  } catch {
    return 'something that cannot be shown'
  }
}

/** What to do about an import that leads nowhere: Node names its path in the copy that runs, which the author has not. */
function missingImport({ code }: NodeJS.ErrnoException): string {
  const isMissing = code === 'ERR_MODULE_NOT_FOUND' || code === 'MODULE_NOT_FOUND'
  return isMissing ? '; where that import is, and what it needs: claimd plugin check DIR' : ''
}

/** The same with the place in the plugin where it was thrown: `TypeError: … (at index.js:12:5)`. */
export function thrownTextWithPlace(thrown: unknown, folder: string): string {
  const place = placeOf(thrown, folder)
  return place === null ? thrownText(thrown) : `${thrownText(thrown)} (at ${place})`
}

/** The first place in the stack that is in the folder; for a syntax error, the stack begins with it. */
function placeOf(thrown: unknown, folder: string): string | null {
  try {
    const stack = thrown instanceof Error ? String(thrown.stack) : ''
    const begin = stack.indexOf(folder)
    return begin < 0 ? null : (/^[^\s)]+/.exec(stack.slice(begin + folder.length))?.[0] ?? null)
  } catch {
    return null
  }
}
