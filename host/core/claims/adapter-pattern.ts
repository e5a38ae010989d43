import { parseAdapterWord } from '../adapters/adapter-name.js'
import { compileGlob } from './glob.js'

/** What an adapter is known by. */
interface Known {
  /** `null` where there is none. */
  id: string | null
  names: readonly (string | null)[]
}

/**
 * Makes a pattern for adapters ready: `name:` stands before a glob on names, `id:` before an id. Without either it is a glob
 * on names.
 */
export function compileAdapterPattern(pattern: string): (adapter: Known) => boolean {
  const { form, text } = parseAdapterWord(pattern)
  if (form === 'id') return ({ id }) => id === text
  const fits = compileGlob(text)
  return ({ names }) => names.some((name) => name !== null && fits(name))
}
