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
  address: (number) => {
    const last = number.toString(16).padStart(2, '0')
    return [6, 5, 4, 3, 2, 1].map((octets) => [...Array(octets - 1).fill('00'), last].join(':'))
  },
}
const proper: Partial<Record<keyof MatchRule, RegExp>> = {
  name: /^[^/\s]{1,15}$/,
  address: /^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/,
  vendor: /^[0-9a-f]{4}$/,
  product: /^[0-9a-f]{4}$/,
}

/** The first index of the adapters made here; below it are the strangers. */
const firstIndex = 11

/** How many values are tried to find one that no other adapter has. */
const maxAttempts = 100

/**
 * Adapters that fit the rules: for each rule one in every condition.
 * @param others adapters that may be on the same machine: none of their indexes is used again, and their names and
 * addresses only where the rules allow no others
 */
export function fittingAdapters(rules: readonly MatchRule[], others: readonly Adapter[] = []): Adapter[] {
  const all = [...others]
  for (const rule of rules) {
    const compiled = compileRule(rule)
    for (const [number, condition] of conditions.entries()) {
      const fields = valuesFor(rule, number, all)
      if (fields === null) continue
      const index = freeIndex(all)
      const adapter = makeAdapter({ name: `kit${index}`, ...fields, ...condition }, index)
      if (fitsRule(compiled, adapter)) all.push(adapter)
    }
  }
  return all.slice(others.length)
}

function freeIndex(others: readonly Adapter[]): number {
  const used = new Set(others.map(({ index }) => index))
  let index = firstIndex
  while (used.has(index)) index++
  return index
}

/** Adapters that fit none of the rules. */
export function strangeAdapters(rules: readonly MatchRule[]): Adapter[] {
  const compiled = rules.map(compileRule)
  const addresses = ['203.0.113.7/24']
  const strangers = [
    makeAdapter({ name: 'stranger0', kind: 'ethernet', driver: 'stranger', addresses }, 8),
    makeAdapter({ name: 'stranger1', kind: 'dummy', driver: 'dummy', addresses }, 9),
    makeAdapter({ name: 'stranger2', kind: 'wifi', driver: null, up: false }, 10),
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

function valuesFor(rule: MatchRule, number: number, others: readonly Adapter[]): Partial<Adapter> | null {
  const values: Partial<Adapter> = {}
  for (const [key, glob] of Object.entries(rule) as [keyof MatchRule, string][]) {
    const isOwnEach = key === 'name' || key === 'address'
    const used = new Set(isOwnEach ? others.map((other) => other[key]) : [])
    const attempts = Array.from({ length: isOwnEach ? maxAttempts : 1 }, (_, at) => number + at)
    const isFree = (value: string | undefined) => value !== undefined && !used.has(value)
    const free = attempts.find((attempt) => isFree(valueFor(key, glob, attempt)))
    const value = valueFor(key, glob, free ?? number)
    if (value === undefined) return null
    values[key] = value
  }
  return values
}

/** A value that fits a glob; a proper one, if there is. */
function valueFor(key: keyof MatchRule, glob: string, number: number): string | undefined {
  const fillings = [
    ...(fills[key]?.(number) ?? []),
    `${number}`,
    `0${number}`,
    `00${number}`,
    `000${number}`,
    '',
  ]
  const made = fillings.flatMap((fill) => expandGlob(glob, fill) ?? [])
  return made.find((one) => proper[key]?.test(one) ?? true) ?? made[0]
}
