import type { ClaimdError } from '@claimd/sdk'
import { claimdError } from '../../../core/errors.js'
import type { Records } from '../../../core/kernel/store-port.js'

/** What one plugin may keep: keys, bytes of keys and values in all, bytes of one value as JSON. */
export interface KeepLimits {
  keys: number
  bytes: number
  valueBytes: number
}

interface Row {
  plugin: string
  key: string
  /** As JSON: what was set is what comes back, and nobody has to trust its shape. */
  json: string
}

/** Values of plugins in the records of the host: a row each, on the disk when it is set. */
export class KeptValues {
  readonly #records: Records
  readonly #kind: string
  readonly #limits: KeepLimits
  /** By plugin and key, read once. */
  #values: Map<string, Map<string, string>> | null = null

  /** @param kind of the records */
  constructor(records: Records, kind: string, limits: KeepLimits) {
    this.#records = records
    this.#kind = kind
    this.#limits = limits
  }

  /** The value as JSON, or `null`. */
  get(plugin: string, key: string): string | null {
    return this.#of(plugin).get(key) ?? null
  }

  /** @throws STORAGE_FULL; REQUEST_MALFORMED for a value that is too large by itself; STORE_DEGRADED when it could not be written, and then it is not set */
  set(plugin: string, key: string, json: string): void {
    const values = this.#of(plugin)
    this.#checkRoom(values, key, json)
    if (values.get(key) === json) return
    this.#records.put(this.#kind, idOf(plugin, key), { plugin, key, json } satisfies Row)
    values.set(key, json)
  }

  delete(plugin: string, key: string): void {
    const values = this.#of(plugin)
    if (!values.has(key)) return
    this.#records.drop(this.#kind, idOf(plugin, key))
    values.delete(key)
  }

  keys(plugin: string): string[] {
    return [...this.#of(plugin).keys()].sort()
  }

  /** The records of the plugin are gone. */
  forget(plugin: string): void {
    this.#values?.delete(plugin)
  }

  #of(plugin: string): Map<string, string> {
    this.#values ??= this.#read()
    const known = this.#values.get(plugin)
    if (known) return known
    const values = new Map<string, string>()
    this.#values.set(plugin, values)
    return values
  }

  #read(): Map<string, Map<string, string>> {
    const values = new Map<string, Map<string, string>>()
    for (const { value } of this.#records.all<Row>(this.#kind)) {
      const of = values.get(value.plugin) ?? new Map<string, string>()
      values.set(value.plugin, of.set(value.key, value.json))
    }
    return values
  }

  #checkRoom(values: ReadonlyMap<string, string>, key: string, json: string): void {
    const { keys, bytes, valueBytes } = this.#limits
    const size = Buffer.byteLength(json)
    if (size > valueBytes) throw tooLarge(size, valueBytes)
    if (!values.has(key) && values.size >= keys) throw full(`${keys} keys already`, `at most ${keys} keys`)
    let total = size + Buffer.byteLength(key)
    for (const [other, value] of values) {
      if (other !== key) total += Buffer.byteLength(other) + Buffer.byteLength(value)
    }
    if (total > bytes) throw full(`${total} bytes in all`, `at most ${bytes} bytes in all`)
  }
}

/** No name of a plugin has a space. A key may hold what a database takes for its end. */
function idOf(plugin: string, key: string): string {
  return `${plugin} ${JSON.stringify(key)}`
}

/** To delete other values would not help. */
function tooLarge(size: number, limit: number): ClaimdError {
  return claimdError('REQUEST_MALFORMED', {
    message: `The value is too large to be stored: found ${size} bytes, expected at most ${limit} bytes`,
    found: `${size} bytes`,
    expected: `at most ${limit} bytes for one value`,
    remedy: 'store it in parts, under several keys',
  })
}

function full(found: string, expected: string): ClaimdError {
  return claimdError('STORAGE_FULL', {
    message: `the plugin keeps as much as it may: ${found}`,
    found,
    expected,
    remedy: 'delete what is no longer needed; files can be kept in the data folder',
  })
}
