import type { EthernetConnection } from './connection.js'
import { routesOf } from './routes-of.js'

/** What a connection leads to, as a text: of two connections that are written differently and do the same, the same. */
export function effectOf({ selection, addressing, othersAllowed }: EthernetConnection): string {
  if (addressing.method === 'dhcp') return JSON.stringify(['dhcp', selection.text, othersAllowed])
  const routes = routesOf(addressing).map(({ destination, gateway = null, metric }) =>
    JSON.stringify([destination, gateway, metric]),
  )
  const addresses = [...addressing.addresses].sort()
  return JSON.stringify(['static', selection.text, othersAllowed, addresses, routes.sort(), addressing.mtu])
}
