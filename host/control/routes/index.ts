import type { FastifyInstance, FastifyRequest, HTTPMethods } from 'fastify'
import type { Validator } from '../../core/documents/validator.js'
import { claimdError } from '../../core/errors.js'
import type { Access } from '../access.js'
import type { EventService } from '../event-stream.js'
import type { EventStreams } from '../event-streams.js'
import type { Who } from '../who.js'
import { type AdapterService, addAdapterRoutes } from './adapters.js'
import { validators as ofAdapters } from './adapters.validators.js'
import { addConnectionRoutes, type ConnectionService } from './connections.js'
import { validators as ofConnections } from './connections.validators.js'
import { addEventRoutes } from './events.js'
import { validators as ofEvents } from './events.validators.js'
import { addPluginRoutes, type PluginService } from './plugins.js'
import { validators as ofPlugins } from './plugins.validators.js'
import { addRequestRoutes } from './requests.js'
import { validators as ofRequests } from './requests.validators.js'
import { addStatusRoutes, type StatusService } from './status.js'

declare module 'fastify' {
  interface FastifyRequest {
    who: Who
  }
}

/**
 * What the running daemon offers to those who talk to it, by topic. Every call shows, and answers with, only what is
 * durable already; a failed call throws a `ClaimdError`.
 */
export interface Services {
  status: StatusService
  adapters: AdapterService
  connections: ConnectionService
  plugins: PluginService
  events: EventService
}

/** The checks of requests, by the `$id` of their schema. */
export const validators: Readonly<Record<string, Validator>> = {
  ...ofAdapters,
  ...ofConnections,
  ...ofRequests,
  ...ofPlugins,
  ...ofEvents,
}

/** The control API: what can be asked, and what each call of it asks of the daemon. */
export function addRoutes(app: FastifyInstance, services: Services, access: Access, streams: EventStreams) {
  const paths = new Map<string, HTTPMethods>()
  app.addHook('onRoute', (route) => {
    if (!paths.has(route.url)) paths.set(route.url, route.method as HTTPMethods)
  })

  addStatusRoutes(app, services.status)
  const looked = () => services.plugins.looked()
  addAdapterRoutes(app, services.adapters, access, looked)
  addConnectionRoutes(app, services.connections, access, streams, looked)
  addRequestRoutes(app, services.connections)
  addPluginRoutes(app, services.plugins, access)
  addEventRoutes(app, services.events, streams)

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
