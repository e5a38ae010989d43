import type { ServerResponse } from 'node:http'
import type { Service } from '../core/engine/service.js'
import { type EventQuery, EventStream } from './event-stream.js'

/** Every stream of events that is open. */
export class EventStreams {
  readonly #service: Service
  readonly #open = new Set<EventStream>()

  constructor(service: Service) {
    this.#service = service
  }

  /**
   * Finds out where a stream begins; what this returns then begins it. Separate, because an error can still
   * be answered as any other before the response has begun.
   */
  prepare(query: EventQuery): (response: ServerResponse) => void {
    const head = this.#service.status().revision
    return (response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' })
      const stream = new EventStream(this.#service, response, query, head)
      this.#open.add(stream)
      response.once('close', () => this.#open.delete(stream))
      stream.start()
    }
  }

  /** Ends them all; clients see the end of the stream, and know where to resume. */
  end(): void {
    for (const stream of this.#open) stream.end()
  }
}
