/** The names of the kernel's hardware types (linux/if_arp.h) that a link without a kind of its own can have. */
const hardwareKinds: ReadonlyMap<number, string> = new Map([
  [1, 'ethernet'],
  [24, 'ieee1394'],
  [32, 'infiniband'],
  [256, 'slip'],
  [271, 'x25'],
  [280, 'can'],
  [512, 'ppp'],
  [513, 'hdlc'],
  [519, 'rawip'],
  [768, 'ipip'],
  [769, 'ip6tnl'],
  [772, 'loopback'],
  [776, 'sit'],
  [778, 'gre'],
  [801, 'wifi'],
  [802, 'wifi'],
  [803, 'wifi'],
  [804, 'ieee802154'],
  [820, 'phonet'],
  [823, 'ip6gre'],
  [825, '6lowpan'],
])

/** What sort of link it is when the kernel names no kind: by its hardware type. */
export function hardwareKind(hardwareType: number): string {
  return hardwareKinds.get(hardwareType) ?? 'other'
}
