import { replaceUnprintable } from './unprintable.js'

/** More characters of a value would hide the sentence that it stands in. */
const mostCharacters = 60

/**
 * How a value of a document is shown in a message: as JSON on one line, which ends in `…` where it grew too
 * long, and in which nothing acts on a terminal.
 */
export function shown(value: unknown): string {
  if (value === undefined) return 'nothing'
  const text = replaceUnprintable(beginning(value, mostCharacters), escaped)
  if (text.length <= mostCharacters) return text
  return `${text.slice(0, mostCharacters - 1).replace(/[\ud800-\udbff]$/, '')}…`
}

/**
 * A value as JSON. One that takes more than `room` is left unfinished, but too long all the same. Whole, a
 * value that somebody nested a few thousand deep would be too much for `JSON.stringify`.
 */
function beginning(value: unknown, room: number): string {
  if (room <= 0) return ''
  if (typeof value === 'string') return JSON.stringify(value.slice(0, room))
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const isList = Array.isArray(value)
  let text = isList ? '[' : '{'
  for (const [key, item] of Object.entries(value)) {
    if (text.length > room) break
    if (text.length > 1) text += ','
    if (!isList) text += `${JSON.stringify(key.slice(0, room))}:`
    text += beginning(item, room - text.length)
  }
  return text + (isList ? ']' : '}')
}

function escaped(character: string): string {
  return Array.from({ length: character.length }, (_, at) => character.charCodeAt(at))
    .map((unit) => `\\u${unit.toString(16).padStart(4, '0')}`)
    .join('')
}
