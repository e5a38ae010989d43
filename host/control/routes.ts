import type { FastifyInstance, FastifyRequest, HTTPMethods } from 'fastify'
import type { Service, Who } from '../core/engine/service.js'
import { claimdError } from '../core/errors.js'
import type { Access } from './access.js'
import type { EventStreams } from './event-streams.js'
import { addPluginRoutes } from './plugin-routes.js'
import { adapterFilter, connectionFilter, eventTypesIn, globs, journalFilter } from './queries.js'
import {
  type AdapterParams,
  type AdaptersQuery,
  adapterParamsSchema,
  adaptersQuerySchema,
  type ConnectionParams,
  type ConnectionsQuery,
  connectionParamsSchema,
  connectionsQuerySchema,
  type EventsHeaders,
  type EventsQuery,
  eventsHeadersSchema,
  eventsQuerySchema,
  type JournalQuery,
  journalQuerySchema,
  type ReleaseBody,
  releaseBodySchema,
} from './requests.schemas.js'
import { rowStream } from './row-stream.js'

declare module 'fastify' {
  interface FastifyRequest {
    who: Who
  }
}

/** The control API: what can be asked, and what each call of it asks of the daemon. */
export function addRoutes(app: FastifyInstance, service: Service, access: Access, streams: EventStreams) {
  const paths = new Map<string, HTTPMethods>()
  app.addHook('onRoute', (route) => {
    if (!paths.has(route.url)) paths.set(route.url, route.method as HTTPMethods)
  })

  app.get('/v1/status', () => service.status())
  app.get<{ Querystring: AdaptersQuery }>(
    '/v1/adapters',
    { schema: { querystring: adaptersQuerySchema } },
    (request, reply) => {
      reply.type('application/json; charset=utf-8')
      return rowStream(service.adapters(adapterFilter(request.query)), 'adapters')
    },
  )
  app.get<{ Querystring: ConnectionsQuery }>(
    '/v1/connections',
    { schema: { querystring: connectionsQuerySchema } },
    (request, reply) => {
      reply.type('application/json; charset=utf-8')
      return rowStream(service.connections(connectionFilter(request.query)), 'connections')
    },
  )
  app.get('/v1/providers', () => service.providers())
  addPluginRoutes(app, service, access)

  app.get<{ Querystring: EventsQuery; Headers: EventsHeaders }>(
    '/v1/events',
    { schema: { querystring: eventsQuerySchema, headers: eventsHeadersSchema } },
    (request, reply) => {
      const { since, adapter, type, coalesce } = request.query
      // A client that resumes repeats its address and adds the header, so the header is the newer one.
      const after = request.headers['last-event-id'] ?? since
      const query = {
        since: after === undefined ? null : Number(after),
        adapters: globs('adapter', adapter) ?? null,
        types: eventTypesIn(type),
        coalesce: coalesce === undefined ? null : Number(coalesce),
      }
      const stream = streams.prepare(query, request.who)
      reply.hijack()
      stream(reply.raw)
    },
  )

  app.get<{ Querystring: JournalQuery }>(
    '/v1/journal',
    { schema: { querystring: journalQuerySchema } },
    (request) => service.journalPage(journalFilter(request.query)),
  )

  app.get<{ Params: AdapterParams }>(
    '/v1/adapters/:id',
    { schema: { params: adapterParamsSchema } },
    (request) => service.adapter(request.params.id),
  )
  app.get<{ Params: AdapterParams }>(
    '/v1/adapters/:id/explain',
    { schema: { params: adapterParamsSchema } },
    (request) => service.explain(request.params.id),
  )
  app.post<{ Params: AdapterParams }>(
    '/v1/adapters/:id/offer',
    { schema: { params: adapterParamsSchema } },
    (request) => service.offer(request.params.id, request.who),
  )
  app.post<{ Params: AdapterParams; Body: ReleaseBody }>(
    '/v1/adapters/:id/release',
    {
      schema: { params: adapterParamsSchema, body: releaseBodySchema },
      // Before the body is looked at: who may not release learns nothing else.
      onRequest: async (request) => access.requireOwner(request.who),
    },
    (request) => service.release(request.params.id, request.body.reason, request.who),
  )
  app.post<{ Params: ConnectionParams }>(
    '/v1/connections/:name/disconnect',
    { schema: { params: connectionParamsSchema } },
    // Names are in this form; a keyboard or a file may give the other one.
    (request) => service.disconnect(request.params.name.normalize('NFC'), request.who),
  )
  // All of them at once: not below /v1/connections/, where it could be taken for a connection's name.
  app.post('/v1/disconnect', (request) => service.disconnectAll(request.who))

  for (const [url, method] of [...paths]) refuseOtherMethods(app, url, method)
  app.setNotFoundHandler((request) => {
    throw app.supportedMethods.includes(request.method) ? unknownPath(request) : wrongMethod(request)
  })
}

function refuseOtherMethods(app: FastifyInstance, url: string, allowed: HTTPMethods) {
  app.route({
    url,
    method: app.supportedMethods.filter((method) => method !== allowed) as HTTPMethods[],
    onRequest: async (request, reply) => {
      reply.header('allow', allowed)
      throw wrongMethod(request, allowed)
    },
    handler: () => {},
  })
}

function wrongMethod(request: FastifyRequest, allowed?: HTTPMethods) {
  return claimdError('METHOD_NOT_ALLOWED', {
    message: `${request.url} cannot be asked with ${request.method}`,
    found: request.method,
    expected: allowed ?? 'GET or POST',
  })
}

function unknownPath(request: FastifyRequest) {
  if (request.url.startsWith('/v1/')) {
    return claimdError('NOT_FOUND', {
      message: 'There is no such call in the control API',
      found: `${request.method} ${request.url}`,
      expected: 'one of the calls below /v1/ that this version has',
    })
  }
  return claimdError('VERSION_MISMATCH', {
    message: 'This daemon speaks version 1 of the control API',
    found: request.url,
    expected: 'a path below /v1/',
    remedy: 'Use a client and a daemon that speak the same version.',
  })
}
