import { eventTypes, type JournalFilter } from '@claimd/sdk'
import type { FastifyInstance } from 'fastify'
import type { EventService } from '../event-stream.js'
import type { EventStreams } from '../event-streams.js'
import {
  type EventsHeaders,
  type EventsQuery,
  eventsHeadersSchema,
  eventsQuerySchema,
  type JournalQuery,
  journalQuerySchema,
} from './events.schemas.js'
import { defined, globs, oneOf } from './query-values.js'

export function addEventRoutes(app: FastifyInstance, events: EventService, streams: EventStreams): void {
  app.get<{ Querystring: EventsQuery; Headers: EventsHeaders }>(
    '/v1/events',
    { schema: { querystring: eventsQuerySchema, headers: eventsHeadersSchema } },
    (request, reply) => {
      const { since, adapter, connection, type, coalesce } = request.query
      // A client that resumes repeats its address and adds the header, so the header is the newer one.
      const after = request.headers['last-event-id'] ?? since
      const types = oneOf('type', type, eventTypes)
      const query = {
        since: after === undefined ? null : Number(after),
        adapters: globs('adapter', adapter) ?? null,
        connections: globs('connection', connection) ?? null,
        types: types ? new Set<string>(types) : null,
        coalesce: coalesce === undefined ? null : Number(coalesce),
      }
      const stream = streams.prepare(query, request.who)
      reply.hijack()
      stream.open(reply.raw)
    },
  )
  app.get<{ Querystring: JournalQuery }>(
    '/v1/journal',
    { schema: { querystring: journalQuerySchema } },
    (request) => events.page(filterOf(request.query)),
  )
}

/** @throws {ClaimdError} USAGE */
function filterOf(query: JournalQuery): JournalFilter {
  return defined({
    adapter: globs('adapter', query.adapter),
    connection: globs('connection', query.connection),
    plugin: globs('plugin', query.plugin),
    type: oneOf('type', query.type, eventTypes),
    since: query.since,
    until: query.until,
    after: query.after === undefined ? undefined : Number(query.after),
    limit: query.limit === undefined ? undefined : Number(query.limit),
  })
}
