/** The plugin's own modules, from where they are when claimd runs it. */
import { join } from 'node:path'
import { root } from '../../system/lab.js'

const load = (module: string) => import(join(root, 'plugins/ethernet/dist', module))

export const { readDhclient }: typeof import('../../../plugins/ethernet/leases/dhclient.js') =
  await load('leases/dhclient.js')
export const { readDhcpcd }: typeof import('../../../plugins/ethernet/leases/dhcpcd.js') =
  await load('leases/dhcpcd.js')
export const { readNetworkd }: typeof import('../../../plugins/ethernet/leases/networkd.js') =
  await load('leases/networkd.js')
export const { readNetworkManager }: typeof import('../../../plugins/ethernet/leases/network-manager.js') =
  await load('leases/network-manager.js')
export const { readConnection }: typeof import('../../../plugins/ethernet/configuration/connection.js') =
  await load('configuration/connection.js')
export const { Connections }: typeof import('../../../plugins/ethernet/configuration/connections.js') =
  await load('configuration/connections.js')
export const ipAddress: typeof import('../../../plugins/ethernet/ip-address.js') = await load('ip-address.js')
export const { SystemFiles }: typeof import('../../../plugins/ethernet/system-files.js') =
  await load('system-files.js')
export const { allRecords }: typeof import('../../../plugins/ethernet/leases/records.js') =
  await load('leases/records.js')
export const { Judge }: typeof import('../../../plugins/ethernet/judge.js') = await load('judge.js')
export const { LeaseWatch }: typeof import('../../../plugins/ethernet/lease-watch.js') =
  await load('lease-watch.js')
export const { EthernetProvider }: typeof import('../../../plugins/ethernet/provider.js') =
  await load('provider.js')
export const { FormerNames }: typeof import('../../../plugins/ethernet/former-names.js') =
  await load('former-names.js')
export const { Dialling }: typeof import('../../../plugins/ethernet/dialling.js') = await load('dialling.js')
