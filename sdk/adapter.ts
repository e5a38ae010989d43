/**
 * A network adapter (a network link of the machine) as a provider and a client see it.
 *
 * What is not known is `null`. Fields may be added in later versions; none is renamed.
 */
export interface Adapter {
  /** Names this adapter for as long as it exists, through renames: `INDEX.GENERATION`. Never reused. */
  id: string
  /** The kernel's name for the link at this moment, such as `eth0`. It can change. */
  name: string
  /** Other names that the link has (`ip link property add … altname`), in the kernel's order. */
  alternativeNames: string[]
  /** The kernel's interface index within the network namespace. */
  index: number
  /** What sort of link it is: `ethernet`, `wifi`, `loopback`, or the kernel's link kind such as `veth`. */
  kind: string
  /** The kernel driver, such as `virtio_net`. */
  driver: string | null
  /** The link-layer address in lower case, such as `02:fc:00:00:00:01`. */
  address: string | null
  /** The link-layer address that was burnt in, where the kernel knows it. */
  permanentAddress: string | null
  /** The place on its bus, such as `pci/0000:00:03.0`; `null` for a virtual link. */
  path: string | null
  /** The vendor id of the device, four hexadecimal digits. */
  vendor: string | null
  /** The product id of the device, four hexadecimal digits. */
  product: string | null
  /** Whether the link is administratively up. */
  up: boolean
  /** Whether the link has a carrier; `null` while it is down and the kernel does not tell. */
  carrier: boolean | null
  /** The name of the link that this one is a port or member of. */
  master: string | null
  /**
   * The usable IP addresses with prefix length, such as `10.0.0.1/24`, in the kernel's order.
   * Temporary IPv6 addresses and those still under duplicate detection are left out.
   */
  addresses: string[]
}
