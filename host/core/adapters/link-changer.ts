/** A link as it is at this moment, as far as changing it is concerned. */
export interface LinkState {
  index: number
  name: string
  kind: string
  address: string | null
  up: boolean
  mtu: number
}

/** A route through one link, in the main table. Each link has routes of its own: none of it names another one. */
export interface LinkRoute {
  /** With its prefix length, as {@link LinkChanger} writes it: `0.0.0.0/0` for all of IPv4. */
  destination: string
  /** `null`: what it leads to is on the link itself. */
  gateway: string | null
  /** Of several routes to one destination the lowest counts. The kernel's default is 0 for IPv4, 1024 for IPv6. */
  metric: number
}

/** Something that a link has, and whether it carries claimd's mark. */
export type Marked<T> = T & {
  /** `null` when this kernel cannot tell. */
  ours: boolean | null
}

/** Something that carries claimd's mark, and the index of its link. */
export interface Mark {
  index: number
  change: { type: 'address'; address: string } | { type: 'route'; route: LinkRoute }
}

/** Something that the kernel removes with a change of a link, and does not make again by itself. */
export interface Loss {
  /** In words: `route to 0.0.0.0/0 via 10.0.0.1, metric 0, through eth0`. */
  what: string
  /** By what the changer puts it back; `null`: it cannot be put back. */
  restore: string | null
}

/** What could not be put back, and why. */
export interface Lost {
  what: string
  because: string
}

/** A virtual link to make. It is set down. */
export type LinkRecipe =
  | { kind: 'bridge' | 'dummy'; name: string; address: string }
  /** Its other end is in the same network namespace. */
  | { kind: 'veth'; name: string; address: string; peer: string }
  /** `parent`: the index of the link below. It has its parent's traffic split by link-layer address. */
  | { kind: 'macvlan'; name: string; address: string; parent: number }
  /** `id`: 0 to 4094. A VLAN has the address of its parent, and a WireGuard link none. */
  | { kind: 'vlan'; name: string; parent: number; id: number }
  | { kind: 'wireguard'; name: string }

/**
 * Changes links. Everything that it makes carries claimd's mark where the kernel keeps one (`proto` 193 on routes,
 * 0xC1 on addresses), so that it can be told from what others make.
 *
 * Addresses are written as RFC 5952 does, with the prefix length: `10.0.0.2/24`. Links are named by their index.
 * Calls are done one after the other, in the order in which they were made.
 *
 * Each rejects with LINK_NOT_CHANGED and the kernel's own words, or with LINKS_UNAVAILABLE. What removes something
 * resolves with whether it was there.
 */
export interface LinkChanger {
  /** `null` when there is no such link. */
  look(index: number): Promise<LinkState | null>
  /** The link with this name. */
  find(name: string): Promise<LinkState | null>
  addresses(index: number): Promise<Marked<{ address: string }>[]>
  /** The routes of the main table that lead through the link. */
  routes(index: number): Promise<Marked<LinkRoute>[]>
  /** Everything that carries claimd's mark. */
  marked(): Promise<Mark[]>
  setUp(index: number, up: boolean): Promise<void>
  setMtu(index: number, mtu: number): Promise<void>
  /**
   * What the kernel would remove if the link went down, or had an MTU too low for IPv6, also of the VLANs above it;
   * without what carries claimd's mark. Of very much only the number of what is beyond is told, and cannot be put back.
   */
  losses(index: number, by: 'down' | 'low-mtu'): Promise<Loss[]>
  /** Puts back what is not there. @returns what is still not there, and why */
  restore(index: number, losses: readonly Loss[]): Promise<Lost[]>
  addAddress(index: number, address: string): Promise<void>
  removeAddress(index: number, address: string): Promise<boolean>
  addRoute(index: number, route: LinkRoute): Promise<void>
  /** @param whose `own`: only if it carries claimd's mark, which is the default */
  removeRoute(index: number, route: LinkRoute, whose?: 'own' | 'any'): Promise<boolean>
  create(recipe: LinkRecipe): Promise<void>
  remove(index: number): Promise<boolean>
  /** What is being done is done to its end. */
  close(): void
}
