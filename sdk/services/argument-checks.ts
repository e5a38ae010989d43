/** Checks of single arguments, from which the table of calls in `call-arguments.ts` is made. */

/** What is wrong with an argument. */
export interface ArgumentFault {
  /** The argument or the part of it that is wrong, such as `route.gateway` or `args[0]`. */
  place: string
  found: string
  expected: string
  /** Default: to correct the call. */
  remedy?: string
}

/** @param place how the argument is named in messages */
export type Check = (value: unknown, place: string) => ArgumentFault | null

/** How a value that is wrong is shown. It may be anything, also what JSON cannot say. */
export function shownArgument(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return JSON.stringify(value.length > 60 ? `${value.slice(0, 59)}…` : value)
    case 'function':
      return 'a function'
    case 'symbol':
      return 'a symbol'
    case 'bigint':
      return 'a BigInt'
    case 'object':
      if (value === null) return 'null'
      return Array.isArray(value) ? `a list of ${value.length}` : shownObject(value)
    default:
      return String(value)
  }
}

function shownObject(value: object): string {
  const keys = Object.keys(value).slice(0, 8).join(', ')
  return keys === '' ? 'an object without keys' : `an object with the keys ${keys}`
}

function wrong(place: string, value: unknown, expected: string, remedy?: string): ArgumentFault {
  return { place, found: shownArgument(value), expected, ...(remedy !== undefined && { remedy }) }
}

export interface StringRules {
  /** In characters, as JSON Schema counts them. */
  maxLength: number
  minLength?: number
  pattern?: RegExp
  remedy?: string
}

/** @param expected what it is and how it is written */
export function string(expected: string, { maxLength, minLength = 0, pattern, remedy }: StringRules): Check {
  return (value, place) => {
    if (typeof value !== 'string' || (pattern && !pattern.test(value))) {
      return wrong(place, value, expected, remedy)
    }
    const length = value.length > maxLength ? [...value].length : value.length
    if (length >= minLength && length <= maxLength) return null
    const range = minLength > 0 ? `${minLength} to ${maxLength}` : `at most ${maxLength}`
    return { place, found: `${length} characters`, expected: `${expected}, of ${range} characters` }
  }
}

export function integer(expected: string, min: number, max: number): Check {
  return (value, place) =>
    Number.isSafeInteger(value) && (value as number) >= min && (value as number) <= max
      ? null
      : wrong(place, value, expected)
}

export function oneOf(values: readonly string[]): Check {
  const expected = values.length === 1 ? `'${values[0]}'` : `one of ${values.join(', ')}`
  return (value, place) => (values.some((one) => one === value) ? null : wrong(place, value, expected))
}

export function listOf(expected: string, item: Check, maxItems: number): Check {
  return (value, place) => {
    if (!Array.isArray(value)) return wrong(place, value, expected)
    if (value.length > maxItems) {
      return {
        place,
        found: `a list of ${value.length}`,
        expected: `${expected}, with at most ${maxItems} items`,
      }
    }
    for (let at = 0; at < value.length; at++) {
      const fault = item(value[at], `${place}[${at}]`)
      if (fault) return fault
    }
    return null
  }
}

export function optional(check: Check): Check {
  return (value, place) => (value === undefined ? null : check(value, place))
}

/**
 * An object with these keys and no others.
 * @param expected how it is written
 */
export function object(expected: string, keys: Readonly<Record<string, Check>>): Check {
  return (value, place) => {
    if (!isObject(value)) return wrong(place, value, expected)
    const unknown = Object.keys(value).find((key) => !Object.hasOwn(keys, key) && value[key] !== undefined)
    if (unknown !== undefined) {
      const known = Object.keys(keys).join(', ')
      return {
        place,
        found: `the unknown key ${JSON.stringify(unknown)}`,
        expected: `an object with the keys ${known}`,
      }
    }
    for (const [key, check] of Object.entries(keys)) {
      const fault = check(value[key], `${place}.${key}`)
      if (fault) return fault
    }
    return null
  }
}

/** An object whose `key` says which of the variants it is. */
export function variants(
  expected: string,
  key: string,
  checks: Readonly<Record<string, Readonly<Record<string, Check>>>>,
): Check {
  const kind = oneOf(Object.keys(checks))
  return (value, place) => {
    if (!isObject(value)) return wrong(place, value, expected)
    const fault = kind(value[key], `${place}.${key}`)
    if (fault) return fault
    return object(expected, { [key]: kind, ...checks[value[key] as string] })(value, place)
  }
}

/** An object of the plugin's own, of which only some methods are called. Each may be missing. */
export function methods(expected: string, names: readonly string[]): Check {
  return (value, place) => {
    if (!isObject(value)) return wrong(place, value, expected)
    for (const name of names) {
      const fault = optional(callback('a function'))(value[name], `${place}.${name}`)
      if (fault) return fault
    }
    return null
  }
}

export function callback(expected: string): Check {
  return where(expected, (value) => typeof value === 'function')
}

export function where(expected: string, isRight: (value: unknown) => boolean): Check {
  return (value, place) => (isRight(value) ? null : wrong(place, value, expected))
}

/** In characters. */
const longestPlace = 100

export interface JsonRules {
  /** In bytes, as JSON. */
  maxBytes: number
  maxDepth: number
  /** What to do about a value that JSON cannot say. */
  remedy: string
  /** What to do about one that is too large. */
  tooLarge: string
}

/** A value that comes back from JSON as it was: nothing of it is dropped or turned into something else. */
export function json({ maxBytes, maxDepth, remedy, tooLarge }: JsonRules): Check {
  const expected = 'a value that JSON can hold'
  return (value, place) => {
    const fault = jsonFault(value, place, { left: maxDepth, expected })
    // A place deep within a value would hide the sentence that it stands in.
    if (fault) return { remedy, ...fault, place: fault.place.length > longestPlace ? place : fault.place }
    let text: string | undefined
    try {
      text = JSON.stringify(value)
    } catch (thrown) {
      const found = `a value whose toJSON throws: ${(thrown as Error).message}`
      return { place, found, expected, remedy }
    }
    if (text === undefined) return wrong(place, undefined, expected, remedy)
    const bytes = Buffer.byteLength(text)
    if (bytes <= maxBytes) return null
    return {
      place,
      found: `${bytes} bytes as JSON`,
      expected: `at most ${maxBytes} bytes as JSON`,
      remedy: tooLarge,
    }
  }
}

function jsonFault(
  value: unknown,
  place: string,
  { left, expected }: { left: number; expected: string },
): ArgumentFault | null {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return null
    case 'number':
      return Number.isFinite(value) ? null : wrong(place, value, expected)
    case 'object':
      break
    default:
      return wrong(place, value, expected)
  }
  if (value === null || typeof (value as { toJSON?: unknown }).toJSON === 'function') return null
  if (value instanceof Map || value instanceof Set) {
    const name = value instanceof Map ? 'a Map' : 'a Set'
    return { place, found: name, expected, remedy: 'turn it into a plain object or a list' }
  }
  // A value that contains itself has no end, either.
  if (left === 0) {
    return {
      place,
      found: 'a value that is nested too deeply, or contains itself',
      expected: `${expected}, and of a limited depth`,
    }
  }
  const within = { left: left - 1, expected }
  if (Array.isArray(value)) {
    for (let at = 0; at < value.length; at++) {
      const fault = jsonFault(value[at], `${place}[${at}]`, within)
      if (fault) return fault
    }
    return null
  }
  for (const [key, part] of Object.entries(value)) {
    // As with any JSON: such a key is left out.
    if (part === undefined) continue
    const fault = jsonFault(part, `${place}.${key}`, within)
    if (fault) return fault
  }
  return null
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
