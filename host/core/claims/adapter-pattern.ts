import { parseAdapterWord } from '../adapters/adapter-name.js'
import { compileGlob } from './glob.js'

/** What an adapter is known by. */
interface Known {
  /** `null` where there is none. */
  id: string | null
  names: readonly (string | null)[]
}

type Test = (adapter: Known) => boolean

/**
 * Makes patterns for adapters ready: `name:` stands before a glob on names, `id:` before an id. Without either it is a
 * glob on names, or an id where no adapter is called so: names come before ids, as in every other word for an adapter.
 * @param isCalled whether an adapter has exactly this name
 */
export function compileAdapterPatterns(
  patterns: readonly string[],
  isCalled: (word: string) => boolean,
): Test {
  const fits = patterns.map((pattern) => compile(pattern, isCalled))
  return (adapter) => fits.some((fit) => fit(adapter))
}

function compile(pattern: string, isCalled: (word: string) => boolean): Test {
  const { form, text } = parseAdapterWord(pattern)
  if (form === 'id') return ({ id }) => id === text
  const fits = compileGlob(text)
  const isId = form === 'any' && !isCalled(text)
  return ({ id, names }) => (isId && id === text) || names.some((name) => name !== null && fits(name))
}
