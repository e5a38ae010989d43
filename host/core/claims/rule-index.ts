import type { Adapter } from '@claimd/sdk'
import type { CompiledRule, Key, KeyTest } from './match.js'

/**
 * Finds rules that may fit an adapter without looking at all of them: each rule stands under the one of its
 * keys that leaves the fewest adapters, by the value it wants, or by what that value begins with. With
 * hundreds of providers only those are looked at that have something to do with the adapter.
 */
export class RuleIndex<Owner> {
  private readonly shelves = new Map<Key, Shelf<Owner>>()
  /** Rules of which nothing is known beforehand, such as `{}` and `*lab`. */
  private readonly anywhere: Entry<Owner>[] = []

  add(rule: CompiledRule, owner: Owner): void {
    const entry = { rule, owner }
    const anchor = anchorOf(rule)
    if (anchor === null) this.anywhere.push(entry)
    else this.shelf(anchor.key).add(anchor, entry)
  }

  /** Calls back with every rule that may fit; whether it does is to be tested. */
  forEachCandidate(adapter: Adapter, visit: (rule: CompiledRule, owner: Owner) => void): void {
    for (const { rule, owner } of this.anywhere) visit(rule, owner)
    for (const [key, shelf] of this.shelves) {
      const value = adapter[key]
      if (value !== null) shelf.find(value, visit)
      if (key === 'name') for (const name of adapter.alternativeNames) shelf.find(name, visit)
    }
  }

  private shelf(key: Key): Shelf<Owner> {
    let shelf = this.shelves.get(key)
    if (!shelf) {
      shelf = new Shelf()
      this.shelves.set(key, shelf)
    }
    return shelf
  }
}

interface Entry<Owner> {
  rule: CompiledRule
  owner: Owner
}

/** The rules that stand under one key. */
class Shelf<Owner> {
  private readonly literals = new Map<string, Entry<Owner>[]>()
  private readonly prefixes = new Map<string, Entry<Owner>[]>()
  /** How long the prefixes are, each length once. */
  private readonly lengths = new Set<number>()

  add({ prefix, literal }: KeyTest, entry: Entry<Owner>): void {
    const entries = literal ? this.literals : this.prefixes
    if (!literal) this.lengths.add(prefix.length)
    const there = entries.get(prefix)
    if (there) there.push(entry)
    else entries.set(prefix, [entry])
  }

  find(value: string, visit: (rule: CompiledRule, owner: Owner) => void): void {
    for (const { rule, owner } of this.literals.get(value) ?? []) visit(rule, owner)
    for (const length of this.lengths) {
      if (length > value.length) continue
      for (const { rule, owner } of this.prefixes.get(value.slice(0, length)) ?? []) visit(rule, owner)
    }
  }
}

/** How few adapters have one value of a key, fewest first: a thousand can be of one kind, one has a name. */
const selectivity: readonly Key[] = ['name', 'address', 'path', 'product', 'vendor', 'driver', 'kind']

/** The key under which a rule stands: a literal one before one with a prefix, unless many share its value. */
function anchorOf(rule: CompiledRule): KeyTest | null {
  let best: KeyTest | null = null
  for (const test of rule.tests) {
    if (test.prefix !== '' && (best === null || rank(test) < rank(best))) best = test
  }
  return best
}

function rank({ key, literal }: KeyTest): number {
  return selectivity.indexOf(key) + (literal ? 0 : 0.5)
}
