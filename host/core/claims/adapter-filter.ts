import type { AdapterFilter, AdapterRow } from '@claimd/sdk'
import { adapterTestOf, allOf, globTest, providerWords, type Test } from './row-tests.js'

/**
 * Makes a filter of adapters ready: it is run for each of them.
 * @param isCalled whether an adapter has exactly this name; a word that is none may be an id
 */
export function adapterTest(filter: AdapterFilter, isCalled: (word: string) => boolean): Test<AdapterRow> {
  const { name, state, kind, provider, address, plumbing } = filter
  return allOf<AdapterRow>([
    state && ((row) => state.includes(row.state)),
    plumbing === undefined ? undefined : (row) => row.plumbing === plumbing,
    globTest(kind, (row) => [row.kind]),
    adapterTestOf(name, isCalled, (row) => ({ id: row.id, names: [row.name, ...row.alternativeNames] })),
    globTest(provider, (row) => providerWords(row.provider)),
    globTest(address, (row) => [row.address, ...row.addresses, ...row.addresses.map(withoutLength)]),
  ])
}

function withoutLength(address: string): string {
  return address.slice(0, address.lastIndexOf('/'))
}
