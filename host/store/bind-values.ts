import { types } from 'node:util'

/** What a statement's placeholder can be given. */
export type BindValue = string | number | bigint | Buffer | null

const quotedOrComment = /'(?:[^']|'')*'|"(?:[^"]|"")*"|--[^\n]*|\/\*[\s\S]*?\*\//g
const namedPlaceholder = /\?\d|[:@$]\w/

/**
 * How many values a statement takes.
 * @throws TypeError for named or numbered placeholders: only the plain `?` can be counted against an array
 */
export function countPlaceholders(sql: string): number {
  const bare = sql.replace(quotedOrComment, ' ')
  if (namedPlaceholder.test(bare)) throw new TypeError(`Only plain ? placeholders are allowed: ${sql}`)
  return bare.split('?').length - 1
}

/**
 * Checks what is about to be bound and returns a copy of it, so that what was checked is what is bound.
 *
 * libsql aborts the whole process for a boolean and for some objects, takes missing values for NULL, cuts a
 * string at NUL and replaces half surrogate pairs, each without a word. None of these gets past this check.
 * @throws TypeError for values that SQLite could not keep as they are, and for a wrong number of them
 */
export function checkBindValues(values: readonly BindValue[], count: number): BindValue[] {
  if (!Array.isArray(values)) throw new TypeError('Bind values must be given as an array')
  if (values.length !== count)
    throw new TypeError(`The statement takes ${count} bind values, not ${values.length}`)
  const checked: BindValue[] = []
  for (let index = 0; index < count; index++) checked.push(checkBindValue(values[index], index))
  return checked
}

function checkBindValue(value: unknown, index: number): BindValue {
  switch (typeof value) {
    case 'string':
      if (!/[\0\p{Cs}]/u.test(value)) return value
      throw new TypeError(`Bind value ${index} is a string that holds NUL or half of a surrogate pair`)
    case 'number':
      if (Number.isFinite(value)) return value
      throw new TypeError(`Bind value ${index} is ${value}, not a finite number`)
    case 'bigint':
      if (BigInt.asIntN(64, value) === value) return value
      throw new TypeError(`Bind value ${index} does not fit into 64 bits`)
    default:
      if (value === null) return null
      // `Buffer.isBuffer` alone believes the prototype, which anything can have.
      if (types.isUint8Array(value) && Buffer.isBuffer(value)) return Buffer.from(value)
      throw new TypeError(`Bind value ${index} is of type ${typeof value}, which cannot be bound`)
  }
}
