/** Drivers of virtual links that call themselves otherwise than their kind. */
const kindOfDriver: ReadonlyMap<string, string> = new Map([
  ['802.1Q VLAN Support', 'vlan'],
  ['bonding', 'bond'],
])

/** Kinds that are told by `DEVTYPE` as well. Some of their drivers serve two kinds. */
const kindsAsDeviceType: ReadonlySet<string> = new Set(
  'bond bridge geneve gtp ipvlan ipvtap macvlan macvtap ppp vlan vxlan wireguard wwan'.split(' '),
)

/** Drivers of virtual links that can be known for such without looking at their place. */
const virtualDrivers: ReadonlySet<string> = new Set(
  '802.1Q VLAN Support|bonding|bridge|dummy|geneve|ifb|ipvlan|macvlan|team|tun|veth|vrf|vxlan|wireguard'.split(
    '|',
  ),
)

/**
 * The kernel's kind of a virtual link, which only netlink tells outright; `null` for a device, whose kind is
 * that of its hardware.
 * @param place what sysfs says of it; `null` when that is not known
 */
export function virtualKind(
  driver: string | null,
  place: { virtual: boolean; deviceType: string | null } | null,
): string | null {
  const type = place?.deviceType ?? null
  if (type !== null && kindsAsDeviceType.has(type)) return type
  if (driver === null || !(place?.virtual ?? virtualDrivers.has(driver))) return null
  return kindOfDriver.get(driver) ?? driver
}
