import { setTimeout as delay } from 'node:timers/promises'
import { systemBusPath } from './bus-address.js'
import { BusConnection, type BusMessage, unreachable } from './bus-connection.js'
import { dbusLimits } from './dbus-limits.js'

/** Signals that somebody wants. */
export interface Wanted {
  name: string
  interface: string
  member: string
  /** Default: of any object. */
  path?: string
  signal(message: BusMessage): void
}

/** The host's one connection to the system bus: made when it is needed, and again when it broke. */
export class SystemBus {
  readonly #path: () => string
  #connection: Promise<BusConnection> | null = null
  readonly #wanted = new Set<Wanted>()
  /** The unique names of the services whose signals are wanted. */
  readonly #owners = new Map<string, string>()
  /** Match rules, and by how many they are needed. */
  readonly #rules = new Map<string, number>()
  #closed = false

  /** @param path where it listens; default: where the environment says */
  constructor(path: () => string = systemBusPath) {
    this.#path = path
  }

  async call(message: Omit<BusMessage, 'type' | 'serial'>): Promise<BusMessage> {
    return (await this.#connect()).call(message)
  }

  /** Resolves when the bus knows that it is wanted. */
  async subscribe(wanted: Wanted): Promise<void> {
    const connection = await this.#connect()
    this.#wanted.add(wanted)
    try {
      await this.#announce(connection, wanted)
    } catch (error) {
      this.#wanted.delete(wanted)
      throw error
    }
  }

  async unsubscribe(wanted: Wanted): Promise<void> {
    if (!this.#wanted.delete(wanted)) return
    const connection = await this.#connection?.catch(() => null)
    for (const rule of rulesOf(wanted)) {
      const count = (this.#rules.get(rule) ?? 0) - 1
      if (count > 0) this.#rules.set(rule, count)
      else if (this.#rules.delete(rule)) await connection?.callBus('RemoveMatch', rule).catch(() => {})
    }
  }

  /** For good. */
  async close(): Promise<void> {
    this.#closed = true
    this.#wanted.clear()
    const connection = await this.#connection?.catch(() => null)
    connection?.close()
  }

  #connect(): Promise<BusConnection> {
    if (this.#closed) return Promise.reject(unreachable('the host is stopping'))
    this.#connection ??= this.#open()
    return this.#connection
  }

  async #open(): Promise<BusConnection> {
    try {
      return await BusConnection.open(this.#path(), {
        signal: (message) => this.#signal(message),
        closed: () => this.#lost(),
      })
    } catch (error) {
      this.#connection = null
      throw error instanceof Error && 'code' in error ? error : unreachable((error as Error).message)
    }
  }

  #lost(): void {
    this.#connection = null
    this.#rules.clear()
    this.#owners.clear()
    if (this.#wanted.size > 0 && !this.#closed) void this.#comeBack()
  }

  async #comeBack(): Promise<void> {
    for (
      let ms = dbusLimits.reconnectMs.first;
      !this.#closed;
      ms = Math.min(2 * ms, dbusLimits.reconnectMs.most)
    ) {
      await delay(ms, null, { ref: false })
      if (this.#closed || this.#wanted.size === 0) return
      try {
        const connection = await this.#connect()
        for (const wanted of this.#wanted) await this.#announce(connection, wanted)
        return
      } catch {
        // It is tried again, as long as somebody wants it.
      }
    }
  }

  async #announce(connection: BusConnection, wanted: Wanted): Promise<void> {
    for (const rule of rulesOf(wanted)) {
      const count = this.#rules.get(rule) ?? 0
      this.#rules.set(rule, count + 1)
      if (count === 0) await connection.callBus('AddMatch', rule)
    }
    if (this.#owners.has(wanted.name)) return
    // Of a service that is not there the bus tells when it comes.
    const owner = await connection.callBus('GetNameOwner', wanted.name).catch(() => null)
    if (typeof owner?.body?.[0] === 'string') this.#owners.set(wanted.name, owner.body[0])
  }

  #signal(message: BusMessage): void {
    const { sender, path, interface: of, member } = message
    if (sender === bus && member === 'NameOwnerChanged') this.#changeOwner(message.body ?? [])
    for (const wanted of this.#wanted) {
      if (wanted.member !== member || wanted.interface !== of) continue
      if (wanted.path !== undefined && wanted.path !== path) continue
      // Anybody can send any signal: only those of the service itself count.
      if (sender === (this.#owners.get(wanted.name) ?? wanted.name)) wanted.signal(message)
    }
  }

  #changeOwner([name, , owner]: unknown[]): void {
    if (typeof name !== 'string' || ![...this.#wanted].some((wanted) => wanted.name === name)) return
    if (typeof owner === 'string' && owner !== '') this.#owners.set(name, owner)
    else this.#owners.delete(name)
  }
}

const bus = 'org.freedesktop.DBus'

/** What is asked of the bus for it. Names and paths have been checked, and hold nothing to escape. */
function rulesOf({ name, interface: of, member, path }: Wanted): string[] {
  const where = path === undefined ? '' : `,path='${path}'`
  return [
    `type='signal',sender='${name}',interface='${of}',member='${member}'${where}`,
    `type='signal',sender='${bus}',interface='${bus}',member='NameOwnerChanged',arg0='${name}'`,
  ]
}
