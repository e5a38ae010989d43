import type {
  PluginDecisionDocument,
  PluginDocument,
  PluginLogDocument,
  PluginsDocument,
  ProvidersDocument,
} from '@claimd/sdk'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Access } from '../access.js'
import type { Who } from '../who.js'
import {
  type DisableBody,
  disableBodySchema,
  type PluginLogQuery,
  type PluginParams,
  pluginLogQuerySchema,
  pluginParamsSchema,
  type TrustBody,
  trustBodySchema,
} from './plugins.schemas.js'

/** A line that a plugin has logged. */
export interface LogLine {
  plugin: string
  /** Where it came from, such as `stdout` or `warn`. */
  stream: string
  text: string
  /** RFC 3339. */
  at: string
}

/**
 * What can be seen and asked of plugins and their providers. What names a plugin fails with `PLUGIN_NOT_FOUND` when it
 * is not there. Each decision is on the disk before it is answered.
 */
export interface PluginService {
  /** Resolves once it is known which plugins there are. Everything else here is only asked after that. */
  looked(): Promise<void>
  list(): PluginsDocument
  providers(): ProvidersDocument
  get(name: string): PluginDocument
  /** The last lines of its log, or with `since` (the `next` of an earlier answer) those that came after. */
  log(name: string, lines: number, since: string | null): Promise<PluginLogDocument>
  /** Calls back with every line that a plugin logs. Returns what ends it. */
  onLogLine(listener: (line: LogLine) => void): () => void
  /**
   * Grants what a build asks for.
   * @param build the one that the operator has looked at
   * @throws a `ClaimdError`: `PLUGIN_CHANGED` when another build is there by now, `PLUGIN_REJECTED`
   */
  trust(name: string, build: string, who: Who): Promise<PluginDecisionDocument>
  /** Takes back what was granted. */
  untrust(name: string, who: Who): Promise<PluginDecisionDocument>
  /** Takes back what the plugin changed about links, newest first; also of one that is gone. */
  undo(name: string, who: Who): Promise<PluginDecisionDocument>
  /** Removes what a removed plugin stored, or keeps it, as was said when it was removed. */
  forget(name: string, who: Who): Promise<PluginDecisionDocument>
  /** @throws a `ClaimdError`, code `PLUGIN_DISABLED_BY_FILE`, when the configuration disables it */
  enable(name: string, who: Who): Promise<PluginDecisionDocument>
  /** @param options.undo whether to take back what it changed about links, before others are offered what it holds */
  disable(
    name: string,
    options: { reason: string | null; undo: boolean },
    who: Who,
  ): Promise<PluginDecisionDocument>
  /** Looks at its folder now, and gives a build that failed another chance. Resolves when it was looked at. */
  reload(name: string, who: Who): Promise<PluginDecisionDocument>
}

/** So many lines of a log are sent unless another number is asked for. */
const defaultLines = 100

interface OfPlugin {
  Params: PluginParams
}

/** Everybody who is admitted may look; decisions are the owner's. */
export function addPluginRoutes(app: FastifyInstance, plugins: PluginService, access: Access): void {
  const params = pluginParamsSchema
  // After a start the socket answers before the plugin folders have been looked at.
  const preHandler = () => plugins.looked()
  // Before the body is looked at: who may not decide learns nothing else.
  const onRequest = async (request: FastifyRequest) => access.requireOwner(request.who)

  app.get('/v1/providers', { preHandler }, () => plugins.providers())
  app.get('/v1/plugins', { preHandler }, () => plugins.list())
  app.get<OfPlugin>('/v1/plugins/:name', { schema: { params }, preHandler }, (request) =>
    plugins.get(request.params.name),
  )
  app.get<OfPlugin & { Querystring: PluginLogQuery }>(
    '/v1/plugins/:name/log',
    { schema: { params, querystring: pluginLogQuerySchema }, preHandler },
    ({ params: { name }, query: { lines = defaultLines, since = null } }) =>
      plugins.log(name, Number(lines), since),
  )
  app.post<OfPlugin & { Body: TrustBody }>(
    '/v1/plugins/:name/trust',
    { schema: { params, body: trustBodySchema }, onRequest, preHandler },
    ({ params: { name }, body, who }) => plugins.trust(name, body.build, who),
  )
  app.post<OfPlugin & { Body: DisableBody }>(
    '/v1/plugins/:name/disable',
    {
      schema: { params, body: disableBodySchema },
      onRequest,
      preHandler,
      // All that can stand in it may be left out, and so may the body.
      preValidation: async (request) => {
        request.body ??= {}
      },
    },
    ({ params: { name }, body: { reason = null, undo = false }, who }) =>
      plugins.disable(name, { reason, undo }, who),
  )
  for (const decision of ['untrust', 'undo', 'forget', 'enable', 'reload'] as const) {
    app.post<OfPlugin>(
      `/v1/plugins/:name/${decision}`,
      { schema: { params }, onRequest, preHandler },
      (request) => plugins[decision](request.params.name, request.who),
    )
  }
}
