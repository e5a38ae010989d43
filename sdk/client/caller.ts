import { ClaimdError } from '../errors.js'
import { clientError } from './errors.js'
import { type Call, readDocument, send, transportError } from './request.js'

/** Makes the calls of every topic on one socket. */
export class Caller {
  constructor(
    readonly socket: string,
    private readonly timeoutMs: number,
  ) {}

  get<Document>(path: string): Promise<Document> {
    return this.call({ method: 'GET', path })
  }

  post<Document>(path: string, body?: unknown): Promise<Document> {
    return this.call({ method: 'POST', path, body })
  }

  /**
   * Begins a stream and hands on what `read` makes of it; only its beginning is waited for no longer than the time-out.
   * When the daemon ends it, or goes away, that throws `DAEMON_UNREACHABLE`.
   * @param ending ends the iteration, without an error
   */
  async *stream<Item>(
    call: Pick<Call, 'method' | 'path' | 'body'>,
    read: (response: Awaited<ReturnType<typeof send>>) => AsyncIterable<Item>,
    ending?: AbortSignal,
  ): AsyncGenerator<Item, void, undefined> {
    const starting = new AbortController()
    const timer = setTimeout(() => starting.abort(), this.timeoutMs)
    const signal = AbortSignal.any([starting.signal, ...(ending ? [ending] : [])])
    try {
      const response = await send(this.socket, { ...call, accept: 'text/event-stream', signal })
      clearTimeout(timer)
      response.setEncoding('utf8')
      yield* read(response)
      throw transportError(this.socket, new Error('the stream of events ended'))
    } catch (error) {
      if (ending?.aborted) return
      if (starting.signal.aborted) throw this.timedOut(error)
      throw error instanceof ClaimdError ? error : transportError(this.socket, error as Error)
    } finally {
      clearTimeout(timer)
    }
  }

  private async call<Document>(call: Pick<Call, 'method' | 'path' | 'body'>): Promise<Document> {
    const signal = AbortSignal.timeout(this.timeoutMs)
    try {
      const response = await send(this.socket, { ...call, accept: 'application/json', signal })
      return await readDocument<Document>(this.socket, response)
    } catch (error) {
      throw signal.aborted ? this.timedOut(error) : error
    }
  }

  private timedOut(cause: unknown): ClaimdError {
    return clientError(
      'TIME_OUT',
      {
        message: `The daemon on ${this.socket} has not answered in time; what was asked for may still happen`,
        found: `no answer within ${this.timeoutMs} ms`,
        remedy: 'Ask again, with a longer time-out, or see what the daemon prints.',
      },
      { cause },
    )
  }
}

/** Several values of a key stand behind each other, separated by commas. */
export function queryOf(values: object): string {
  const query = new URLSearchParams()
  for (const [key, value] of Object.entries(values)) if (value !== undefined) query.set(key, String(value))
  return query.size > 0 ? `?${query}` : ''
}
