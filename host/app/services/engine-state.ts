import type { Link } from '../../core/adapters/link.js'
import { plumbingAmong } from '../../core/adapters/plumbing.js'
import type { Context } from '../../core/claims/context.js'
import type { ConnectionsContext } from '../../core/connections/context.js'
import type { CoreEngine } from '../../core/core-engine.js'

/** What the engine knows, all of it durable by now. */
export function durableState(engine: CoreEngine): Context {
  engine.catchUp()
  return engine.claims.context
}

/** Tells which links of this machine only carry the traffic of others, see `plumbingAmong`. */
export function plumbingIn(context: Context): (link: Link) => boolean {
  return plumbingAmong(linksOf(context.adapters.values()))
}

function* linksOf(records: Iterable<{ link: Link }>): Generator<Link> {
  for (const { link } of records) yield link
}

/** The same for connections. */
export function durableConnections(engine: CoreEngine): ConnectionsContext {
  engine.catchUp()
  return engine.connections.context
}
