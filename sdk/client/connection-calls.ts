import type {
  ConnectDocument,
  ConnectionChangeDocument,
  ConnectionConfiguration,
  ConnectionDocument,
  ConnectionExplainDocument,
  ConnectionFilter,
  ConnectionsDocument,
  ConnectOptions,
  DisconnectAllDocument,
  DisconnectDocument,
  TypeSpecificDocument,
} from '../api/index.js'
import { type Caller, queryOf } from './caller.js'
import { type ConnectionHold, type HoldCallOptions, holdConnection } from './connection-hold.js'

/** What can be seen and asked of connections. What is configured is for root and the daemon's owner only. */
export interface ConnectionCalls {
  /** @param filter which ones; the daemon leaves out the others. Default: all. */
  connections(filter?: ConnectionFilter): Promise<ConnectionsDocument>
  /** Everything about one. Secrets in its configuration are shown as `***`. */
  connection(connection: string): Promise<ConnectionDocument>
  /** What happened to it, oldest first. */
  explainConnection(connection: string): Promise<ConnectionExplainDocument>
  /** What the provider of a connection that is up tells of it beside all else: it is asked now, and has 2 s. */
  typeSpecific(connection: string): Promise<TypeSpecificDocument>
  /** Configures a connection; refused (`CONNECTION_EXISTS`) when there is one with that name. */
  addConnection(connection: string, configuration: ConnectionConfiguration): Promise<ConnectionChangeDocument>
  /**
   * Configures it in another way. What is left out of the configuration has its default; a secret that is left as `***` stays.
   * @param options.change the handle of the document that was read; refused (`CONNECTION_CHANGED`) when somebody else has edited
   *   it meanwhile
   * @param options.immediate whether it is taken down where the edit needs that. Default: `false`, the edit counts from the next
   *   connect on.
   */
  updateConnection(
    connection: string,
    configuration: ConnectionConfiguration,
    options: { change: string; immediate?: boolean },
  ): Promise<ConnectionChangeDocument>
  /** Refused (`NOT_ALLOWED`) while it is claimed, or connected. */
  deleteConnection(connection: string): Promise<ConnectionChangeDocument>
  /**
   * Asks for a connection, and does not wait for it: see {@link RequestCalls.waitForRequest}.
   * @returns `SUCCESS` when it is up already, or claimed
   */
  connect(connection: string, options?: ConnectOptions): Promise<ConnectDocument>
  /**
   * Wants a connection up for as long as this process lives, or until it is released: what an application does, where `connect`
   * is the operator's word, which stays. It is connected if it is not; see {@link ConnectionHold}.
   */
  holdConnection(connection: string, options?: HoldCallOptions): Promise<ConnectionHold>
  /**
   * Takes a connection down, and waits for that; refused (`NOT_ALLOWED`) when it is claimed.
   * @param options.ifUnused whether it stays while somebody wants it up. Default: `false`
   */
  disconnect(connection: string, options?: { ifUnused?: boolean }): Promise<DisconnectDocument>
  /** Takes down every connection that may be, and names those that were refused. */
  disconnectAll(): Promise<DisconnectAllDocument>
}

export const connectionCalls = (call: Caller): ConnectionCalls => ({
  connections: (filter = {}) => call.get(`/v1/connections${queryOf(filter)}`),
  connection: (connection) => call.get(pathOf(connection)),
  explainConnection: (connection) => call.get(`${pathOf(connection)}/explain`),
  typeSpecific: (connection) => call.get(`${pathOf(connection)}/type-specific`),
  addConnection: (connection, configuration) => call.post(`${pathOf(connection)}/add`, configuration),
  updateConnection: (connection, configuration, options) =>
    call.post(`${pathOf(connection)}/update`, { ...configuration, ...options }),
  deleteConnection: (connection) => call.post(`${pathOf(connection)}/delete`),
  connect: (connection, options) => call.post(`${pathOf(connection)}/connect`, options),
  holdConnection: (connection, options = {}) => holdConnection(call, pathOf(connection), options),
  disconnect: (connection, options) => call.post(`${pathOf(connection)}/disconnect`, options),
  disconnectAll: () => call.post('/v1/disconnect'),
})

function pathOf(connection: string): string {
  return `/v1/connections/${encodeURIComponent(connection)}`
}
