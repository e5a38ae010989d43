import { connect, type Socket } from 'node:net'
import { claimdError } from '../../../core/errors.js'
import { dbusLimits } from './dbus-limits.js'

/** A message as the library has it. */
export interface BusMessage {
  /** 1: call, 2: return, 3: error, 4: signal. */
  type: number
  serial?: number
  replySerial?: number
  sender?: string
  destination?: string
  path?: string
  interface?: string
  member?: string
  errorName?: string
  signature?: string
  body?: unknown[]
}

/** The part of the library that is used: what speaks the protocol. What it makes of it is left out. */
interface Library {
  createConnection(options: {
    stream: Socket
    authMethods: string[]
    /** 64-bit integers as objects, instead of as numbers that are not exact. */
    ReturnLongjs: boolean
  }): {
    on(event: 'connect' | 'end', listener: () => void): void
    on(event: 'error', listener: (error: Error) => void): void
    on(event: 'message', listener: (message: BusMessage) => void): void
    message(message: BusMessage): void
  }
}

const methodCall = 1
const methodReturn = 2
const errorReply = 3
const signal = 4

interface Call {
  resolve(message: BusMessage): void
  reject(error: Error): void
  timer: NodeJS.Timeout
}

/** One connection to the bus. When it breaks, it is over, and all that was asked has failed. */
export class BusConnection {
  readonly #socket: Socket
  readonly #send: (message: BusMessage) => void
  readonly #calls = new Map<number, Call>()
  readonly #signal: (message: BusMessage) => void
  #serial = 1
  #over = false

  private constructor(
    socket: Socket,
    connection: ReturnType<Library['createConnection']>,
    { signal, closed }: { signal(message: BusMessage): void; closed(): void },
  ) {
    this.#socket = socket
    this.#signal = signal
    this.#send = (message) => connection.message(message)
    connection.on('message', (message) => this.#take(message))
    socket.on('close', () => {
      this.#over = true
      for (const { reject, timer } of this.#calls.values()) {
        clearTimeout(timer)
        reject(unreachable('the connection to it was lost'))
      }
      this.#calls.clear()
      closed()
    })
  }

  /** @throws DBUS_UNREACHABLE */
  static async open(
    path: string,
    events: { signal(message: BusMessage): void; closed(): void },
  ): Promise<BusConnection> {
    // Most hosts never need it.
    const library = (await import('@homebridge/dbus-native')).default as unknown as Library
    const socket = withoutThrows(connect(path))
    const connection = library.createConnection({
      stream: socket,
      authMethods: ['EXTERNAL'],
      ReturnLongjs: true,
    })
    await new Promise<void>((resolve, reject) => {
      const fail = (because: string) => {
        clearTimeout(timer)
        socket.destroy()
        reject(unreachable(because))
      }
      const timer = setTimeout(() => fail('it does not answer'), dbusLimits.connectMs)
      connection.on('error', (error) => fail(error.message))
      socket.on('close', () => fail('it closed the connection'))
      connection.on('connect', () => {
        clearTimeout(timer)
        resolve()
      })
    })
    // A call keeps the process alive by its deadline; waiting for signals does not.
    socket.unref()
    const opened = new BusConnection(socket, connection, events)
    await opened.callBus('Hello')
    return opened
  }

  /** @throws DBUS_FAILED, DBUS_UNREACHABLE, TIME_OUT; Error when the body does not fit the signature */
  call(message: Omit<BusMessage, 'type' | 'serial'>): Promise<BusMessage> {
    return new Promise((resolve, reject) => {
      if (this.#over) throw unreachable('the connection to it was lost')
      const serial = this.#serial++
      this.#send({ ...message, type: methodCall, serial })
      const timer = setTimeout(() => {
        this.#calls.delete(serial)
        reject(timeOut(message))
      }, dbusLimits.callMs)
      this.#calls.set(serial, { resolve, reject, timer })
    })
  }

  /** Calls the bus itself. */
  callBus(member: string, ...args: string[]): Promise<BusMessage> {
    return this.call({
      destination: 'org.freedesktop.DBus',
      path: '/org/freedesktop/DBus',
      interface: 'org.freedesktop.DBus',
      member,
      ...(args.length > 0 && { signature: 's'.repeat(args.length), body: args }),
    })
  }

  close(): void {
    this.#socket.destroy()
  }

  #take(message: BusMessage): void {
    if (message.type === signal) {
      this.#signal(message)
      return
    }
    // Nobody has anything to call here: the bus tells them so when it is over.
    if (message.type !== methodReturn && message.type !== errorReply) return
    const call = this.#calls.get(message.replySerial ?? 0)
    if (!call) return
    this.#calls.delete(message.replySerial!)
    clearTimeout(call.timer)
    if (message.type === methodReturn) call.resolve(message)
    else call.reject(failed(message))
  }
}

/** What the library throws while it reads would end the host; a message that it cannot read ends the connection. */
function withoutThrows(socket: Socket): Socket {
  const emit = socket.emit.bind(socket) as (...event: unknown[]) => boolean
  socket.emit = (...event: unknown[]) => {
    try {
      return emit(...event)
    } catch (error) {
      socket.destroy(error as Error)
      return true
    }
  }
  return socket
}

function failed({ errorName, body }: BusMessage): Error {
  const text = typeof body?.[0] === 'string' ? body[0] : 'without a word'
  return claimdError('DBUS_FAILED', {
    message: `the service answered with an error: ${text}`,
    found: errorName ?? 'an error without a name',
    expected: 'an answer',
    remedy: 'see what the documentation of the service says of this error',
  })
}

function timeOut({ destination, interface: of, member }: Partial<BusMessage>): Error {
  return claimdError('TIME_OUT', {
    message: `${destination} did not answer ${of}.${member} within ${dbusLimits.callMs / 1000} s`,
    found: 'no answer',
    expected: `an answer within ${dbusLimits.callMs} ms`,
    remedy: 'see whether the service works',
  })
}

export function unreachable(because: string): Error {
  return claimdError('DBUS_UNREACHABLE', {
    message: `the system bus cannot be reached: ${because}`,
    found: because,
    expected: 'a system bus that answers',
    remedy: 'see that dbus-daemon or dbus-broker runs, and where (DBUS_SYSTEM_BUS_ADDRESS)',
  })
}
