import type { ConnectDocument, EventDocument, HoldOptions } from '../api/index.js'
import { ClaimdError } from '../errors.js'
import type { Caller } from './caller.js'
import { clientError } from './errors.js'
import { parseEvent } from './event-calls.js'
import { eventFrames } from './event-frames.js'

export interface HoldCallOptions extends HoldOptions {
  /** Hears of everything that happens to the connection while it is held. */
  onEvent?: (event: EventDocument) => void
  /** Releases it, also while it is being asked for. */
  signal?: AbortSignal
}

/** Why a connection is not held any more. */
export interface HoldEnd {
  /** `released` by this client, or `revoked`, such as by `claimd disconnect`. */
  by: 'released' | 'revoked'
  /** In words. */
  because: string
}

/**
 * A connection that this client wants up, for as long as it lives: the hold ends with the process. While it lasts the connection
 * is connected again when it is lost, and is not taken down for being idle.
 */
export interface ConnectionHold {
  readonly connection: string
  /** By this it is listed as a hold of the connection, such as `client 42`. */
  readonly owner: string | null
  /** Resolves when it is up; rejects with the `ClaimdError` of the first connect that failed, after which claimd goes on trying. */
  readonly connected: Promise<void>
  /** Resolves when it is over; rejects with `DAEMON_UNREACHABLE` when the daemon goes away, or can be followed no more: then ask anew. */
  readonly ended: Promise<HoldEnd>
  /** The connection is not wanted by this client any more. */
  release(): void
}

type Item = { held: ConnectDocument } | { event: EventDocument }

/** Asks for a connection on a stream that is the hold: when it ends, by whatever, the hold does. */
export async function holdConnection(
  call: Caller,
  path: string,
  { onEvent, signal, ...body }: HoldCallOptions,
): Promise<ConnectionHold> {
  const released = new AbortController()
  const ending = signal ? AbortSignal.any([signal, released.signal]) : released.signal
  const items = call.stream<Item>({ method: 'POST', path: `${path}/hold`, body }, readItems, ending)
  const first = await items.next()
  if (signal?.aborted) throw signal.reason
  if (first.done || !('held' in first.value))
    throw clientError('ANSWER_MALFORMED', {
      message: 'The daemon has not said whether the connection is held',
      found: first.done ? 'the end of the stream' : 'an event',
      expected: 'first of all an event of the type held',
      remedy: 'Run a client and a daemon of the same version.',
    })
  const { held } = first.value

  let settle = { resolve: () => {}, reject: (_: unknown) => {} }
  const connected = new Promise<void>((resolve, reject) => {
    settle = { resolve, reject }
  })
  const follow = async (): Promise<HoldEnd> => {
    if (held.result === 'SUCCESS') settle.resolve()
    for await (const item of items) {
      if (!('event' in item)) continue
      const { event } = item
      onEvent?.(event)
      if (event.type === 'request-completed' && event.request === held.request) {
        if (event.code === null) settle.resolve()
        else settle.reject(failureOf(held, event))
      }
      if (event.type === 'hold-ended' && event.owner === held.owner)
        return { by: 'revoked', because: event.because }
      // What somebody else brought up, and nobody has configured, is up for as long as it is claimed.
      if (event.type === 'claim-ended' && held.owner === null)
        return { by: 'revoked', because: event.message }
      // Nobody knows what was missed.
      if (event.type === 'resync') throw missed(held)
    }
    return { by: 'released', because: 'it was released' }
  }
  const ended = follow()
  // Only the first outcome counts.
  ended.then(({ because: outcome }) => settle.reject(failureOf(held, { outcome })), settle.reject)
  // Who does not ask for them does not hear of an error that is not handled.
  connected.catch(() => {})
  ended.catch(() => {})
  const { connection, owner } = held
  return { connection, owner, connected, ended, release: () => released.abort() }
}

function missed({ connection }: ConnectDocument): ClaimdError {
  return clientError('DAEMON_UNREACHABLE', {
    message: `The events of connection ${connection} could not be followed`,
    found: 'events that the journal does not hold any more',
    remedy: 'Hold it again.',
  })
}

function failureOf(
  { connection, request }: ConnectDocument,
  completed: Pick<EventDocument<'request-completed'>, 'outcome'> &
    Partial<EventDocument<'request-completed'>>,
): ClaimdError {
  const { result = 'CONNECTION_ACQUIRE_FAILED', code, cause, outcome } = completed
  return new ClaimdError({
    result,
    code: code ?? 'CONNECT_CANCELLED',
    message: code ? outcome : `connection ${connection} is not held any more: ${outcome}`,
    found: cause ?? null,
    expected: null,
    remedy: null,
    ...(cause ? { connectCause: cause } : {}),
    request,
  })
}

async function* readItems(response: AsyncIterable<string>): AsyncGenerator<Item, void, undefined> {
  for await (const { type, data } of eventFrames(response)) {
    if (type === 'held') yield { held: JSON.parse(data) as ConnectDocument }
    else yield { event: parseEvent(type, data) }
  }
}
