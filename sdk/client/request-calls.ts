import type { ConnectionRequestDocument } from '../api/index.js'
import type { Caller } from './caller.js'
import { eventCalls } from './event-calls.js'

/** What can be seen and asked of requests about connections. */
export interface RequestCalls {
  /** What became of it; `REQUEST_NOT_FOUND` when it was completed long ago. */
  request(id: number): Promise<ConnectionRequestDocument>
  /**
   * It is not waited for any more, and what nobody else wants is not connected.
   * @returns the request as it is then: one that was completed before stays as it was
   */
  cancelRequest(id: number): Promise<ConnectionRequestDocument>
  /**
   * Waits until the request is completed, however it is: see its `result`. When the daemon goes away, it throws
   * `DAEMON_UNREACHABLE`; a daemon that starts again completes what was open as interrupted.
   * @param options.signal ends the wait with its reason; the request stays as it is
   */
  waitForRequest(id: number, options?: { signal?: AbortSignal }): Promise<ConnectionRequestDocument>
}

export const requestCalls = (call: Caller): RequestCalls => {
  const { events } = eventCalls(call)
  const request = (id: number) => call.get<ConnectionRequestDocument>(`/v1/requests/${id}`)
  return {
    request,
    cancelRequest: (id) => call.post(`/v1/requests/${id}/cancel`),

    async waitForRequest(id, { signal } = {}) {
      signal?.throwIfAborted()
      const before = await request(id)
      if (before.result !== 'PENDING') return before
      // From the revision at which it was open: nothing that came since is missed.
      const stream = events({
        since: before.revision,
        types: ['request-completed'],
        ...(signal && { signal }),
      })
      for await (const event of stream) {
        if (event.type === 'request-completed' && event.request !== id) continue
        // Its own completion; or a `resync`, after which nobody knows what was missed.
        const now = await request(id)
        if (now.result !== 'PENDING') return now
      }
      throw signal!.reason
    },
  }
}
