/** Where the system bus listens, as a path for a socket. @throws Error when the address is of no kind that is known */
export function systemBusPath(address = process.env.DBUS_SYSTEM_BUS_ADDRESS): string {
  if (!address) return '/run/dbus/system_bus_socket'
  for (const one of address.split(';')) {
    const [, keys] = /^unix:(.*)$/.exec(one) ?? []
    for (const pair of keys?.split(',') ?? []) {
      const [key, value = ''] = pair.split('=', 2)
      if (key === 'path') return decodeURIComponent(value)
      // Node takes a leading NUL for an abstract socket, as the kernel does.
      if (key === 'abstract') return `\0${decodeURIComponent(value)}`
    }
  }
  throw new Error(`${address} is no address of a UNIX socket`)
}
