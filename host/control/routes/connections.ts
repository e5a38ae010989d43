import type {
  ConnectionFilter,
  ConnectionState,
  ConnectionsDocument,
  DisconnectAllDocument,
  DisconnectDocument,
} from '@claimd/sdk'
import type { FastifyInstance } from 'fastify'
import { rowStream } from '../row-stream.js'
import type { Who } from '../who.js'
import {
  type ConnectionParams,
  type ConnectionsQuery,
  connectionParamsSchema,
  connectionsQuerySchema,
} from './connections.schemas.js'
import { defined, globs, oneOf } from './query-values.js'

/** What can be seen and asked of connections. */
export interface ConnectionService {
  list(filter?: ConnectionFilter): ConnectionsDocument
  disconnect(connection: string, who: Who): Promise<DisconnectDocument>
  disconnectAll(who: Who): Promise<DisconnectAllDocument>
}

export function addConnectionRoutes(app: FastifyInstance, connections: ConnectionService): void {
  app.get<{ Querystring: ConnectionsQuery }>(
    '/v1/connections',
    { schema: { querystring: connectionsQuerySchema } },
    (request, reply) => {
      reply.type('application/json; charset=utf-8')
      return rowStream(connections.list(filterOf(request.query)), 'connections')
    },
  )
  app.post<{ Params: ConnectionParams }>(
    '/v1/connections/:name/disconnect',
    { schema: { params: connectionParamsSchema } },
    // Names are in this form; a keyboard or a file may give the other one.
    (request) => connections.disconnect(request.params.name.normalize('NFC'), request.who),
  )
  // All of them at once: not below /v1/connections/, where it could be taken for a connection's name.
  app.post('/v1/disconnect', (request) => connections.disconnectAll(request.who))
}

const states = [
  'disconnected',
  'disconnected-unavailable',
  'disconnected-disabled',
  'connecting',
  'connecting-associating',
  'connecting-authenticating',
  'connecting-waiting-for-ip',
  'connected',
  'suspended',
  'disconnecting',
] as const satisfies ConnectionState[]

/** @throws {ClaimdError} USAGE */
function filterOf(query: ConnectionsQuery): ConnectionFilter {
  return defined({
    name: globs('name', query.name),
    state: oneOf('state', query.state, states),
    provider: globs('provider', query.provider),
    adapter: globs('adapter', query.adapter),
  })
}
