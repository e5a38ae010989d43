/** What the tests want of the machine, in Debian packages. A test without its part skips itself. */
export interface SystemPackage {
  name: string
  /** The commands that the tests call; the package counts as there when all of them are. */
  commands: string[]
  why: string
}

export const systemPackages: SystemPackage[] = [
  { name: 'iproute2', commands: ['ip'], why: 'network namespaces and the links in them' },
  {
    name: 'util-linux',
    commands: ['unshare', 'nsenter', 'setpriv'],
    why: 'processes in namespaces of their own',
  },
  { name: 'dnsmasq-base', commands: ['dnsmasq'], why: 'a DHCP server' },
  { name: 'isc-dhcp-client', commands: ['dhclient'], why: 'a DHCP client that records its leases as text' },
  { name: 'dhcpcd-base', commands: ['dhcpcd'], why: 'a DHCP client that records its leases as messages' },
  { name: 'dbus', commands: ['dbus-daemon'], why: 'a system bus of the tests' },
  { name: 'udev', commands: ['udevadm'], why: 'a udev that runs in a namespace of the tests' },
]
