import { shown } from './shown.js'

/** The way to a place in a document: keys of objects, and positions in lists. */
export type Path = readonly (string | number)[]

/** Keys that need no quotes. One of digits does, to be told from a position. */
const plain = /^(?!\d+$)[\w-]{1,60}$/

/** A place as people write it, such as `links[0].name` or `connections["a/b"].type`; empty for the whole. */
export function placeOf(path: Path): string {
  return path
    .map((key, depth) => {
      if (typeof key === 'number') return `[${key}]`
      if (plain.test(key)) return depth === 0 ? key : `.${key}`
      return `[${shown(key)}]`
    })
    .join('')
}

/** The path that a JSON pointer, such as `/links/0/name`, takes through a document. */
export function pathOf(pointer: string, document: unknown): Path {
  let value = document
  return pointer
    .split('/')
    .slice(1)
    .map((part) => {
      const key = part.replaceAll('~1', '/').replaceAll('~0', '~')
      const inList = Array.isArray(value)
      value = (value as Record<string, unknown> | null | undefined)?.[key]
      return inList ? Number(key) : key
    })
}
