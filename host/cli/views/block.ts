import type { Page } from '../page.js'
import { proseLines } from '../prose.js'
import { pad } from '../text.js'

/** A value of a block as it came from outside; `null` shows as `-`. */
export type Value = string | number | boolean | null

/** `key: value` lines, the values under each other; a long value goes on in further lines. */
export function block(page: Page, entries: readonly (readonly [key: string, value: Value])[]): string {
  const indent = Math.max(...entries.map(([key]) => key.length)) + 2
  return entries
    .map(([key, value]) => {
      const lines = proseLines(words(value), Math.max(20, page.width - indent), page)
      return `${page.colours.bold(`${key}:`)}${pad('', indent - key.length - 1)}${lines.join(`\n${pad('', indent)}`)}\n`
    })
    .join('')
}

function words(value: Value): string {
  if (value === null || value === '') return '-'
  return typeof value === 'boolean' ? (value ? 'yes' : 'no') : String(value)
}
