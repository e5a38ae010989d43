import type { SqliteStore } from '../../../host/store/sqlite-store.js'
import { byKind } from '../../host/core/rows-by-kind.js'
import type { Contents } from './expected.js'

export function contentsOf(store: SqliteStore): Contents {
  const state = store.load()
  const rounds = Object.fromEntries(byKind(state).adapters.map(({ id }) => [id, store.rounds(id, 1)[0]]))
  return { state, events: store.events(0, 1_000_000), rounds }
}
