import type { ClaimdError, DBusSignal } from '@claimd/sdk'
import { claimdError } from '../../../core/errors.js'
import type { Caller } from '../caller.js'
import { Handles, handleLimits } from '../handles.js'
import type { Handlers } from '../services.js'
import type { BusMessage } from './bus-connection.js'
import { dbusLimits } from './dbus-limits.js'
import { checkCall, checkSubscription } from './dbus-rules.js'
import { parseSignature } from './signature.js'
import { SystemBus, type Wanted } from './system-bus.js'
import { fromLibrary, toLibrary } from './values.js'

/** Calls and hears services for plugins: see `DBusService` in the SDK. */
export function dbusHandlers(bus = new SystemBus()): Handlers & { close(): Promise<void> } {
  const subscriptions = new Handles<Wanted>('subscriptions', handleLimits.subscriptions, (wanted) => {
    void bus.unsubscribe(wanted)
  })
  return {
    async dbusCall(call, caller) {
      checkCall(caller, call)
      const { name, path, interface: of, member, signature = '', args = [] } = call
      const body = encoded(signature, args)
      const message = { destination: name, path, interface: of, member }
      const answer = await bus
        .call(body.length > 0 ? { ...message, signature, body } : message)
        .catch((error: Error) => {
          // What the library says of a value that does not fit.
          throw 'code' in error ? error : malformed(error.message)
        })
      return { values: answered(answer) }
    },
    async dbusSubscribe({ handle, ...what }, caller) {
      const mayHear = checkSubscription(caller, what)
      const wanted: Wanted = { ...what, signal: delivery(caller, handle, mayHear) }
      subscriptions.open(caller, handle, () => wanted)
      try {
        await bus.subscribe(wanted)
      } catch (error) {
        subscriptions.take(caller, handle)
        throw error
      }
      // It ended while the bus was asked.
      if (subscriptions.find(caller, handle) !== wanted) await bus.unsubscribe(wanted)
      return {}
    },
    async dbusUnsubscribe({ handle }, caller) {
      const wanted = subscriptions.take(caller, handle)
      if (wanted) await bus.unsubscribe(wanted)
      return {}
    },
    close: () => bus.close(),
  }
}

/** Tells a plugin of signals. What it is too slow for is dropped. */
function delivery(caller: Caller, handle: number, mayHear: (path: string) => boolean) {
  let waiting = 0
  return (message: BusMessage) => {
    const { path = '', interface: of = '', member = '' } = message
    if (waiting >= dbusLimits.waitingSignals || !mayHear(path)) return
    const args = argumentsOf(message)
    if (args === null) return
    const signal: DBusSignal = { path, interface: of, member, args }
    waiting++
    void caller.tell(handle, { type: 'signal', signal }).finally(() => {
      waiting--
    })
  }
}

/** The arguments of a signal, or `null` when they cannot be told. */
function argumentsOf(message: BusMessage): unknown[] | null {
  try {
    const args = decoded(message)
    return JSON.stringify(args).length > dbusLimits.signalLength ? null : args
  } catch {
    return null
  }
}

function encoded(signature: string, args: readonly unknown[]): unknown[] {
  try {
    return toLibrary(parseSignature(signature), args)
  } catch (error) {
    throw malformed((error as Error).message)
  }
}

function answered(message: BusMessage): unknown[] {
  try {
    return decoded(message)
  } catch (error) {
    throw claimdError('DBUS_FAILED', {
      message: `the answer cannot be told: ${(error as Error).message}`,
      found: `an answer of the signature ${message.signature}`,
      expected: 'values that JSON can say',
      remedy: 'use another method of the service',
    })
  }
}

function decoded({ signature = '', body = [] }: BusMessage): unknown[] {
  return fromLibrary(parseSignature(signature), body)
}

function malformed(found: string): ClaimdError {
  return claimdError('REQUEST_MALFORMED', {
    message: `the arguments do not fit the signature: ${found}`,
    found,
    expected: 'arguments as the signature says',
    remedy: 'correct the call in the plugin',
  })
}
