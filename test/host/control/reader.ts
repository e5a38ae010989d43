import { Writable } from 'node:stream'
import type { EventDocument } from '@claimd/sdk'
import { EventStream } from '../../../host/control/event-stream.js'
import type { FakeServices } from './fake-services.js'

/** A client that takes what it is sent when the test lets it. */
export class Reader extends Writable {
  text = ''
  #waiting: (() => void) | null = null
  #paused: boolean

  constructor(paused = false) {
    super({ highWaterMark: 16_384 })
    this.#paused = paused
  }

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.text += chunk
    if (this.#paused) this.#waiting = done
    else done()
  }

  pause(): void {
    this.#paused = true
  }

  resume(): void {
    this.#paused = false
    const done = this.#waiting
    this.#waiting = null
    done?.()
  }

  get events(): EventDocument[] {
    return [...this.text.matchAll(/^data: (.*)$/gm)].map(([, data]) => JSON.parse(data!))
  }
  /** Where a client would resume. */
  get lastId(): number | undefined {
    const id = [...this.text.matchAll(/^id: (\d+)\n/gm)].at(-1)
    return id && Number(id[1])
  }
  get revisions(): number[] {
    return this.events.map((event) => event.revision)
  }
}

/** Begins a stream of events for a reader. */
export function open(
  services: FakeServices,
  query: {
    since?: number
    adapters?: string[]
    connections?: string[]
    types?: string[]
    coalesce?: number
  } = {},
  reader = new Reader(),
): Reader {
  const { since = null, adapters = null, connections = null, coalesce = null } = query
  const types = query.types ? new Set(query.types) : null
  new EventStream(
    services,
    reader,
    { since, adapters, connections, types, coalesce },
    services.revision,
  ).start()
  return reader
}
