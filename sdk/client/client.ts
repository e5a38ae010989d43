import type {
  AdapterDocument,
  AdapterFilter,
  AdaptersDocument,
  ConnectionFilter,
  ConnectionsDocument,
  DisconnectAllDocument,
  DisconnectDocument,
  EventDocument,
  ExplainDocument,
  JournalDocument,
  JournalFilter,
  OfferDocument,
  PluginDecisionDocument,
  PluginDocument,
  PluginLogDocument,
  PluginsDocument,
  ProvidersDocument,
  ReleaseDocument,
  StatusDocument,
} from '../api.js'
import { ClaimdError } from '../errors.js'
import { clientError } from './errors.js'
import { eventFrames } from './event-frames.js'
import { type Call, isErrorDocument, readDocument, send, transportError } from './request.js'
import { defaultSocket } from './socket-path.js'

export interface ClientOptions {
  /** The daemon's socket. Default: {@link defaultSocket} of this process's environment and user. */
  socket?: string
  /** How long a call may take, in milliseconds; for events, until they begin. Default: 60,000. */
  timeout?: number
}

export interface EventsOptions {
  /**
   * Only events after this revision, all of them, in order. Default: only what happens from now on.
   * To miss nothing after reading a document, continue from the `revision` in it.
   */
  since?: number
  /** Ends the iteration, without an error. */
  signal?: AbortSignal
  /**
   * Only events about adapters that have this id, or had this name (a glob) when they happened; `id:3.2` and `name:eth*` mean
   * only the one.
   */
  adapter?: string | readonly string[]
  /** Only events of these types; one that does not exist is refused (`USAGE`). A `resync` always comes through. */
  types?: readonly string[]
  /**
   * Collects events for so many milliseconds, 1 to 60,000, and leaves out those that a newer one of the same
   * type about the same adapter makes old. What tells of an act or a happening (`claimed`, `refused`, an
   * adapter that appears or goes …) is never left out. Default: every event at once.
   */
  coalesce?: number
}

/**
 * Talks to the claimd daemon on its socket. Adapters are named by their id or their name.
 *
 * A call that fails throws a {@link ClaimdError}: the daemon's own, as sent, or `DAEMON_UNREACHABLE`,
 * `NOT_PERMITTED`, `VERSION_MISMATCH`, `TIME_OUT`, `ANSWER_MALFORMED`, `SOCKET_PATH_TOO_LONG` or
 * `SOCKET_FOLDER_UNSAFE`.
 */
export class Client {
  readonly socket: string
  readonly #timeout: number

  constructor(options: ClientOptions = {}) {
    this.socket = options.socket ?? defaultSocket(process.env, process.geteuid!())
    this.#timeout = options.timeout ?? 60_000
  }

  status(): Promise<StatusDocument> {
    return this.#get('/v1/status')
  }

  /** @param filter which ones; the daemon leaves out the others. Default: all. */
  adapters(filter: AdapterFilter = {}): Promise<AdaptersDocument> {
    return this.#get(`/v1/adapters${queryOf(filter)}`)
  }

  adapter(adapter: string): Promise<AdapterDocument> {
    return this.#get(`/v1/adapters/${encodeURIComponent(adapter)}`)
  }

  /** @param filter which ones; the daemon leaves out the others. Default: all. */
  connections(filter: ConnectionFilter = {}): Promise<ConnectionsDocument> {
    return this.#get(`/v1/connections${queryOf(filter)}`)
  }

  providers(): Promise<ProvidersDocument> {
    return this.#get('/v1/providers')
  }

  plugins(): Promise<PluginsDocument> {
    return this.#get('/v1/plugins')
  }

  /** Everything about one plugin: versions, permissions, walls, refusals. */
  plugin(name: string): Promise<PluginDocument> {
    return this.#get(pluginPath(name))
  }

  /**
   * The last lines of a plugin's log, or what came after an earlier answer.
   * @param lines at most so many, 1 to 10,000. Default: 100.
   * @param since the `next` of the earlier answer
   */
  pluginLog(
    name: string,
    { lines, since }: { lines?: number; since?: string } = {},
  ): Promise<PluginLogDocument> {
    return this.#get(`${pluginPath(name)}/log${queryOf({ lines, since })}`)
  }

  /**
   * Grants what one build of a plugin asks for. For root and the daemon's owner only, as all that follow.
   * @param build the one that was looked at, see {@link plugin}; another one is refused (`PLUGIN_CHANGED`)
   */
  trustPlugin(name: string, build: string): Promise<PluginDecisionDocument> {
    return this.#post(`${pluginPath(name)}/trust`, { build })
  }

  /** Takes back what was granted: a plugin that asks for anything is ended then. */
  untrustPlugin(name: string): Promise<PluginDecisionDocument> {
    return this.#post(`${pluginPath(name)}/untrust`)
  }

  /** Takes back what the plugin changed about links, newest first; also what one changed that is gone by now. */
  undoPlugin(name: string): Promise<PluginDecisionDocument> {
    return this.#post(`${pluginPath(name)}/undo`)
  }

  /**
   * Removes what a plugin stored that `claimd plugin remove` has removed: secrets, storage, data folder, log, and what
   * operators decided about it. Does nothing for a plugin that was not removed.
   */
  forgetPlugin(name: string): Promise<PluginDecisionDocument> {
    return this.#post(`${pluginPath(name)}/forget`)
  }

  /** Refused (`PLUGIN_DISABLED_BY_FILE`) for a plugin that the configuration file disables. */
  enablePlugin(name: string): Promise<PluginDecisionDocument> {
    return this.#post(`${pluginPath(name)}/enable`)
  }

  /**
   * @param reason 1 to 500 characters without control characters; it is recorded. Default: none.
   * @param options.undo whether to take back what it changed about links. Default: no; then the message names what stays.
   */
  disablePlugin(
    name: string,
    reason?: string,
    options: { undo?: boolean } = {},
  ): Promise<PluginDecisionDocument> {
    return this.#post(`${pluginPath(name)}/disable`, { reason, ...options })
  }

  /** Has the plugin's folder looked at now, and a build that failed tried again. */
  reloadPlugin(name: string): Promise<PluginDecisionDocument> {
    return this.#post(`${pluginPath(name)}/reload`)
  }

  /** Every round of an adapter: who was asked, who was skipped and why, what each answered. */
  explain(adapter: string): Promise<ExplainDocument> {
    return this.#get(`/v1/adapters/${encodeURIComponent(adapter)}/explain`)
  }

  /** Starts a round for an open adapter and waits for its end. */
  offer(adapter: string): Promise<OfferDocument> {
    return this.#post(`/v1/adapters/${encodeURIComponent(adapter)}/offer`)
  }

  /**
   * Ends the claim on an adapter and leaves the link as it is. For root and the daemon's owner only.
   * @param reason 1 to 500 characters without control characters; it is recorded.
   */
  release(adapter: string, reason: string): Promise<ReleaseDocument> {
    return this.#post(`/v1/adapters/${encodeURIComponent(adapter)}/release`, { reason })
  }

  /** Takes a connection down; refused (`NOT_ALLOWED`) when it is claimed. */
  disconnect(connection: string): Promise<DisconnectDocument> {
    return this.#post(`/v1/connections/${encodeURIComponent(connection)}/disconnect`)
  }

  /** Takes down every connection that may be, and names those that were refused. */
  disconnectAll(): Promise<DisconnectAllDocument> {
    return this.#post('/v1/disconnect')
  }

  /** The journal as it is at the first call, oldest first: what comes later is not in it. */
  async *journal({
    after = 0,
    ...filter
  }: JournalFilter = {}): AsyncGenerator<EventDocument, void, undefined> {
    let last: number | null = null
    for (let next: number | null = after; next !== null; ) {
      const page: JournalDocument = await this.#get(`/v1/journal${queryOf({ ...filter, after: next })}`)
      last ??= page.revision
      for (const event of page.events) {
        if (event.revision > last) return
        yield event
      }
      next = page.next !== null && page.next < last ? page.next : null
    }
  }

  /**
   * Events as they become durable. One of type `resync` says that events before and at its `revision` can
   * no longer be had: read the documents anew. When the daemon ends the stream, or goes away, it throws
   * `DAEMON_UNREACHABLE`; continue with `since` when it is back.
   */
  async *events(options: EventsOptions = {}): AsyncGenerator<EventDocument, void, undefined> {
    const { since, adapter, types, coalesce } = options
    const starting = new AbortController()
    const timer = setTimeout(() => starting.abort(), this.#timeout)
    const signal = AbortSignal.any([starting.signal, ...(options.signal ? [options.signal] : [])])
    try {
      const path = `/v1/events${queryOf({ since, adapter, type: types, coalesce })}`
      const response = await send(this.socket, { method: 'GET', path, accept: 'text/event-stream', signal })
      clearTimeout(timer)
      response.setEncoding('utf8')
      for await (const { type, data } of eventFrames(response)) yield parseEvent(type, data)
      throw transportError(this.socket, new Error('the stream of events ended'))
    } catch (error) {
      if (options.signal?.aborted) return
      if (starting.signal.aborted) throw this.#timedOut(error)
      throw error instanceof ClaimdError ? error : transportError(this.socket, error as Error)
    } finally {
      clearTimeout(timer)
    }
  }

  #get<Document>(path: string): Promise<Document> {
    return this.#call({ method: 'GET', path })
  }

  #post<Document>(path: string, body?: unknown): Promise<Document> {
    return this.#call({ method: 'POST', path, body })
  }

  async #call<Document>(call: Pick<Call, 'method' | 'path' | 'body'>): Promise<Document> {
    const signal = AbortSignal.timeout(this.#timeout)
    try {
      const response = await send(this.socket, { ...call, accept: 'application/json', signal })
      return await readDocument<Document>(this.socket, response)
    } catch (error) {
      throw signal.aborted ? this.#timedOut(error) : error
    }
  }

  #timedOut(cause: unknown): ClaimdError {
    return clientError(
      'TIME_OUT',
      {
        message: `The daemon on ${this.socket} has not answered in time; what was asked for may still happen`,
        found: `no answer within ${this.#timeout} ms`,
        remedy: 'Ask again, with a longer time-out, or see what the daemon prints.',
      },
      { cause },
    )
  }
}

/** Names of plugins can have a slash in them: `@acme/claimd-lab`. */
function pluginPath(name: string): string {
  return `/v1/plugins/${encodeURIComponent(name)}`
}

/** Several values of a key stand behind each other, separated by commas. */
function queryOf(values: object): string {
  const query = new URLSearchParams()
  for (const [key, value] of Object.entries(values)) if (value !== undefined) query.set(key, String(value))
  return query.size > 0 ? `?${query}` : ''
}

function parseEvent(type: string, data: string): EventDocument {
  let document: unknown
  try {
    document = JSON.parse(data)
  } catch {
    document = null
  }
  if (type === 'failed' && isErrorDocument(document)) throw new ClaimdError(document)
  if (typeof (document as EventDocument | null)?.revision === 'number') return document as EventDocument
  throw clientError('ANSWER_MALFORMED', {
    message: 'The daemon sent an event that cannot be read',
    found: JSON.stringify(data.slice(0, 80)),
    expected: 'a JSON document with a revision',
    remedy: 'Run a client and a daemon of the same version.',
  })
}
