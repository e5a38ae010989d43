import type { ConnectionRequestDocument } from '@claimd/sdk'
import type { FastifyInstance } from 'fastify'
import type { Who } from '../who.js'
import { type RequestParams, requestParamsSchema } from './requests.schemas.js'

/** What can be seen and asked of requests about connections. */
export interface RequestService {
  /** @throws REQUEST_NOT_FOUND: there is none with this number, or it was completed long ago */
  request(id: number): ConnectionRequestDocument
  /**
   * Whoever waits for it does not any more; what nobody else wants is not connected.
   * @returns the request as it is then: one that was completed before stays as it was
   * @throws REQUEST_NOT_FOUND
   */
  cancelRequest(id: number, who: Who): Promise<ConnectionRequestDocument>
}

export function addRequestRoutes(app: FastifyInstance, requests: RequestService): void {
  const params = requestParamsSchema
  app.get<{ Params: RequestParams }>('/v1/requests/:id', { schema: { params } }, (request) =>
    requests.request(Number(request.params.id)),
  )
  app.post<{ Params: RequestParams }>('/v1/requests/:id/cancel', { schema: { params } }, (request) =>
    requests.cancelRequest(Number(request.params.id), request.who),
  )
}
