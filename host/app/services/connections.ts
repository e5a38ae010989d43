import type {
  ConnectionFilter,
  ConnectionsDocument,
  DisconnectAllDocument,
  DisconnectDocument,
} from '@claimd/sdk'
import type { ConnectionService, Who } from '../../control/index.js'
import { connectionTest } from '../../core/claims/connection-filter.js'
import { isCalled } from '../../core/claims/operator.js'
import { connectionRows } from '../../core/claims/views.js'
import type { CoreEngine } from '../../core/core-engine.js'
import type { Callers } from './callers.js'
import { durableState } from './engine-state.js'

interface Sources {
  engine: CoreEngine
  callers: Callers
}

/** What can be seen and asked of connections. */
export class Connections implements ConnectionService {
  constructor(private readonly from: Sources) {}

  list(filter: ConnectionFilter = {}): ConnectionsDocument {
    const { engine } = this.from
    const context = durableState(engine)
    const idOf = (name: string) => context.byConnection.get(name)?.id ?? null
    const fits = connectionTest(filter, (word) => isCalled(context, word), idOf)
    return { revision: engine.revision, connections: connectionRows(context).filter(fits) }
  }

  async disconnect(connection: string, who: Who): Promise<DisconnectDocument> {
    const { engine, callers } = this.from
    const asked = { type: 'disconnect', connection, who: callers.describe(who) } as const
    return await callers.reply(who, engine.ask(asked))
  }

  async disconnectAll(who: Who): Promise<DisconnectAllDocument> {
    const { engine, callers } = this.from
    const all = await engine.ask({ type: 'disconnect-all', who: callers.describe(who) })
    return { ...all, refused: all.refused.map((refusal) => callers.refusalFor(who, refusal)) }
  }
}
