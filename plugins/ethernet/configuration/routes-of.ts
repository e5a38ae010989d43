import type { Route } from '@claimd/sdk'
import { isV4 } from '../ip-address.js'
import type { StaticAddressing, StaticRoute } from './static-addressing.js'

/** All routes of a connection, in the order in which they can be made: gateways are reached by what is on the link. */
export function routesOf({ gateways, routes, metric }: StaticAddressing): Route[] {
  const defaults = gateways.map((gateway): StaticRoute => ({ destination: 'default', gateway, metric }))
  const onLink = routes.filter(({ gateway }) => gateway === null)
  const through = routes.filter(({ gateway }) => gateway !== null)
  return [...onLink, ...defaults, ...through].map((route) => ({
    destination: destinationOf(route),
    metric: route.metric,
    ...(route.gateway !== null && { gateway: route.gateway }),
  }))
}

/** With `default` written as the network of all addresses of the gateway's family. */
export function destinationOf({ destination, gateway }: StaticRoute): string {
  if (destination !== 'default') return destination
  return gateway === null || isV4(gateway) ? '0.0.0.0/0' : '::/0'
}
