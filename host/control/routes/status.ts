import type { StatusDocument } from '@claimd/sdk'
import type { FastifyInstance } from 'fastify'

/** How the daemon itself is. */
export interface StatusService {
  get(): StatusDocument
  /**
   * Calls back at once when nothing can be stored any more, with why, and with `null` when it can again: the events
   * of that come only when they are stored. Returns what ends it.
   */
  onHealth(listener: (because: string | null) => void): () => void
}

export function addStatusRoutes(app: FastifyInstance, status: StatusService): void {
  app.get('/v1/status', () => status.get())
}
