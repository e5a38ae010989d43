import fastify from 'fastify'
import { addRoutes } from '../../../host/control/routes/index.js'

/** The calls that the control API has, such as `POST /v1/plugins/:/enable`. */
export function servedCalls(): string[] {
  const methods = new Map<string, string>()
  const app = fastify({ exposeHeadRoutes: false })
  app.addHook('onRoute', ({ method, url }) => {
    const path = url.replace(/:\w+/g, ':')
    // Each path comes once more, with the methods that it refuses.
    if (!methods.has(path)) methods.set(path, String(method))
  })
  const nothing = {} as never
  addRoutes(app, {} as never, nothing, nothing)
  return [...methods].map(([path, method]) => `${method} ${path}`)
}
