import type { FieldFault } from '../../core/documents/field-fault.js'
import { nearest } from '../../core/documents/nearest.js'
import { type Path, pathOf } from '../../core/documents/place.js'
import { schemaFaults, unknownKey } from '../../core/documents/schema-faults.js'
import { fitsSettings } from './manifest.validators.js'
import { faultAt, isRecord } from './record.js'
import { settingsSchema } from './settings-schema.js'

/** How deep the schema of a connection's `config` may be nested. */
const settingsDepth = 32

const keywords = Object.keys(settingsSchema.properties)
const drafts = /^https?:\/\/json-schema\.org\/draft-07\/schema#?$/

/** Where a schema holds others: one, a list of them, or an object of them. */
const places = {
  one: 'items additionalItems contains additionalProperties propertyNames if then else not'.split(' '),
  list: 'items allOf anyOf oneOf'.split(' '),
  named: '$defs definitions properties patternProperties dependencies'.split(' '),
}

/** In which the `configuration` of the providers is no JSON Schema that their settings could be checked by. */
export function settingsFaults(providers: readonly unknown[]): FieldFault[] {
  return providers.flatMap((provider, index) => {
    const schema = isRecord(provider) ? provider.configuration : undefined
    if (!isRecord(schema)) return []
    const path = ['contributes', 'providers', index, 'configuration']
    if (isDeeper(schema, settingsDepth)) {
      const expected = `a schema that is at most ${settingsDepth} levels deep`
      return [faultAt(path, schema, expected, 'Simplify it, or use "$ref"')]
    }
    const faults = fitsSettings(schema) ? [] : schemaFaults(fitsSettings.errors!, schema, { within: path })
    return faults.concat(faultsWithin(schema, { root: schema, path }))
  })
}

/** What the schema of schemas does not say: forms of text, references that lead nowhere, slips of the pen. */
function faultsWithin(schema: Record<string, unknown>, at: { root: unknown; path: Path }): FieldFault[] {
  const { root, path } = at
  const { $ref, $schema, pattern, patternProperties } = schema
  const slips = Object.keys(schema).filter(
    (key) => !keywords.includes(key) && nearest(key, keywords) !== null,
  )
  const faults = slips.map((key) => unknownKey([...path, key], keywords))
  if (typeof $schema === 'string' && !drafts.test($schema)) {
    const expected = 'draft-07, "http://json-schema.org/draft-07/schema#"'
    faults.push(faultAt([...path, '$schema'], $schema, expected, 'Remove it, and use what that draft knows'))
  }
  if (typeof $ref === 'string' && !leadsSomewhere($ref, root)) {
    const expected = 'a place in this schema, such as "#/definitions/address"'
    faults.push(faultAt([...path, '$ref'], $ref, expected, 'Put what it names into this schema'))
  }
  const patterns = isRecord(patternProperties) ? Object.keys(patternProperties) : []
  return faults.concat(
    typeof pattern === 'string' ? patternFaults(pattern, [...path, 'pattern']) : [],
    patterns.flatMap((one) => patternFaults(one, [...path, 'patternProperties', one])),
    schemasIn(schema).flatMap(([child, way]) =>
      isRecord(child) ? faultsWithin(child, { root, path: [...path, ...way] }) : [],
    ),
  )
}

function schemasIn(schema: Record<string, unknown>): [schema: unknown, way: Path][] {
  return [
    ...places.one.map((key): [unknown, Path] => [schema[key], [key]]),
    ...places.list.flatMap((key) => {
      const list = schema[key]
      return Array.isArray(list) ? list.map((child, at): [unknown, Path] => [child, [key, at]]) : []
    }),
    ...places.named.flatMap((key) => {
      const named = schema[key]
      return isRecord(named)
        ? Object.entries(named).map(([name, child]): [unknown, Path] => [child, [key, name]])
        : []
    }),
  ]
}

function patternFaults(pattern: string, path: Path): FieldFault[] {
  try {
    new RegExp(pattern, 'u')
    return []
  } catch (error) {
    const why = (error as Error).message.replace(/^Invalid regular expression: /, '')
    return [faultAt(path, pattern, `a regular expression, not one of which is said: ${why}`, 'Correct it')]
  }
}

function leadsSomewhere(reference: string, root: unknown): boolean {
  if (reference === '#') return true
  if (!reference.startsWith('#/')) return false
  try {
    const path = pathOf(decodeURIComponent(reference.slice(1)), root)
    let value = root
    for (const key of path) {
      if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return false
      value = (value as Record<string | number, unknown>)[key]
    }
    return typeof value === 'boolean' || isRecord(value)
  } catch {
    return false
  }
}

/** Looked at level by level: a document may be nested deeper than calls can be. */
function isDeeper(value: unknown, most: number): boolean {
  let level: unknown[] = [value]
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > most) return true
    level = level.flatMap((one) => (typeof one === 'object' && one !== null ? Object.values(one) : []))
  }
  return false
}
