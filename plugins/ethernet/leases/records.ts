/** Where the usual DHCP clients record leases. The manifest's `permissions.read` names them too. */
export const records = {
  dhclient: [
    '/var/lib/dhcp/dhclient*.leases',
    '/var/lib/dhcp/dhclient*.lease',
    '/var/lib/dhclient/dhclient*.leases',
    '/var/lib/dhclient/dhclient*.lease',
    '/var/lib/NetworkManager/dhclient*.lease',
  ],
  dhcpcd: ['/var/lib/dhcpcd/*.lease', '/var/db/dhcpcd/*.lease'],
  networkd: ['/run/systemd/netif/leases/*'],
  networkManager: ['/run/NetworkManager/devices/*'],
} as const

/** Everything in which a lease can change. */
export const allRecords: readonly string[] = Object.values(records).flat()
