/** The longest name of a link: alternative names have up to 127 bytes. */
const limit = 127

/** Says what is wrong with what should name an adapter, or `null`. The rules are the kernel's for link names. */
export function adapterNameFault(name: string): string | null {
  if (name === '') return 'is empty'
  if (name === '.' || name === '..') return `is ${name}`
  if (name.length > limit) return `has ${name.length} characters; ${limit} are allowed`
  if (name.includes('/')) return "holds a '/'"
  if (/[\s\p{Cc}]/u.test(name)) return 'holds a space or a control character'
  return null
}
