import { nearest } from '../../core/documents/nearest.js'
import { shown } from '../../core/documents/shown.js'
import { claimdError } from '../../core/errors.js'

/** Reads words of a fixed list. @throws {ClaimdError} USAGE */
export function oneOf<Word extends string>(key: string, text: string | undefined, words: readonly Word[]) {
  return values(key, text)?.map((value) => {
    const word = words.find((one) => one === value)
    if (word !== undefined) return word
    const meant = nearest(value, words)
    throw claimdError('USAGE', {
      message: `'${key}' in the query is invalid`,
      parameter: key,
      found: shown(value),
      expected: `one of ${words.join(', ')}`,
      remedy: meant === null ? 'Name one of these, or leave it out' : `Did you mean "${meant}"?`,
    })
  })
}

/** Reads patterns, each once. @throws {ClaimdError} USAGE */
export function globs(key: string, text: string | undefined): string[] | undefined {
  const patterns = values(key, text)
  return patterns && [...new Set(patterns)]
}

function values(key: string, text: string | undefined): string[] | undefined {
  const found = text?.split(',')
  if (!found?.includes('')) return found
  throw claimdError('USAGE', {
    message: `'${key}' in the query is invalid`,
    parameter: key,
    found: shown(text),
    expected: 'values separated by single commas',
    remedy: text === '' ? 'Name one, or leave it out' : 'Leave out the comma that nothing stands beside',
  })
}

type Defined<T> = { [Key in keyof T]?: Exclude<T[Key], undefined> }

/** Leaves out the keys of a filter that the query does not have. */
export function defined<T extends object>(filter: T): Defined<T> {
  return Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== undefined)) as Defined<T>
}
