import { compileAdapterPatterns } from './adapter-pattern.js'
import { compileGlob } from './glob.js'

export type Test<Row> = (row: Row) => boolean

/** Whether a row passes all the tests that are there. */
export function allOf<Row>(given: readonly (Test<Row> | undefined)[]): Test<Row> {
  const tests = given.filter((test) => test !== undefined)
  return (row) => tests.every((test) => test(row))
}

/** Whether one of the patterns fits one of the values. */
export function globTest<Row>(
  patterns: readonly string[] | undefined,
  values: (row: Row) => readonly (string | null)[],
): Test<Row> | undefined {
  if (patterns === undefined) return undefined
  const fits = patterns.map(compileGlob)
  return (row) => values(row).some((value) => value !== null && fits.some((fit) => fit(value)))
}

/** Whether one of the patterns for adapters fits. */
export function adapterTestOf<Row>(
  given: readonly string[] | undefined,
  isCalled: (word: string) => boolean,
  known: (row: Row) => Parameters<ReturnType<typeof compileAdapterPatterns>>[0],
): Test<Row> | undefined {
  const fits = given && compileAdapterPatterns(given, isCalled)
  return fits && ((row) => fits(known(row)))
}

/** A provider is also known by the end of its id and by its plugin, which is what tables show: `as-found`. */
export function providerWords(id: string | null): string[] {
  if (id === null) return []
  const parts = id.split('/')
  const ends = parts.map((_, at) => parts.slice(at).join('/'))
  return [...ends, parts.slice(0, -1).join('/')]
}
