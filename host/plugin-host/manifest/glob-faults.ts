import type { FieldFault } from '../../core/documents/field-fault.js'
import { placeOf } from '../../core/documents/place.js'
import { shown } from '../../core/documents/shown.js'

/** The match rules whose values are no globs: `*`, `?`, `[a-z]` and `[!a-z]` are known. */
export function globFaults(providers: readonly unknown[]): FieldFault[] {
  return providers.flatMap((provider, index) => {
    const rules = (provider as { match?: unknown } | null)?.match
    if (!Array.isArray(rules)) return []
    return rules.flatMap((rule: unknown, place) =>
      Object.entries(typeof rule === 'object' && rule !== null ? rule : {}).flatMap(([key, glob]) => {
        const expected = typeof glob === 'string' ? globExpectation(glob) : null
        if (expected === null) return []
        const field = placeOf(['contributes', 'providers', index, 'match', place, key])
        return [{ field, found: shown(glob), expected, remedy: 'Correct the glob' }]
      }),
    )
  })
}

/** What a text would have to be to be a glob; `null` when it is one. */
export function globExpectation(glob: string): string | null {
  const sets = glob.match(/\[[^\]]*\]?/g) ?? []
  if (sets.some((set) => !/^\[!?[^\]]+\]$/.test(set))) return 'a "]" for every "[", with something between'
  if (sets.some(hasReversedRange)) return 'ranges from the lower to the higher character'
  return null
}

function hasReversedRange(set: string): boolean {
  return [...set.matchAll(/([^[\]!])-([^\]])/g)].some(([, from, to]) => from! > to!)
}
