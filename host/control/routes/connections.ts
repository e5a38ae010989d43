import type {
  ConnectDocument,
  ConnectionChangeDocument,
  ConnectionConfiguration,
  ConnectionDocument,
  ConnectionExplainDocument,
  ConnectionFilter,
  ConnectionState,
  ConnectionsDocument,
  ConnectOptions,
  DisconnectAllDocument,
  DisconnectDocument,
  HoldOptions,
  TypeSpecificDocument,
} from '@claimd/sdk'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { connectionFaults } from '../../core/configuration/connection-faults.js'
import { maxDocumentDepth } from '../../core/documents/json-syntax.js'
import { nestsDeeper } from '../../core/documents/nesting.js'
import { claimdError } from '../../core/errors.js'
import type { Access } from '../access.js'
import type { EventStreams } from '../event-streams.js'
import { rowStream } from '../row-stream.js'
import type { Who } from '../who.js'
import {
  type ConnectionParams,
  type ConnectionsQuery,
  connectBodySchema,
  connectionAddBodySchema,
  connectionParamsSchema,
  connectionsQuerySchema,
  connectionUpdateBodySchema,
  type DisconnectBody,
  disconnectBodySchema,
  holdBodySchema,
} from './connections.schemas.js'
import { defined, globs, oneOf } from './query-values.js'
import type { RequestService } from './requests.js'

/** How a configured connection is edited. */
export interface ConnectionUpdate {
  /** The handle of what was read: where it is another one by now, the edit is refused. */
  change: string
  /** Whether the connection is taken down where the edit needs that; else the edit counts from the next connect on. */
  immediate: boolean
}

/** What can be seen and asked of connections. */
export interface ConnectionService extends RequestService {
  list(filter?: ConnectionFilter): ConnectionsDocument
  /** @throws CONNECTION_NOT_FOUND */
  get(connection: string): ConnectionDocument
  /** @throws CONNECTION_NOT_FOUND */
  explain(connection: string): Promise<ConnectionExplainDocument>
  /** What only its provider knows, which is asked now. @throws CONNECTION_NOT_FOUND */
  typeSpecific(connection: string): Promise<TypeSpecificDocument>
  add(connection: string, configuration: ConnectionConfiguration, who: Who): Promise<ConnectionChangeDocument>
  update(
    connection: string,
    configuration: ConnectionConfiguration,
    how: ConnectionUpdate,
    who: Who,
  ): Promise<ConnectionChangeDocument>
  delete(connection: string, who: Who): Promise<ConnectionChangeDocument>
  /** Asks for it; what becomes of that, its request tells. */
  connect(connection: string, options: ConnectOptions, who: Who): Promise<ConnectDocument>
  /** The same for as long as a client is there, which has an owner of its own: see `owner` of the answer. */
  hold(connection: string, options: HoldOptions, who: Who): Promise<ConnectDocument>
  /** A client is gone: what it wanted up is not wanted by it any more. */
  endOwner(owner: string, who: Who): void
  /** @param options.ifUnused whether it stays while somebody wants it up. Default: `false` */
  disconnect(connection: string, who: Who, options?: { ifUnused?: boolean }): Promise<DisconnectDocument>
  disconnectAll(who: Who): Promise<DisconnectAllDocument>
}

const allEvents = { since: null, adapters: null, connections: null, types: null, coalesce: null }

interface OfConnection {
  Params: ConnectionParams
}

/**
 * Who is admitted may look, connect and disconnect; what is configured is the owner's.
 * @param preHandler waits until the plugins are known, and so which types there are: the socket answers before
 */
export function addConnectionRoutes(
  app: FastifyInstance,
  connections: ConnectionService,
  access: Access,
  streams: EventStreams,
  preHandler: () => Promise<void>,
): void {
  const params = connectionParamsSchema
  // Before the body is looked at: who may not configure learns nothing else.
  const onRequest = async (request: FastifyRequest) => access.requireOwner(request.who)
  // All that can stand in it may be left out, and so may the body.
  const preValidation = async (request: FastifyRequest) => {
    request.body ??= {}
  }

  app.get<{ Querystring: ConnectionsQuery }>(
    '/v1/connections',
    { schema: { querystring: connectionsQuerySchema } },
    (request, reply) => {
      reply.type('application/json; charset=utf-8')
      return rowStream(connections.list(filterOf(request.query)), 'connections')
    },
  )
  app.get<OfConnection>('/v1/connections/:name', { schema: { params } }, (request) =>
    connections.get(nameOf(request)),
  )
  app.get<OfConnection>('/v1/connections/:name/explain', { schema: { params } }, (request) =>
    connections.explain(nameOf(request)),
  )
  app.get<OfConnection>('/v1/connections/:name/type-specific', { schema: { params } }, (request) =>
    connections.typeSpecific(nameOf(request)),
  )
  app.post<OfConnection & { Body: ConnectionConfiguration }>(
    '/v1/connections/:name/add',
    {
      schema: { params, body: connectionAddBodySchema },
      onRequest,
      preValidation: checkConfiguration,
      preHandler,
    },
    (request) => connections.add(nameOf(request), request.body, request.who),
  )
  app.post<OfConnection & { Body: ConnectionConfiguration & { change: string; immediate?: boolean } }>(
    '/v1/connections/:name/update',
    {
      schema: { params, body: connectionUpdateBodySchema },
      onRequest,
      preValidation: checkConfiguration,
      preHandler,
    },
    (request) => {
      const { change, immediate = false, ...configuration } = request.body
      return connections.update(nameOf(request), configuration, { change, immediate }, request.who)
    },
  )
  app.post<OfConnection>('/v1/connections/:name/delete', { schema: { params }, onRequest }, (request) =>
    connections.delete(nameOf(request), request.who),
  )
  app.post<OfConnection & { Body: ConnectOptions }>(
    '/v1/connections/:name/connect',
    { schema: { params, body: connectBodySchema }, preValidation },
    async (request, reply) => {
      // It ends a claim, after which the connection can be disconnected.
      if (request.body.takeOver) access.requireOwner(request.who)
      const document = await connections.connect(nameOf(request), request.body, request.who)
      if (document.result === 'PENDING') reply.code(202)
      return document
    },
  )
  app.post<OfConnection & { Body: HoldOptions }>(
    '/v1/connections/:name/hold',
    { schema: { params, body: holdBodySchema }, preValidation },
    async (request, reply) => {
      const { who } = request
      const connection = nameOf(request)
      const stream = streams.prepare({ ...allEvents, connection }, who)
      const held = await connections.hold(connection, request.body, who).catch((error) => {
        stream.cancel()
        throw error
      })
      const end = () => {
        if (held.owner !== null) connections.endOwner(held.owner, who)
      }
      reply.hijack()
      // It went away before it could hear that it has what it wanted.
      if (reply.raw.destroyed) {
        stream.cancel()
        return end()
      }
      reply.raw.once('close', end)
      stream.open(reply.raw, { type: 'held', data: held })
    },
  )
  app.post<OfConnection & { Body: DisconnectBody }>(
    '/v1/connections/:name/disconnect',
    { schema: { params, body: disconnectBodySchema }, preValidation },
    (request) => connections.disconnect(nameOf(request), request.who, request.body),
  )
  // All of them at once: not below /v1/connections/, where it could be taken for a connection's name.
  app.post('/v1/disconnect', (request) => connections.disconnectAll(request.who))
}

/** Names are in this form; a keyboard or a file may give the other one. */
function nameOf({ params }: { params: ConnectionParams }): string {
  return params.name.normalize('NFC')
}

/** What the schema does not say, or says in fewer words. @throws {ClaimdError} USAGE */
async function checkConfiguration({ body }: FastifyRequest): Promise<void> {
  const [fault] = connectionFaults(body)
  if (fault) {
    const { field, ...words } = fault
    throw claimdError('USAGE', { message: `'${field}' in the body is invalid`, ...words, parameter: field })
  }
  if (nestsDeeper(body, maxDocumentDepth))
    throw claimdError('USAGE', {
      message: 'the body is invalid',
      parameter: '',
      found: 'values that are nested deeper',
      expected: `values nested at most ${maxDocumentDepth} deep`,
      remedy: 'Nest them less',
    })
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
    type: globs('type', query.type),
    provider: globs('provider', query.provider),
    adapter: globs('adapter', query.adapter),
  })
}
