import type { Writable } from 'node:stream'
import { setImmediate } from 'node:timers/promises'
import type { EventDocument } from '@claimd/sdk'
import type { Service } from '../core/engine/service.js'
import { failureOf } from './failures.js'

/** Which events a client wants. */
export interface EventQuery {
  /** Those after this revision; `null` for those that are still to come. */
  since: number | null
  /** The id of the adapter, or its name at the time of the event. */
  adapter: string | null
  types: ReadonlySet<string> | null
}

/** With more characters than these waiting, a client gets nothing until it has taken them all. */
const bufferLimit = 262_144
const pageSize = 500
const heartbeatMs = 15_000

/**
 * One client's server-sent events: each revision once, in order, without a gap.
 *
 * The stream is either *live*, and passes on what the service announces, or reads the journal until there is
 * nothing more to read. A client that is too slow is not live any more: the journal keeps its events for it,
 * and not this process. Only what the journal has forgotten meanwhile is lost, and a `resync` event says so.
 */
export class EventStream {
  readonly #service: Service
  readonly #out: Writable
  readonly #query: EventQuery
  /** Everything up to this revision is sent, filtered out, or reported as lost. */
  #cursor: number
  readonly #head: number
  #live = false
  #reading = false
  #heartbeat: NodeJS.Timeout | undefined
  #unsubscribe: (() => void) | undefined

  /** @param head the newest revision at this moment. */
  constructor(service: Service, out: Writable, query: EventQuery, head: number) {
    this.#service = service
    this.#out = out
    this.#query = query
    this.#head = head
    this.#cursor = query.since ?? head
  }

  start(): void {
    this.#unsubscribe = this.#service.onEvents((events) => this.#announced(events))
    this.#heartbeat = setInterval(() => this.#sign('still here'), heartbeatMs).unref()
    this.#out.once('close', () => this.#stop())
    // A client that went away shows as an error before it shows as a close.
    this.#out.on('error', () => {})
    this.#out.on('drain', () => this.#readJournal())
    if (this.#cursor > this.#head) {
      this.#resync(this.#head, `there is no revision ${this.#cursor} yet: this is another journal`)
    }
    this.#sign('connected')
    this.#readJournal()
  }

  end(): void {
    this.#stop()
    this.#out.end()
  }

  #stop(): void {
    this.#live = false
    clearInterval(this.#heartbeat)
    this.#unsubscribe?.()
    this.#unsubscribe = undefined
  }

  #announced(events: readonly EventDocument[]): void {
    for (const event of events) {
      // What is not sent now is read from the journal when the client has caught up.
      if (this.#live && event.revision > this.#cursor) this.#send(event)
    }
  }

  /** Sends what the journal holds, page by page, until the client cannot follow or all is sent. */
  async #readJournal(): Promise<void> {
    if (this.#reading || this.#live) return
    this.#reading = true
    try {
      while (!this.#live && this.#open && !this.#full) {
        this.#reportLost()
        const page = this.#service.events(this.#cursor, pageSize)
        this.#live = page.length === 0
        for (const event of page) if (!this.#full) this.#send(event)
        // A long journal that a filter lets nothing through of must not hold up everybody else.
        if (!this.#live) await setImmediate()
      }
    } catch (error) {
      this.#fail(error)
    } finally {
      this.#reading = false
    }
  }

  #reportLost(): void {
    const oldest = this.#service.oldestRevision()
    const lost = oldest === 0 ? this.#service.status().revision : oldest - 1
    if (this.#cursor < lost) this.#resync(lost, `the journal no longer holds what came after ${this.#cursor}`)
  }

  #resync(revision: number, why: string): void {
    const oldest = this.#service.oldestRevision()
    this.#cursor = revision
    this.#write({
      revision,
      at: new Date().toISOString(),
      type: 'resync',
      adapter: null,
      name: null,
      message: `Read everything anew: ${why}`,
      oldest,
    })
  }

  #send(event: EventDocument): void {
    this.#cursor = event.revision
    const { adapter, types } = this.#query
    if (adapter !== null && adapter !== event.adapter && adapter !== event.name) return
    if (types !== null && !types.has(event.type)) return
    this.#write(event)
  }

  #write(event: EventDocument): void {
    this.#out.write(`id: ${event.revision}\nevent: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`)
    if (this.#full) this.#live = false
  }

  /** A comment, with the revision from which to resume: a filtered stream moves on without sending anything. */
  #sign(comment: string): void {
    if (this.#open && !this.#full) this.#out.write(`: ${comment}\nid: ${this.#cursor}\n\n`)
  }

  /** The response has begun, so an error can only be the last event. */
  #fail(error: unknown): void {
    if (this.#open) this.#out.write(`event: failed\ndata: ${JSON.stringify(failureOf(error).document)}\n\n`)
    this.end()
  }

  get #open(): boolean {
    return !this.#out.writableEnded && !this.#out.destroyed
  }

  get #full(): boolean {
    return this.#out.writableLength > bufferLimit
  }
}
