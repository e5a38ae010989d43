import type { Config } from './config-vault.js'

/** What stands where a secret is. */
export const mask = '***'

/** A JSON Schema, of which `writeOnly` says that a value is never shown. */
export type SettingsSchema = Readonly<Record<string, unknown>>

/** For what a provider understands that is not there: any of its values may be a secret. */
export const unknownSchema: SettingsSchema = { additionalProperties: { writeOnly: true } }

/** So deep a schema may refer to itself for one value; a value may not be nested deeper either. */
const deepest = 64

/** A config as it may be shown: its secrets are replaced by {@link mask}. */
export function maskConfig(config: Config, schema: SettingsSchema): Record<string, unknown> {
  return masked(config, [schema], schema) as Record<string, unknown>
}

/**
 * What an edit of a masked config means: a secret that was left masked is the one before. It is looked for at the same place;
 * in a list, first by an item that looks the same, so that a list may be put into another order.
 * @returns `missing`: the places of masks for which there is no secret, each as its keys
 */
export function unmaskConfig(
  edited: Config,
  before: Config | null,
  schema: SettingsSchema,
): { config: Record<string, unknown>; missing: (string | number)[][] } {
  const missing: (string | number)[][] = []
  const config = unmasked(edited, before ?? undefined, [schema], schema, [], missing)
  return { config: config as Record<string, unknown>, missing }
}

function masked(value: unknown, schemas: readonly unknown[], root: SettingsSchema): unknown {
  const all = allOf(schemas, root)
  if (all.some((schema) => schema.writeOnly === true)) return mask
  if (Array.isArray(value)) return value.map((item, at) => masked(item, schemasOf(all, at), root))
  if (!isRecord(value)) return value
  return mapEntries(value, (part, key) => masked(part, schemasOf(all, key), root))
}

function unmasked(
  value: unknown,
  before: unknown,
  schemas: readonly unknown[],
  root: SettingsSchema,
  path: readonly (string | number)[],
  missing: (string | number)[][],
): unknown {
  // What was masked may have been so for want of the schema that is known now.
  if (value === mask && before !== undefined) return before
  const all = allOf(schemas, root)
  if (all.some((schema) => schema.writeOnly === true)) {
    if (value === mask) missing.push([...path])
    return value
  }
  if (Array.isArray(value)) {
    const partners = partnersOf(value, Array.isArray(before) ? before : [], all, root)
    return value.map((item, at) =>
      unmasked(item, partners[at], schemasOf(all, at), root, [...path, at], missing),
    )
  }
  if (!isRecord(value)) return value
  return mapEntries(value, (part, key) => {
    const own = isRecord(before) && Object.hasOwn(before, key) ? before[key] : undefined
    return unmasked(part, own, schemasOf(all, key), root, [...path, key], missing)
  })
}

/**
 * For each item of an edited list, the one that it was before: one that looks the same, else the one at its place, unless
 * that is already another's. A secret is never given to two.
 */
function partnersOf(
  edited: readonly unknown[],
  before: readonly unknown[],
  schemas: readonly SettingsSchema[],
  root: SettingsSchema,
): unknown[] {
  const looks = before.map((item, at) => JSON.stringify(masked(item, schemasOf(schemas, at), root)))
  const free = new Set(before.keys())
  const take = (at: number) => (free.delete(at) ? before[at] : undefined)
  const partners = new Array<unknown>(edited.length)
  const left: number[] = []
  for (const [at, item] of edited.entries()) {
    const look = JSON.stringify(item)
    const found = looks[at] === look ? at : [...free].find((one) => looks[one] === look)
    if (found !== undefined && free.has(found)) partners[at] = take(found)
    else left.push(at)
  }
  // Where items came or went, the one at the same place is most likely another.
  if (edited.length === before.length) for (const at of left) partners[at] = take(at)
  return partners
}

/** All schemas that are about the same value, also those that only may be: what may be a secret is treated as one. */
function allOf(schemas: readonly unknown[], root: SettingsSchema): SettingsSchema[] {
  const found = new Set<SettingsSchema>()
  const add = (schema: unknown, depth: number) => {
    if (!isRecord(schema) || found.has(schema) || depth > deepest) return
    found.add(schema)
    if (typeof schema.$ref === 'string') add(definition(root, schema.$ref), depth + 1)
    for (const key of ['allOf', 'anyOf', 'oneOf'])
      if (Array.isArray(schema[key])) for (const one of schema[key]) add(one, depth + 1)
    for (const key of ['if', 'then', 'else', 'not']) add(schema[key], depth + 1)
    if (isRecord(schema.dependencies))
      for (const one of Object.values(schema.dependencies)) add(one, depth + 1)
  }
  for (const schema of schemas) add(schema, 0)
  return [...found]
}

/** The schemas of a part of the value that these are about. */
function schemasOf(schemas: readonly SettingsSchema[], key: string | number): unknown[] {
  return schemas.flatMap((schema) =>
    typeof key === 'number' ? ofItem(schema, key) : ofProperty(schema, key),
  )
}

function ofItem({ items, additionalItems, contains }: SettingsSchema, at: number): unknown[] {
  const own = Array.isArray(items) ? (at < items.length ? items[at] : additionalItems) : items
  return [own, contains]
}

function ofProperty(schema: SettingsSchema, key: string): unknown[] {
  const { properties, patternProperties, additionalProperties } = schema
  const patterns = isRecord(patternProperties) ? Object.entries(patternProperties) : []
  const byPattern = patterns.filter(([pattern]) => mayFit(pattern, key)).map(([, one]) => one)
  const isNamed = isRecord(properties) && Object.hasOwn(properties, key)
  return [...byPattern, isNamed ? properties[key] : additionalProperties]
}

/** Patterns are a stranger's: one that could take very long is not tried, and taken to fit. */
function mayFit(pattern: string, key: string): boolean {
  const repetitions = pattern.match(/[*+{]/g)?.length ?? 0
  if (pattern.includes('(') || repetitions > 2 || key.length > 255) return true
  try {
    return new RegExp(pattern, 'u').test(key)
  } catch {
    return true
  }
}

/** What `#/definitions/secret` means. */
function definition(root: SettingsSchema, reference: string): unknown {
  if (!reference.startsWith('#')) return undefined
  let place: unknown = root
  for (const part of reference.slice(1).split('/').slice(1)) {
    const key = decode(part).replaceAll('~1', '/').replaceAll('~0', '~')
    place = isRecord(place) || Array.isArray(place) ? (place as Record<string, unknown>)[key] : undefined
  }
  return place
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}

function mapEntries(
  record: Record<string, unknown>,
  made: (value: unknown, key: string) => unknown,
): Record<string, unknown> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, made(value, key)]))
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
