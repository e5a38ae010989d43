/** A DHCP client's record of a lease. */
export interface Lease {
  /** The client that wrote it, by the name that people know. */
  client: string
  /** The IPv4 address. */
  address: string
  /** The prefix length; `null` when the record does not say. */
  length: number | null
  /** When it expires, in milliseconds since 1970 by the system's clock; `Infinity` for never. */
  expires: number
  /** The name of the link, where the record says it. */
  name: string | null
  /** The link-layer address of the link, in lower case, where the record says it. */
  mac: string | null
}

/** The lease time, in seconds, that means for ever. */
export const infinite = 0xffffffff
