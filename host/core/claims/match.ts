import type { Adapter, MatchRule } from '@claimd/sdk'
import { compileGlob, isGlob } from './glob.js'

const keys = ['name', 'address', 'path', 'driver', 'kind', 'vendor', 'product'] as const
export type Key = (typeof keys)[number]

/** One key of a rule, made ready. */
export interface KeyTest {
  key: Key
  wanted: string
  /** What every value that fits begins with: for a literal, all of it. */
  prefix: string
  literal: boolean
  fits: (value: string) => boolean
}

/** A rule made ready once, when its provider is loaded, so that an offer only runs comparisons. */
export interface CompiledRule {
  text: string
  literals: number
  globs: number
  tests: readonly KeyTest[]
}

/** How a provider's rules fit an adapter. */
export interface Fit {
  /** The most specific rule that fits; `null` when none does. */
  rule: CompiledRule | null
  /** Why none fits; empty when one does. */
  why: string
}

export function compileRule(rule: MatchRule): CompiledRule {
  const tests = keys.flatMap((key) => {
    const wanted = rule[key]
    if (wanted === undefined) return []
    const prefix = wanted.replace(/[*?[].*$/s, '')
    return [{ key, wanted, prefix, literal: !isGlob(wanted), fits: compileGlob(wanted) }]
  })
  const globs = tests.filter((test) => !test.literal).length
  const text = tests.map((test) => `${test.key} ${test.wanted}`).join(', ') || 'any adapter'
  return { text, literals: tests.length - globs, globs, tests }
}

/** Finds the most specific rule that fits. Rules are alternatives; the keys within one must all hold. */
export function fitRules(rules: readonly CompiledRule[], adapter: Adapter): Fit {
  let best: CompiledRule | null = null
  /** What was wanted instead, by what the adapter is. */
  const misses = new Map<string, Set<string>>()
  for (const rule of rules) {
    const miss = rule.tests.find((test) => !passes(test, adapter))
    if (miss) {
      const found = `${miss.key} is ${adapter[miss.key] ?? 'not known'}`
      misses.set(found, (misses.get(found) ?? new Set()).add(miss.wanted))
    } else if (best === null || compareSpecificity(rule, best) < 0) best = rule
  }
  if (best) return { rule: best, why: '' }
  const whys = [...misses].map(([found, wanted]) => `${found}, not ${inWords([...wanted])}`)
  return { rule: null, why: whys.length > 0 ? whys.join('; ') : 'its manifest has no match rule' }
}

/** Such as `a, b or c`. */
function inWords(values: readonly string[]): string {
  return values.length === 1 ? values[0]! : `${values.slice(0, -1).join(', ')} or ${values.at(-1)}`
}

/** Whether all keys of the rule hold. */
export function fitsRule(rule: CompiledRule, adapter: Adapter): boolean {
  return rule.tests.every((test) => passes(test, adapter))
}

/** An alternative name is as good as the name. */
function passes({ key, fits }: KeyTest, adapter: Adapter): boolean {
  const value = adapter[key]
  if (value !== null && fits(value)) return true
  return key === 'name' && adapter.alternativeNames.some(fits)
}

/** Orders the more specific rule first: more literals, then more globs. */
export function compareSpecificity(a: CompiledRule, b: CompiledRule): number {
  return b.literals - a.literals || b.globs - a.globs
}
