import type { Adapter, MatchRule } from '@claimd/sdk'
import { isObject, shown } from '../protocol/shown.js'
import { compileGlob } from './glob.js'

const keys = [
  'name',
  'address',
  'path',
  'driver',
  'kind',
  'vendor',
  'product',
] as const satisfies (keyof MatchRule)[]
type Key = (typeof keys)[number]

/** A match rule as in a plugin's manifest, made ready: all its keys must hold. */
export class Rule {
  readonly #tests: { key: Key; pattern: RegExp }[]
  readonly text: string

  /** @param wanted globs that {@link compileGlob} takes */
  constructor(wanted: MatchRule) {
    const entries = keys.flatMap((key) => (wanted[key] === undefined ? [] : [[key, wanted[key]] as const]))
    this.#tests = entries.map(([key, glob]) => ({ key, pattern: compileGlob(glob)! }))
    this.text = entries.map(([key, glob]) => `${key} ${glob}`).join(', ') || 'any adapter'
  }

  fits(adapter: Adapter): boolean {
    return this.#tests.every(({ key, pattern }) =>
      valuesOf(adapter, key).some((value) => pattern.test(value)),
    )
  }

  /** Whether it still fits an adapter that it fitted once: a link that was renamed since is the same link. */
  stillFits(adapter: Adapter): boolean {
    return this.#tests.every(
      ({ key, pattern }) => key === 'name' || valuesOf(adapter, key).some((value) => pattern.test(value)),
    )
  }
}

/** Reads a rule; `null` when it has faults, which were told. @param field where it stands */
export function readRule(
  rule: unknown,
  field: string,
  fault: (field: string, found: string, expected: string) => void,
): Rule | null {
  if (!isObject(rule)) {
    fault(field, shown(rule), 'an object such as {"name": "lab*"}')
    return null
  }
  const wanted: MatchRule = {}
  let sound = true
  for (const [key, value] of Object.entries(rule)) {
    const known = keys.find((each) => each === key)
    if (known && typeof value === 'string' && value !== '' && compileGlob(value)) wanted[known] = value
    else {
      sound = false
      const glob = 'a text or glob: * (at most four), ?, [a-z], [!a-z]'
      fault(`${field}.${key}`, shown(value), known ? glob : `no such key; there are ${keys.join(', ')}`)
    }
  }
  return sound ? new Rule(wanted) : null
}

/** An alternative name is as good as the name. */
function valuesOf(adapter: Adapter, key: Key): string[] {
  const more = key === 'name' ? adapter.alternativeNames : []
  return [adapter[key], ...more].filter((value) => value !== null)
}
