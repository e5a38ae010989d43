import type { FieldFault } from '../../core/documents/field-fault.js'
import { type Path, placeOf } from '../../core/documents/place.js'
import { shown } from '../../core/documents/shown.js'

/** How many entries of a list in a manifest are looked at closely; its schema allows no longer ones. */
const manifestEntries = 256

/** Whether a value of a document is an object, of which keys can be looked at. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The first entries of a list, as many as may be there, with their positions; none when the value is no list. */
export function entriesOf(value: unknown): [at: number, entry: unknown][] {
  return Array.isArray(value) ? [...value.slice(0, manifestEntries).entries()] : []
}

/** What is wrong at a place of the manifest. */
export function faultAt(path: Path, found: unknown, expected: string, remedy: string): FieldFault {
  return { field: placeOf(path), found: shown(found), expected, remedy }
}

/** The entries of a list that stand there already. */
export function repeated(value: unknown, path: Path): FieldFault[] {
  const first = new Map<string, number>()
  return entriesOf(value).flatMap(([at, entry]) => {
    if (typeof entry !== 'string') return []
    const before = first.get(entry)
    if (before !== undefined)
      return [faultAt([...path, at], entry, `each once; [${before}] is the same`, 'Remove it')]
    first.set(entry, at)
    return []
  })
}
