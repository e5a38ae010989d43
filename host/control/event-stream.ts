import type { Writable } from 'node:stream'
import { setImmediate } from 'node:timers/promises'
import type {
  AdapterRow,
  EventDetails,
  EventDocument,
  EventType,
  JournalDocument,
  JournalFilter,
  StatusDocument,
} from '@claimd/sdk'
import { compileAdapterPatterns } from '../core/claims/adapter-pattern.js'
import { compileGlob } from '../core/claims/glob.js'
import { connectionsOf } from '../core/views/events/connections-of.js'
import { eventDocument } from '../core/views/events/event-document.js'
import { Coalescing, mostWaiting } from './coalescing.js'
import { failureOf } from './failures.js'

/** What has happened, and what happens. */
export interface EventService {
  /** A page of the journal. */
  page(filter: JournalFilter): JournalDocument
  /** The oldest revision that can still be read; 0 when there is none. */
  oldestRevision(): number
  /** Events after `revision`, oldest first. */
  after(revision: number, limit: number): EventDocument[]
  /** Calls back with every batch of new events, once they are durable. Returns what ends it. */
  onEvents(listener: (events: readonly EventDocument[]) => void): () => void
}

/** What a stream of events is made of. */
export interface EventSources {
  events: EventService
  status: {
    get(): Pick<StatusDocument, 'revision' | 'health' | 'because'>
    onHealth(listener: (because: string | null) => void): () => void
  }
  adapters: { list(): { adapters: readonly AdapterRow[] } }
}

/** Which events a client wants. */
export interface EventQuery {
  /** Those after this revision; `null` for those that are still to come. */
  since: number | null
  /**
   * Globs on names of adapters at the time of the event, or on the alternative names of those that are there now; or an
   * id, where no adapter is called so when the stream begins. `id:` and `name:` mean only the one.
   */
  adapters: readonly string[] | null
  /** Globs on names of connections, also on those that an adapter was held for until the event. */
  connections: readonly string[] | null
  types: ReadonlySet<string> | null
  /** The name of the one connection that is meant, whatever it looks like. Default: all. */
  connection?: string
  /** For how many milliseconds events wait to be merged; `null` for not at all. */
  coalesce: number | null
}

/** With more characters than these waiting, a client gets nothing until it has taken them all. */
const bufferLimit = 262_144
const pageSize = 500
const heartbeatMs = 15_000

/**
 * One client's server-sent events: each revision once, in order, without a gap.
 *
 * The stream is either *live*, and passes on what the daemon announces, or reads the journal until there is
 * nothing more to read. A client that is too slow is not live any more: the journal keeps its events for it,
 * and not this process. Only what the journal has forgotten meanwhile is lost, and a `resync` event says so.
 *
 * Where events are coalesced, they wait for the end of a window that the first of them begins. What waits when
 * the client stops reading is given up: it is read from the journal again.
 */
export class EventStream {
  readonly #sources: EventSources
  readonly #out: Writable
  readonly #query: EventQuery
  readonly #fits: (event: EventDocument) => boolean
  /** Everything up to this revision is sent, filtered out, reported as lost, or waits for the window's end. */
  #cursor: number
  /** Everything up to this revision is not waiting: from here a client can resume. */
  #settled: number
  readonly #coalescing = new Coalescing()
  #window: NodeJS.Timeout | undefined
  readonly #head: number
  #live = false
  #reading = false
  #heartbeat: NodeJS.Timeout | undefined
  #unsubscribe: (() => void) | undefined

  /** @param head the newest revision at this moment. */
  constructor(sources: EventSources, out: Writable, query: EventQuery, head: number) {
    this.#sources = sources
    this.#out = out
    this.#query = query
    this.#fits = testOf(query, query.adapters === null ? [] : sources.adapters.list().adapters)
    this.#head = head
    this.#cursor = query.since ?? head
    this.#settled = this.#cursor
  }

  start(): void {
    const endEvents = this.#sources.events.onEvents((events) => this.#announced(events))
    const endHealth = this.#sources.status.onHealth((because) => this.#tellHealth(because))
    this.#unsubscribe = () => {
      endEvents()
      endHealth()
    }
    this.#heartbeat = setInterval(() => this.#sign('still here'), heartbeatMs).unref()
    this.#out.once('close', () => this.#stop())
    // A client that went away shows as an error before it shows as a close.
    this.#out.on('error', () => {})
    this.#out.on('drain', () => this.#readJournal())
    if (this.#cursor > this.#head) {
      this.#resync(this.#head, `there is no revision ${this.#cursor} yet: this is another journal`)
    }
    this.#sign('connected')
    const { health, because } = this.#sources.status.get()
    if (health === 'degraded') this.#tellHealth(because)
    this.#readJournal()
  }

  end(): void {
    this.#endWindow()
    this.#stop()
    this.#out.end()
  }

  #stop(): void {
    this.#live = false
    clearInterval(this.#heartbeat)
    clearTimeout(this.#window)
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
        if (this.#full) break
        const page = this.#sources.events.after(this.#cursor, pageSize)
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
    const oldest = this.#sources.events.oldestRevision()
    const lost = oldest === 0 ? this.#sources.status.get().revision : oldest - 1
    if (this.#cursor < lost) this.#resync(lost, `the journal no longer holds what came after ${this.#cursor}`)
  }

  #resync(revision: number, why: string): void {
    this.#endWindow()
    const oldest = this.#sources.events.oldestRevision()
    this.#cursor = revision
    this.#settled = revision
    this.#write(ownEvent(revision, 'resync', { because: why, oldest }))
  }

  /** That nothing can be stored is told at once, although it cannot be stored: with the revision that was last. */
  #tellHealth(because: string | null): void {
    if (because === null || this.#full || !this.#open) return
    const event = ownEvent(this.#settled, 'degraded', { reason: because, stored: false })
    if (this.#fits(event)) this.#write(event)
  }

  #send(event: EventDocument): void {
    this.#cursor = event.revision
    if (this.#query.coalesce === null) {
      this.#settled = event.revision
      if (this.#fits(event)) this.#write(event)
      return
    }
    if (this.#fits(event)) this.#wait(event, this.#query.coalesce)
    else if (this.#coalescing.size === 0) this.#settled = event.revision
  }

  #wait(event: EventDocument, ms: number): void {
    this.#coalescing.add(event)
    this.#window ??= setTimeout(() => this.#endWindow(), ms)
    if (this.#coalescing.size >= mostWaiting) this.#endWindow()
  }

  /** Sends what waits, as far as the client takes it. */
  #endWindow(): void {
    clearTimeout(this.#window)
    this.#window = undefined
    for (const event of this.#coalescing.take()) {
      if (this.#full || !this.#open) {
        this.#cursor = this.#settled
        this.#live = false
        return
      }
      this.#write(event)
      this.#settled = event.revision
    }
    this.#settled = this.#cursor
  }

  #write(event: EventDocument): void {
    this.#out.write(`id: ${event.revision}\nevent: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`)
    if (this.#full) this.#live = false
  }

  /** A comment, with the revision from which to resume: a filtered stream moves on without sending anything. */
  #sign(comment: string): void {
    if (this.#open && !this.#full) this.#out.write(`: ${comment}\nid: ${this.#settled}\n\n`)
  }

  /** The response has begun, so an error can only be the last event. */
  #fail(error: unknown): void {
    this.#endWindow()
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

/** An event of this stream alone, which is in no journal. */
function ownEvent<Type extends EventType>(
  revision: number,
  type: Type,
  details: EventDetails[Type],
): EventDocument {
  const at = new Date().toISOString()
  return eventDocument({ revision, at, type, adapter: null, name: null, ...details })
}

/** @param there the adapters that are there when the stream begins */
function testOf(
  { adapters, connections, connection, types }: EventQuery,
  there: readonly AdapterRow[],
): (event: EventDocument) => boolean {
  const isCalled = (word: string) => there.some(({ name }) => name === word)
  const fits = adapters && compileAdapterPatterns(adapters, isCalled)
  // Events tell one name of an adapter.
  const byOtherName = new Set(
    there.flatMap(({ id, alternativeNames }) => (fits?.({ id: null, names: alternativeNames }) ? id : [])),
  )
  const fitsConnection = connections && compileGlobs(connections)
  return (event) => {
    const { type, about, name } = event
    const { adapter = null } = about
    if (types !== null && !types.has(type)) return false
    if (connection !== undefined && !connectionsOf(event).includes(connection)) return false
    if (fitsConnection !== null && !connectionsOf(event).some(fitsConnection)) return false
    if (fits === null) return true
    return fits({ id: adapter, names: [name] }) || (adapter !== null && byOtherName.has(adapter))
  }
}

function compileGlobs(globs: readonly string[]): (text: string) => boolean {
  const fits = globs.map(compileGlob)
  return (text) => fits.some((one) => one(text))
}
