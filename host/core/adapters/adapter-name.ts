import type { ClaimdError } from '@claimd/sdk'
import { claimdError } from '../errors.js'

/** A word for an adapter: `name:eth0` is a name only, `id:3.2` an id only, anything else may be either. */
export function parseAdapterWord(word: string): { form: 'name' | 'id' | 'any'; text: string } {
  const [, form, text] = /^(name|id):(.*)$/s.exec(word) ?? []
  return text === undefined ? { form: 'any', text: word } : { form: form as 'name' | 'id', text }
}

/**
 * How a suggested command names an adapter: by its name, or by `id:` where a shell, an option or another adapter's id would
 * be read instead.
 * @param hasId whether an adapter has this id
 */
export function adapterWord(
  { id, name }: { id: string; name: string },
  hasId: (id: string) => boolean,
): string {
  return /^\w[\w.@-]*$/.test(name) && !hasId(name) ? name : `id:${id}`
}

/** The longest name of a link: alternative names have up to 127 bytes. */
const limit = 127

/** Says what is wrong with what should name an adapter, or `null`. The rules are the kernel's for link names. */
function adapterNameFault(name: string): string | null {
  if (name === '') return 'is empty'
  if (name === '.' || name === '..') return `is ${name}`
  if (name.length > limit) return `has ${name.length} characters; ${limit} are allowed`
  if (name.includes('/')) return "holds a '/'"
  if (/[\s\p{Cc}]/u.test(name)) return 'holds a space or a control character'
  return null
}

/** @throws {ClaimdError} ADAPTER_NAME_MALFORMED when this cannot name an adapter */
export function checkAdapterName(word: string): void {
  const name = parseAdapterWord(word).text
  const fault = adapterNameFault(name)
  if (fault === null) return
  throw claimdError('ADAPTER_NAME_MALFORMED', {
    message: `the adapter's name ${fault}`,
    found: name,
    expected: 'the name or the id of an adapter',
    remedy: 'see: claimd adapters --all',
  })
}

/** The error that there is no adapter of that name or id. @param gone what became of one that there was */
export function noSuchAdapter(name: string, gone?: string): ClaimdError {
  return claimdError('ADAPTER_NOT_FOUND', {
    message: `there is no adapter ${name}${gone === undefined ? '' : ` any more: ${gone}`}`,
    found: name,
    expected: 'the name or the id of an adapter that is there',
    remedy: 'see: claimd adapters --all',
  })
}
