import type { EventDocument, JournalDocument, JournalFilter } from '../api/index.js'
import { ClaimdError } from '../errors.js'
import { type Caller, queryOf } from './caller.js'
import { clientError } from './errors.js'
import { eventFrames } from './event-frames.js'
import { isErrorDocument } from './request.js'

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
  /** Only events about connections with these names: globs. */
  connection?: string | readonly string[]
  /** Only events of these types; one that does not exist is refused (`USAGE`). A `resync` always comes through. */
  types?: readonly string[]
  /**
   * Collects events for so many milliseconds, 1 to 60,000, and leaves out those that a newer one of the same
   * type about the same adapter makes old. What tells of an act or a happening (`claimed`, `refused`, an
   * adapter that appears or goes …) is never left out. Default: every event at once.
   */
  coalesce?: number
}

/** What has happened, and what happens. */
export interface EventCalls {
  /** The journal as it is at the first call, oldest first: what comes later is not in it. */
  journal(filter?: JournalFilter): AsyncGenerator<EventDocument, void, undefined>
  /**
   * Events as they become durable. One of type `resync` says that events before and at its `revision` can
   * no longer be had: read the documents anew. When the daemon ends the stream, or goes away, it throws
   * `DAEMON_UNREACHABLE`; continue with `since` when it is back.
   */
  events(options?: EventsOptions): AsyncGenerator<EventDocument, void, undefined>
}

export const eventCalls = (call: Caller): EventCalls => ({
  async *journal({ after = 0, ...filter } = {}) {
    let last: number | null = null
    for (let next: number | null = after; next !== null; ) {
      const page: JournalDocument = await call.get(`/v1/journal${queryOf({ ...filter, after: next })}`)
      last ??= page.revision
      for (const event of page.events) {
        if (event.revision > last) return
        yield event
      }
      next = page.next !== null && page.next < last ? page.next : null
    }
  },

  events({ since, adapter, connection, types, coalesce, signal } = {}) {
    const path = `/v1/events${queryOf({ since, adapter, connection, type: types, coalesce })}`
    return call.stream(
      { method: 'GET', path },
      async function* (response) {
        for await (const { type, data } of eventFrames(response)) yield parseEvent(type, data)
      },
      signal,
    )
  },
})

export function parseEvent(type: string, data: string): EventDocument {
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
