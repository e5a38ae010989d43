import { lackingOn, thisMachine } from '../../setup/debian.js'

const iproute2 = { name: 'iproute2', commands: ['ip'], why: '' }
const peer = [
  { name: 'network-manager', commands: ['NetworkManager', 'nmcli'], why: '' },
  { name: 'udev', commands: ['udevadm'], why: '' },
  { name: 'dbus', commands: ['dbus-daemon'], why: '' },
]

const dhcp = [
  { name: 'dnsmasq-base', commands: ['dnsmasq'], why: '' },
  { name: 'isc-dhcp-client', commands: ['dhclient'], why: '' },
]

/** Why there can be no links of our own; `null` when there can. */
export function lackingForLinks(): string | null {
  if (process.getuid?.() !== 0) return 'needs root, for network namespaces'
  return packages([iproute2])
}

/** Why NetworkManager cannot run beside claimd; `null` when it can. */
export function lackingForNetworkManager(): string | null {
  return lackingForLinks() ?? packages(peer)
}

/** Why there can be no addresses by DHCP; `null` when there can. */
export function lackingForDhcp(): string | null {
  return lackingForLinks() ?? packages(dhcp)
}

export function nothingLacking(): null {
  return null
}

function packages(wanted: Parameters<typeof lackingOn>[1]): string | null {
  const lacking = lackingOn(thisMachine(), wanted).map(({ name }) => name)
  return lacking.length === 0 ? null : `apt-get install --no-install-recommends ${lacking.join(' ')}`
}
