import { type AdapterCalls, adapterCalls } from './adapter-calls.js'
import { Caller } from './caller.js'
import { type ConnectionCalls, connectionCalls } from './connection-calls.js'
import { type EventCalls, eventCalls } from './event-calls.js'
import { type PluginCalls, pluginCalls } from './plugin-calls.js'
import { type RequestCalls, requestCalls } from './request-calls.js'
import { defaultSocket } from './socket-path.js'
import { type StatusCalls, statusCalls } from './status-calls.js'

export interface ClientOptions {
  /** The daemon's socket. Default: {@link defaultSocket} of this process's environment and user. */
  socket?: string
  /** How long a call may take, in milliseconds; for events, until they begin. Default: 60,000. */
  timeout?: number
}

type Calls = StatusCalls & AdapterCalls & ConnectionCalls & RequestCalls & PluginCalls & EventCalls

/** The calls of every topic as methods of one object. */
const AllCalls = class {
  constructor(call: Caller) {
    Object.assign(
      this,
      statusCalls(call),
      adapterCalls(call),
      connectionCalls(call),
      requestCalls(call),
      pluginCalls(call),
      eventCalls(call),
    )
  }
} as new (
  call: Caller,
) => Calls

/**
 * Talks to the claimd daemon on its socket. Adapters are named by their id or their name.
 *
 * A call that fails throws a `ClaimdError`: the daemon's own, as sent, or `DAEMON_UNREACHABLE`,
 * `NOT_PERMITTED`, `VERSION_MISMATCH`, `TIME_OUT`, `ANSWER_MALFORMED`, `SOCKET_PATH_TOO_LONG` or
 * `SOCKET_FOLDER_UNSAFE`.
 */
export class Client extends AllCalls {
  readonly socket: string

  constructor(options: ClientOptions = {}) {
    const socket = options.socket ?? defaultSocket(process.env, process.geteuid!())
    super(new Caller(socket, options.timeout ?? 60_000))
    this.socket = socket
  }
}
