import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Service } from '../core/engine/service.js'
import type { Access } from './access.js'
import {
  type DisableBody,
  disableBodySchema,
  type PluginLogQuery,
  type PluginParams,
  pluginLogQuerySchema,
  pluginParamsSchema,
  type TrustBody,
  trustBodySchema,
} from './requests.schemas.js'

/** So many lines of a log are sent unless another number is asked for. */
const usualLines = 100

interface OfPlugin {
  Params: PluginParams
}

/** What can be asked about plugins. Everybody who is admitted may look; decisions are the owner's. */
export function addPluginRoutes(app: FastifyInstance, service: Service, access: Access): void {
  const params = pluginParamsSchema
  // Before the body is looked at: who may not decide learns nothing else.
  const onRequest = async (request: FastifyRequest) => access.requireOwner(request.who)

  app.get('/v1/plugins', () => service.plugins())
  app.get<OfPlugin>('/v1/plugins/:name', { schema: { params } }, (request) =>
    service.plugin(request.params.name),
  )
  app.get<OfPlugin & { Querystring: PluginLogQuery }>(
    '/v1/plugins/:name/log',
    { schema: { params, querystring: pluginLogQuerySchema } },
    ({ params: { name }, query: { lines = usualLines, since = null } }) =>
      service.pluginLog(name, Number(lines), since),
  )
  app.post<OfPlugin & { Body: TrustBody }>(
    '/v1/plugins/:name/trust',
    { schema: { params, body: trustBodySchema }, onRequest },
    ({ params: { name }, body, who }) => service.trustPlugin(name, body.build, who),
  )
  app.post<OfPlugin & { Body: DisableBody }>(
    '/v1/plugins/:name/disable',
    {
      schema: { params, body: disableBodySchema },
      onRequest,
      // All that can stand in it may be left out, and so may the body.
      preValidation: async (request) => {
        request.body ??= {}
      },
    },
    ({ params: { name }, body: { reason = null, undo = false }, who }) =>
      service.disablePlugin(name, { reason, undo }, who),
  )
  app.post<OfPlugin>('/v1/plugins/:name/untrust', { schema: { params }, onRequest }, (request) =>
    service.untrustPlugin(request.params.name, request.who),
  )
  app.post<OfPlugin>('/v1/plugins/:name/undo', { schema: { params }, onRequest }, (request) =>
    service.undoPlugin(request.params.name, request.who),
  )
  app.post<OfPlugin>('/v1/plugins/:name/forget', { schema: { params }, onRequest }, (request) =>
    service.forgetPlugin(request.params.name, request.who),
  )
  app.post<OfPlugin>('/v1/plugins/:name/enable', { schema: { params }, onRequest }, (request) =>
    service.enablePlugin(request.params.name, request.who),
  )
  app.post<OfPlugin>('/v1/plugins/:name/reload', { schema: { params }, onRequest }, (request) =>
    service.reloadPlugin(request.params.name, request.who),
  )
}
