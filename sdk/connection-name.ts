/** The longest connection name, in UTF-16 code units (64 with its terminator in the API's ancestor). */
export const connectionNameLimit = 63

/** What a connection may be called, as errors expect it. */
export const connectionNameForm = `a name of 1 to ${connectionNameLimit} characters in Unicode normal form C (NFC), not blank, not "." or "..", not beginning with -, without /, control characters, invisible characters and halves of surrogate pairs`

/** Emoji as Unicode recommends them: several of them are joined by invisible characters. */
// biome-ignore lint/complexity/useRegexLiterals: the compiler's target does not know the flag, Node 20 does
const emoji = new RegExp('\\p{RGI_Emoji}', 'gv')

/**
 * Says what is wrong with a connection name, or `null` when nothing is.
 *
 * A name has 1 to 63 UTF-16 code units, holds no control character, no invisible one outside an emoji, no `/` and no lone surrogate,
 * does not start with `-` (it would be taken for an option on a command line), is not blank, `.` or `..` (an
 * HTTP client takes these out of a path), and is in Unicode normal form C, so that one name has one spelling.
 */
export function connectionNameFault(name: unknown): string | null {
  if (typeof name !== 'string') return `is ${name === null ? 'null' : typeof name}, not a string`
  if (name.length === 0) return 'is empty'
  if (name.length > connectionNameLimit)
    return `has ${name.length} characters; ${connectionNameLimit} are allowed`
  if (/\p{Cc}/u.test(name)) return 'holds a control character'
  if (name.includes('/')) return "holds a '/'"
  if (name.startsWith('-')) return "starts with '-'"
  if (name === '.' || name === '..') return `is '${name}'`
  if (/^[\p{Z}\u2800\u3164\u115f\u1160\uffa0]*$/u.test(name)) return 'is blank'
  // Two names that differ only by such a character look the same.
  if (/[\p{Cf}\p{Zl}\p{Zp}]/u.test(name.replace(emoji, ''))) return 'holds an invisible character'
  if (/\p{Cs}/u.test(name)) return 'holds half of a surrogate pair'
  const composed = name.normalize('NFC')
  if (composed !== name) return `is not in Unicode normal form C, which is "${composed}"`
  return null
}
