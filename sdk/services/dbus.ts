import type { Disposable } from '../disposable.js'

/** A call on the system bus. */
export interface DBusCall {
  /** The service's well-known name, such as `org.freedesktop.ModemManager1`. */
  name: string
  /** The object's path. */
  path: string
  interface: string
  member: string
  /** The types of `args` as D-Bus writes them, such as `sa{sv}`. Default: no arguments. */
  signature?: string
  args?: readonly unknown[]
}

/** Which signals are wanted. */
export interface DBusSubscription {
  name: string
  /** The object's path. Default: of any object that is granted. */
  path?: string
  interface: string
  member: string
}

export interface DBusSignal {
  path: string
  interface: string
  member: string
  /** Its arguments, as in {@link DBusService}. */
  args: unknown[]
}

/**
 * The system bus, as far as the manifest's `permissions.dbus` names it and the operator has granted it; systemd
 * and polkit never are. The host is the client, with its own rights; descriptors do not travel.
 *
 * Values are JSON: numbers as they are, 64-bit integers as strings of digits (they are taken as numbers too
 * where these are exact), byte arrays as arrays of numbers, dictionaries as objects (with keys as strings),
 * structs as arrays, and a variant as `{ signature, value }`, in both directions.
 *
 * Rejects with a {@link ContextError}: `NOT_ALLOWED`, `DBUS_UNREACHABLE`, `DBUS_FAILED`, `TIME_OUT`, `RESULT_TOO_LARGE`.
 *
 * @example
 * // "permissions": { "dbus": [{ "name": "org.freedesktop.ModemManager1", "path": "/org/freedesktop/ModemManager1/Modem/*",
 * //   "call": ["org.freedesktop.DBus.Properties.Get"] }] }
 * const [state] = await context.dbus.call({
 *   name: 'org.freedesktop.ModemManager1', path: '/org/freedesktop/ModemManager1/Modem/0',
 *   interface: 'org.freedesktop.DBus.Properties', member: 'Get',
 *   signature: 'ss', args: ['org.freedesktop.ModemManager1.Modem', 'State'],
 * }) // { signature: 'i', value: 8 }
 */
export interface DBusService {
  /** Calls a method; its deadline is 25 s. @returns what it returns, one element for each value */
  call(call: DBusCall): Promise<unknown[]>
  /**
   * Listens for signals of a service. It lasts when the service or the bus restarts; what was sent meanwhile is lost.
   * A plugin has 32 of them at most, and of a flood of signals some are dropped.
   */
  subscribe(wanted: DBusSubscription, listener: (signal: DBusSignal) => void): Promise<Disposable>
}
