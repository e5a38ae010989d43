import { refusedByNode } from './refused-by-node.js'

/** What was thrown, as text of one line. It may be anything, also something that throws when it is looked at. */
export function thrownText(thrown: unknown): string {
  try {
    if (!(thrown instanceof Error)) return oneLine(String(thrown))
    return `${oneLine(`${thrown.name}: ${messageOf(thrown)}`)}${refusedByNode(thrown)}${missingImport(thrown)}`
  } catch {
    return 'something that cannot be shown'
  }
}

/** Of an import that leads nowhere without the list of the files that required each other, in the copy that runs. */
function messageOf(thrown: Error): string {
  return isMissing(thrown) ? thrown.message.split('\n', 1)[0]! : thrown.message
}

/** What to do about an import that leads nowhere: Node names its path in the copy that runs, which the author has not. */
function missingImport(thrown: Error): string {
  return isMissing(thrown) ? '; where that import is, and what it needs: claimd plugin verify DIR' : ''
}

function isMissing({ code }: NodeJS.ErrnoException): boolean {
  return code === 'ERR_MODULE_NOT_FOUND' || code === 'MODULE_NOT_FOUND'
}

function oneLine(text: string): string {
  return text.trim().replace(/\s*[\r\n]\s*/g, ' ')
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
