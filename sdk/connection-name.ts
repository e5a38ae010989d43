/** The longest connection name, in UTF-16 code units (64 with its terminator in the API's ancestor). */
export const connectionNameLimit = 63

/**
 * Says what is wrong with a connection name, or `null` when nothing is.
 *
 * A name has 1 to 63 UTF-16 code units, holds no control character, no `/` and no lone surrogate, and
 * does not start with `-` (it would be taken for an option on a command line).
 */
export function connectionNameFault(name: unknown): string | null {
  if (typeof name !== 'string') return `is ${name === null ? 'null' : typeof name}, not a string`
  if (name.length === 0) return 'is empty'
  if (name.length > connectionNameLimit)
    return `has ${name.length} characters; ${connectionNameLimit} are allowed`
  if (/\p{Cc}/u.test(name)) return 'holds a control character'
  if (name.includes('/')) return "holds a '/'"
  if (name.startsWith('-')) return "starts with '-'"
  if (/\p{Cs}/u.test(name)) return 'holds half of a surrogate pair'
  return null
}
