import type { ServerResponse } from 'node:http'
import { claimdError } from '../core/errors.js'
import { type EventQuery, type EventSources, EventStream } from './event-stream.js'
import type { Who } from './who.js'

/** So many streams are open at most, far fewer than connections: whoever only asks must still get through. */
const streamLimit = 128
/** And so many of one user, so that none can have them all. Root and the daemon's user are not limited. */
const userLimit = 32

/** What a stream begins with, before its first event. */
export interface FirstFrame {
  type: string
  /** A JSON document. */
  data: object
}

/** A stream that has its place. One of the two is called. */
export interface PreparedStream {
  open(response: ServerResponse, first?: FirstFrame): void
  /** There will be none. */
  cancel(): void
}

/** Every stream of events that is open. */
export class EventStreams {
  readonly #sources: EventSources
  readonly #open = new Set<EventStream>()
  /** Of streams that are open, or will be in a moment: each is a user's. */
  readonly #places = new Map<object, number>()

  constructor(sources: EventSources) {
    this.#sources = sources
  }

  /**
   * Finds out where a stream begins, and keeps a place for it until it is opened or called off. Separate, because an error can
   * still be answered as any other before the response has begun.
   * @throws {ClaimdError} TOO_MANY_STREAMS
   */
  prepare(query: EventQuery, { uid }: Who): PreparedStream {
    this.#makeRoom(uid)
    const head = this.#sources.status.get().revision
    const place = {}
    this.#places.set(place, uid)
    const cancel = () => void this.#places.delete(place)
    const open = (response: ServerResponse, first?: FirstFrame) => {
      // A client that is slow to read loses nothing, so it is not taken for idle.
      response.setTimeout(0)
      response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' })
      if (first) response.write(`event: ${first.type}\ndata: ${JSON.stringify(first.data)}\n\n`)
      const stream = new EventStream(this.#sources, response, query, head)
      this.#open.add(stream)
      response.once('close', () => {
        this.#open.delete(stream)
        cancel()
      })
      stream.start()
    }
    return { open, cancel }
  }

  /** Ends them all; clients see the end of the stream, and know where to resume. */
  end(): void {
    for (const stream of this.#open) stream.end()
  }

  #makeRoom(uid: number): void {
    if (uid === 0 || uid === process.geteuid!()) return
    const ofUser = [...this.#places.values()].filter((one) => one === uid).length
    if (this.#places.size < streamLimit && ofUser < userLimit) return
    throw claimdError('TOO_MANY_STREAMS', {
      message: 'There are too many streams of events',
      found: `${this.#places.size} open streams, ${ofUser} of them of this user`,
      expected: `fewer than ${streamLimit} in all, and than ${userLimit} of one user`,
      remedy: 'End those that nobody reads; one stream can serve many readers',
    })
  }
}
