import type { ConnectionFilter, ConnectionRow } from '@claimd/sdk'
import { adapterTestOf, allOf, globTest, providerWords, type Test } from './row-tests.js'

/**
 * Makes a filter of connections ready: it is run for each of them.
 * @param isCalled whether an adapter has exactly this name; a word that is none may be an id
 * @param idOf the id of the adapter that is held for a connection
 */
export function connectionTest(
  filter: ConnectionFilter,
  isCalled: (word: string) => boolean,
  idOf: (connection: string) => string | null,
): Test<ConnectionRow> {
  const { name, state, type, provider, adapter } = filter
  return allOf<ConnectionRow>([
    state && ((row) => state.includes(row.state)),
    globTest(name, (row) => [row.name]),
    globTest(type, (row) => (row.type === null ? [] : [row.type])),
    globTest(provider, (row) => providerWords(row.provider)),
    adapterTestOf(adapter, isCalled, (row) => ({ id: idOf(row.name), names: [row.adapter] })),
  ])
}
