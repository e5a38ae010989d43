import type { AdapterFilter, AdapterRow, ConnectionFilter, ConnectionRow } from '@claimd/sdk'
import { compileAdapterPatterns } from '../claims/adapter-pattern.js'
import { compileGlob } from '../claims/glob.js'

type Test<Row> = (row: Row) => boolean

/**
 * Makes a filter of adapters ready: it is run for each of them.
 * @param isCalled whether an adapter has exactly this name; a word that is none may be an id
 */
export function adapterTest(filter: AdapterFilter, isCalled: (word: string) => boolean): Test<AdapterRow> {
  const { name, state, kind, provider, address, plumbing } = filter
  return all<AdapterRow>([
    state && ((row) => state.includes(row.state)),
    plumbing === undefined ? undefined : (row) => row.plumbing === plumbing,
    globs(kind, (row) => [row.kind]),
    patterns(name, isCalled, (row) => ({ id: row.id, names: [row.name, ...row.alternativeNames] })),
    globs(provider, (row) => idParts(row.provider)),
    globs(address, (row) => [row.address, ...row.addresses, ...row.addresses.map(withoutLength)]),
  ])
}

/** The same for connections. @param idOf the id of the adapter that is held for a connection */
export function connectionTest(
  filter: ConnectionFilter,
  isCalled: (word: string) => boolean,
  idOf: (connection: string) => string | null,
): Test<ConnectionRow> {
  const { name, state, provider, adapter } = filter
  return all<ConnectionRow>([
    state && ((row) => state.includes(row.state)),
    globs(name, (row) => [row.name]),
    globs(provider, (row) => idParts(row.provider)),
    patterns(adapter, isCalled, (row) => ({ id: idOf(row.name), names: [row.adapter] })),
  ])
}

function all<Row>(given: readonly (Test<Row> | undefined)[]): Test<Row> {
  const tests = given.filter((test) => test !== undefined)
  return (row) => tests.every((test) => test(row))
}

/** Whether one of the patterns fits one of the values. */
function globs<Row>(
  patterns: readonly string[] | undefined,
  values: (row: Row) => readonly (string | null)[],
): Test<Row> | undefined {
  if (patterns === undefined) return undefined
  const fits = patterns.map(compileGlob)
  return (row) => values(row).some((value) => value !== null && fits.some((fit) => fit(value)))
}

/** Whether one of the patterns for adapters fits. */
function patterns<Row>(
  given: readonly string[] | undefined,
  isCalled: (word: string) => boolean,
  known: (row: Row) => Parameters<ReturnType<typeof compileAdapterPatterns>>[0],
): Test<Row> | undefined {
  const fits = given && compileAdapterPatterns(given, isCalled)
  return fits && ((row) => fits(known(row)))
}

/** A provider is also known by the end of its id and by its plugin, which is what tables show: `as-found`. */
function idParts(id: string | null): string[] {
  if (id === null) return []
  const parts = id.split('/')
  const ends = parts.map((_, at) => parts.slice(at).join('/'))
  return [...ends, parts.slice(0, -1).join('/')]
}

function withoutLength(address: string): string {
  return address.slice(0, address.lastIndexOf('/'))
}
