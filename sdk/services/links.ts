/** A route to make or to remove. */
export interface Route {
  /** With its prefix, such as `10.0.0.0/8`; `default` for all. */
  destination: string
  /** Default: on the link itself. */
  gateway?: string
  /** Default: the kernel's. */
  metric?: number
}

/** A virtual link to make. */
export interface NewLink {
  /** One of the names that `permissions.links.create` allows. */
  name: string
  /** Such as `veth`, `macvlan` or `tun`. */
  kind: string
  /** The adapter below it, for the kinds that have one. */
  parent?: string
}

/**
 * Acting on adapters that the plugin holds, by their id and the fence of the claim: with another fence, or for
 * an adapter that somebody else holds, it is refused and recorded. What was
 * changed is in the host's undo ledger.
 *
 * Rejects with a {@link ContextError}: `NOT_ALLOWED`, or the kernel's own words.
 */
export interface LinksService {
  up(adapter: string, fence: number): Promise<void>
  down(adapter: string, fence: number): Promise<void>
  /** @param address with its prefix, such as `10.0.0.2/24` */
  addAddress(adapter: string, fence: number, address: string): Promise<void>
  removeAddress(adapter: string, fence: number, address: string): Promise<void>
  addRoute(adapter: string, fence: number, route: Route): Promise<void>
  removeRoute(adapter: string, fence: number, route: Route): Promise<void>
  /** @param mtu in bytes */
  setMtu(adapter: string, fence: number, mtu: number): Promise<void>
  create(link: NewLink): Promise<void>
  /** Removes a link that the plugin made. */
  remove(name: string): Promise<void>
}
