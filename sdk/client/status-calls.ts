import type { StatusDocument } from '../api/index.js'
import type { Caller } from './caller.js'

/** How the daemon itself is. */
export interface StatusCalls {
  status(): Promise<StatusDocument>
}

export const statusCalls = (call: Caller): StatusCalls => ({
  status: () => call.get('/v1/status'),
})
