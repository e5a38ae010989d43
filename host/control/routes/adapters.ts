import type {
  AdapterDocument,
  AdapterFilter,
  AdapterState,
  AdaptersDocument,
  ExplainDocument,
  OfferDocument,
  ReleaseDocument,
} from '@claimd/sdk'
import type { FastifyInstance } from 'fastify'
import type { Access } from '../access.js'
import { rowStream } from '../row-stream.js'
import type { Who } from '../who.js'
import {
  type AdapterParams,
  type AdaptersQuery,
  adapterParamsSchema,
  adaptersQuerySchema,
  type ExplainQuery,
  explainQuerySchema,
  type ReleaseBody,
  releaseBodySchema,
} from './adapters.schemas.js'
import { defined, globs, oneOf } from './query-values.js'

/** What can be seen and asked of adapters. An adapter is named by its id or its name. */
export interface AdapterService {
  list(filter?: AdapterFilter): AdaptersDocument
  get(adapter: string): AdapterDocument
  explain(adapter: string): ExplainDocument
  /**
   * How it was at a moment, as the journal tells it.
   * @param adapter its id, or the name that it had then
   * @param at RFC 3339 in UTC with milliseconds
   */
  explainAt(adapter: string, at: string): Promise<ExplainDocument>
  /** Starts a round and waits for its end. */
  offer(adapter: string, who: Who): Promise<OfferDocument>
  release(adapter: string, reason: string, who: Who): Promise<ReleaseDocument>
}

interface OfAdapter {
  Params: AdapterParams
}

/** @param preHandler waits until the plugins are known: before, nothing can be offered, and the socket answers already */
export function addAdapterRoutes(
  app: FastifyInstance,
  adapters: AdapterService,
  access: Access,
  preHandler: () => Promise<void>,
): void {
  const params = adapterParamsSchema

  app.get<{ Querystring: AdaptersQuery }>(
    '/v1/adapters',
    { schema: { querystring: adaptersQuerySchema } },
    (request, reply) => {
      reply.type('application/json; charset=utf-8')
      return rowStream(adapters.list(filterOf(request.query)), 'adapters')
    },
  )
  app.get<OfAdapter>('/v1/adapters/:id', { schema: { params } }, (request) => adapters.get(request.params.id))
  app.get<OfAdapter & { Querystring: ExplainQuery }>(
    '/v1/adapters/:id/explain',
    { schema: { params, querystring: explainQuerySchema } },
    async ({ params: { id }, query: { at } }) =>
      at === undefined ? adapters.explain(id) : await adapters.explainAt(id, at),
  )
  app.post<OfAdapter>('/v1/adapters/:id/offer', { schema: { params }, preHandler }, (request) =>
    adapters.offer(request.params.id, request.who),
  )
  app.post<OfAdapter & { Body: ReleaseBody }>(
    '/v1/adapters/:id/release',
    {
      schema: { params, body: releaseBodySchema },
      // Before the body is looked at: who may not release learns nothing else.
      onRequest: async (request) => access.requireOwner(request.who),
    },
    (request) => adapters.release(request.params.id, request.body.reason, request.who),
  )
}

const states = [
  'ignored',
  'unmanaged',
  'offered',
  'claimed',
  'orphaned',
  'connecting',
  'managed',
  'absent',
] as const satisfies AdapterState[]

/** @throws {ClaimdError} USAGE */
function filterOf(query: AdaptersQuery): AdapterFilter {
  return defined({
    name: globs('name', query.name),
    state: oneOf('state', query.state, states),
    kind: globs('kind', query.kind),
    provider: globs('provider', query.provider),
    address: globs('address', query.address),
    plumbing: query.plumbing === undefined ? undefined : query.plumbing === 'true',
  })
}
