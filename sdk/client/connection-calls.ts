import type {
  ConnectionFilter,
  ConnectionsDocument,
  DisconnectAllDocument,
  DisconnectDocument,
} from '../api/index.js'
import { type Caller, queryOf } from './caller.js'

/** What can be seen and asked of connections. */
export interface ConnectionCalls {
  /** @param filter which ones; the daemon leaves out the others. Default: all. */
  connections(filter?: ConnectionFilter): Promise<ConnectionsDocument>
  /** Takes a connection down; refused (`NOT_ALLOWED`) when it is claimed. */
  disconnect(connection: string): Promise<DisconnectDocument>
  /** Takes down every connection that may be, and names those that were refused. */
  disconnectAll(): Promise<DisconnectAllDocument>
}

export const connectionCalls = (call: Caller): ConnectionCalls => ({
  connections: (filter = {}) => call.get(`/v1/connections${queryOf(filter)}`),
  disconnect: (connection) => call.post(`/v1/connections/${encodeURIComponent(connection)}/disconnect`),
  disconnectAll: () => call.post('/v1/disconnect'),
})
