/** The longest connection name, in UTF-16 code units (64 with its terminator in the API's ancestor). */
export const connectionNameLimit = 63

/** What a connection may be called, as errors expect it. */
export const connectionNameForm = `a name of 1 to ${connectionNameLimit} characters in Unicode normal form C (NFC), not "." or "..", not beginning with - or a combining mark, without /, control characters, invisible characters, blanks but single spaces between words, and halves of surrogate pairs`

const invisible = /[\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\p{Noncharacter_Code_Point}\u2800]/u

/**
 * Says what is wrong with a connection name, or `null` when nothing is.
 *
 * A name has 1 to 63 UTF-16 code units, holds no control character, no invisible one outside an emoji, no blank but single
 * spaces between words, no `/` and no lone surrogate, does not start with `-` (it would be taken for an option on a command
 * line), is not `.` or `..` (an HTTP client takes these out of a path), and is in Unicode normal form C, so that one name has
 * one spelling.
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
  // Two names that differ only by such a character look the same.
  if (invisible.test(name) && invisible.test(withoutEmoji(name))) return 'holds an invisible character'
  if (/^\p{M}/u.test(name)) return 'begins with a combining mark'
  if (/^\p{Z}*$/u.test(name)) return 'is blank'
  if (/^ | $/.test(name)) return 'begins or ends with a space'
  if (/(?! )\p{Z}| {2}/u.test(name)) return 'holds a blank that is no single space'
  if (/\p{Cs}/u.test(name)) return 'holds half of a surrogate pair'
  const composed = name.normalize('NFC')
  if (composed !== name) return `is not in Unicode normal form C, which is "${composed}"`
  return null
}

let emoji: RegExp | undefined

/** Emoji as Unicode recommends them: several of them are joined by invisible characters. */
function withoutEmoji(name: string): string {
  // To compile it takes longer than all else at the start of a command, and hardly any name needs it.
  // biome-ignore lint/complexity/useRegexLiterals: the compiler's target does not know the flag, Node 20 does
  emoji ??= new RegExp('\\p{RGI_Emoji}', 'gv')
  return name.replace(emoji, '')
}
