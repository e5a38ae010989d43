import type { Adapter, MatchRule } from '@claimd/sdk'
import { compileRule, fitRules, fitsRule } from '../../core/claims/match.js'
import { expandGlob } from './expand-glob.js'
import { makeAdapter } from './make-adapter.js'

/** In what condition adapters are offered. The addresses are those that are set aside for examples. */
const conditions: Partial<Adapter>[] = [
  { addresses: ['192.0.2.10/24', '2001:db8::10/64'] },
  { addresses: ['198.51.100.11/24'] },
  {},
  { up: false },
]

/** What may stand for a `*`, by key; where it can, it makes the whole value a proper one. */
const fills: Partial<Record<keyof MatchRule, (number: number) => string[]>> = {
  address: (number) =>
    [6, 5, 4, 3, 2, 1].map((octets) => [...Array(octets - 1).fill('00'), `0${number}`].join(':')),
}
const proper: Partial<Record<keyof MatchRule, RegExp>> = {
  name: /^[^/\s]{1,15}$/,
  address: /^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/,
  vendor: /^[0-9a-f]{4}$/,
  product: /^[0-9a-f]{4}$/,
}

/** Adapters that fit the rules: for each rule one in every condition. */
export function fittingAdapters(rules: readonly MatchRule[]): Adapter[] {
  return rules.flatMap((rule, at) => {
    const compiled = compileRule(rule)
    return conditions.flatMap((condition, number) => {
      const fields = valuesFor(rule, number)
      if (fields === null) return []
      const index = 11 + at * conditions.length + number
      const adapter = makeAdapter({ name: `kit${index}`, ...fields, ...condition }, index)
      return fitsRule(compiled, adapter) ? [adapter] : []
    })
  })
}

/** Adapters that fit none of the rules. */
export function strangeAdapters(rules: readonly MatchRule[]): Adapter[] {
  const compiled = rules.map(compileRule)
  const addresses = ['203.0.113.7/24']
  const strangers = [
    makeAdapter({ name: 'stranger0', kind: 'ethernet', driver: 'stranger', addresses }, 91),
    makeAdapter({ name: 'stranger1', kind: 'dummy', driver: 'dummy', addresses }, 92),
    makeAdapter({ name: 'stranger2', kind: 'wifi', driver: null, up: false }, 93),
  ]
  return strangers.filter((adapter) => fitRules(compiled, adapter).rule === null)
}

/** What the kernel allows in a name, and programs trip over. */
const oddParts = ['%s', '(', '[a', '\\', '$x', "'", '"', '<b>', '`', '*', '..', 'ä', '😀', '__proto__']

export function oddlyNamedAdapters(rules: readonly MatchRule[], adapter: Adapter): Adapter[] {
  const compiled = rules.map(compileRule)
  const named = rules.flatMap(({ name = '*' }) => oddParts.flatMap((part) => expandGlob(name, part) ?? []))
  return [...new Set([...named, 'constructor', 'x'.repeat(15)])]
    .filter((name) => Buffer.byteLength(name) <= 15 && !/^\.{1,2}$/.test(name) && name !== adapter.name)
    .map((name) => ({ ...adapter, name }))
    .filter((odd) => fitRules(compiled, odd).rule !== null)
}

function valuesFor(rule: MatchRule, number: number): Partial<Adapter> | null {
  const values: Partial<Adapter> = {}
  for (const [key, glob] of Object.entries(rule) as [keyof MatchRule, string][]) {
    const candidates = [
      ...(fills[key]?.(number) ?? []),
      `${number}`,
      `0${number}`,
      `00${number}`,
      `000${number}`,
      '',
    ]
    const made = candidates.flatMap((fill) => expandGlob(glob, fill) ?? [])
    const value = made.find((one) => proper[key]?.test(one) ?? true) ?? made[0]
    if (value === undefined) return null
    values[key] = value
  }
  return values
}
