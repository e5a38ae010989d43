import type { Adapter } from '../adapter.js'
import type { ConnectCall, ConnectionCall, DialCall, DisconnectCall, Progress } from '../connecting.js'
import { checkArguments } from '../services/call-arguments.js'

/** What may be named of a call: all but what the host does in it. */
type Named<Call> = Partial<Omit<Call, 'adapter' | 'progress'>>

/** A call of `connect`, with what the host has of it. */
export interface FakeConnect extends ConnectCall {
  /** What the provider has told, in order. */
  readonly told: Progress[]
  /** Does as the host does when nobody wants the connection any more: aborts `signal`. */
  cancel(): void
}

/**
 * What `validate` is given, and with what is named beside it `resources`: the connection `office` of the type
 * `lab`, with nothing configured, but for what is named.
 */
export function fakeConnectionCall<Fields extends Named<ConnectionCall>>(
  fields?: Fields,
): ConnectionCall & Fields {
  const usual = { connection: 'office', type: 'lab', config: {}, signal: new AbortController().signal }
  return { ...usual, ...(fields as Fields) }
}

/** What `status` is given: as {@link fakeConnectionCall}, with the fence 1. @param adapter `null`: it has made its own link */
export function fakeDial(adapter: Adapter | null, fields: Named<DialCall> = {}): DialCall {
  return { ...fakeConnectionCall(), adapter, fence: 1, ...fields }
}

/**
 * What `connect` is given, see {@link fakeDial}; what the provider tells of its progress is kept.
 *
 * @example
 * const call = fakeConnect(fakeAdapter({ name: 'lab0' }), { config: { address: '192.0.2.7/24' } })
 * const answer = fake.provider('lab').connect(call)
 * call.cancel()
 * assert.equal((await answer).cause, 'cancelled')
 */
export function fakeConnect(
  adapter: Adapter | null,
  fields: Omit<Named<ConnectCall>, 'signal'> = {},
): FakeConnect {
  const controller = new AbortController()
  const told: Progress[] = []
  return {
    ...fakeDial(adapter, { ...fields, signal: controller.signal }),
    told,
    progress: (progress) => {
      checkArguments('call.progress', [progress])
      told.push(progress)
    },
    cancel: () => controller.abort(),
  }
}

/** What `disconnect` is given of a connection that the host has brought up, see {@link fakeDial}. */
export function fakeDisconnect(adapter: Adapter | null, fields: Named<DisconnectCall> = {}): DisconnectCall {
  return { ...fakeDial(adapter), origin: 'dialled', ...fields }
}
