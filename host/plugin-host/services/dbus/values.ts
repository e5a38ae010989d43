import { type DBusType, parseSignature } from './signature.js'

/*
 * Values of D-Bus as JSON (see `DBusService` in the SDK) and as the library has them: a dictionary as a list of
 * pairs, a variant as a pair of signature and value, and what it reads of one with the signature taken apart.
 */

/** From JSON to the library. @throws Error when a value does not fit its type */
export function toLibrary(types: readonly DBusType[], values: readonly unknown[]): unknown[] {
  if (types.length !== values.length) {
    throw new Error(`the signature has ${types.length} types, and there are ${values.length} arguments`)
  }
  return types.map((type, at) => encode(type, values[at]))
}

/** From the library to JSON. */
export function fromLibrary(types: readonly DBusType[], values: readonly unknown[]): unknown[] {
  return types.map((type, at) => decode(type, values[at]))
}

function encode(type: DBusType, value: unknown): unknown {
  switch (type.kind) {
    case 'basic':
      return encodeBasic(type.code, value)
    case 'variant':
      return encodeVariant(value)
    case 'array':
      if (!Array.isArray(value)) throw wrong('an array', value)
      return value.map((one) => encode(type.of, one))
    case 'dictionary':
      if (typeof value !== 'object' || value === null || Array.isArray(value)) throw wrong('an object', value)
      return Object.entries(value).map(([key, one]) => [
        encodeBasic(type.key, keyOf(type.key, key)),
        encode(type.of, one),
      ])
    case 'struct':
      if (!Array.isArray(value)) throw wrong('an array for a struct', value)
      return toLibrary(type.fields, value)
  }
}

function encodeVariant(value: unknown): unknown {
  const { signature, value: inner } = (value ?? {}) as { signature?: unknown; value?: unknown }
  if (typeof signature !== 'string') throw wrong('{ signature, value } for a variant', value)
  const types = parseSignature(signature)
  if (types.length !== 1) throw new Error(`a variant holds one value, and its signature is ${signature}`)
  return [signature, encode(types[0]!, inner)]
}

/** The library checks ranges. What it would turn into something else is refused here. */
function encodeBasic(code: string, value: unknown): unknown {
  const isText = typeof value === 'string'
  if ('sog'.includes(code)) {
    if (isText) return value
    throw wrong('a string', value)
  }
  if (code === 'b') {
    if (typeof value === 'boolean') return value
    throw wrong('a boolean', value)
  }
  if ((code === 'x' || code === 't') && isText && /^-?\d{1,20}$/.test(value)) return value
  if (typeof value === 'number') return value
  throw wrong(code === 'x' || code === 't' ? 'a number, or a string of digits' : 'a number', value)
}

function keyOf(code: string, key: string): unknown {
  if ('sogxt'.includes(code)) return key
  if (code === 'b') return key === 'true' ? true : key === 'false' ? false : key
  return key.trim() === '' ? key : Number(key)
}

function decode(type: DBusType, value: unknown): unknown {
  switch (type.kind) {
    case 'basic':
      // 64 bits are more than a number holds exactly.
      return type.code === 'x' || type.code === 't' ? String(value) : finite(value)
    case 'variant': {
      const [[tree], [inner]] = value as [[Tree], [unknown]]
      const signature = textOf(tree)
      return { signature, value: decode(parseSignature(signature)[0]!, inner) }
    }
    case 'array':
      return Array.from(value as Iterable<unknown>, (one) => decode(type.of, one))
    case 'dictionary': {
      // No key is taken for a prototype.
      const object: Record<string, unknown> = Object.create(null)
      for (const [key, one] of value as [unknown, unknown][]) object[String(key)] = decode(type.of, one)
      return object
    }
    case 'struct':
      return fromLibrary(type.fields, value as unknown[])
  }
}

/** JSON has no word for the others. */
function finite(value: unknown): unknown {
  return typeof value === 'number' && !Number.isFinite(value) ? String(value) : value
}

/** A type as the library takes it apart. */
interface Tree {
  type: string
  child: Tree[]
}

function textOf({ type, child }: Tree): string {
  const inner = child.map(textOf).join('')
  if (type === '(') return `(${inner})`
  if (type === '{') return `{${inner}}`
  return type + inner
}

function wrong(expected: string, value: unknown): Error {
  return new Error(`expected ${expected}, found ${JSON.stringify(value)?.slice(0, 80) ?? typeof value}`)
}
