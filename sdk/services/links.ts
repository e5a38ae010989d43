import type { Adapter } from '../adapter.js'

/** A route to make or to remove, through the adapter that the call names and no other. In the main table. */
export interface Route {
  /** With its prefix length, such as `10.0.0.0/8`; `default` for everything that the gateway's family reaches. */
  destination: string
  /** An address. Default: what the route leads to is on the link itself. */
  gateway?: string
  /** Of several routes to one destination the lowest counts. Default: 0 for IPv4, 1024 for IPv6. */
  metric?: number
}

/** An adapter that the plugin holds, and the fence of the claim or the connect by which it does. */
export interface HeldParent {
  adapter: string
  fence: number
}

/** For what a link is made. */
interface ForConnect {
  /** Of a `connect` that is given no adapter: the link is undone with all that is made for it. Default: it stays until it is removed. */
  fence?: number
}

/** A virtual link to make. It is set down. Its name, and that of a peer, are among those that the manifest asks for. */
export type NewLink =
  | ({ kind: 'bridge' | 'dummy' | 'wireguard'; name: string } & ForConnect)
  /** A pair of links; both ends are in the host's network. */
  | ({ kind: 'veth'; name: string; peer: string } & ForConnect)
  /** Its parent's traffic, split by link-layer address. */
  | { kind: 'macvlan'; name: string; parent: HeldParent }
  /** `id`: of the VLAN, 0 to 4094. */
  | { kind: 'vlan'; name: string; parent: HeldParent; id: number }

/**
 * Changing adapters that the plugin holds, each kind of change by a permission in `links.change`, by their id and a fence:
 *
 * - of a claim, from `claimed` on until `released`. A process that takes over a claim after a restart or a crash is not told
 *   `claimed` again and acts from `verify` on. A `SUCCESS` is not a claim yet: a call before `claimed` is done if the host
 *   has accepted that answer by then, and refused if not.
 * - of a `connect`, for the adapter that it is given, from that call on until `disconnect` was answered.
 *
 * With another fence, for an adapter that the plugin does not hold, or from a version that a reload only tries, a call is
 * refused and recorded.
 * Nothing here reaches any other link: routes lead through the adapter, and what others made is left alone.
 *
 * What is there already is no error, and neither is that something to remove is gone: then nothing is done. Where a `connect`
 * takes over what somebody else set up, the addresses and routes that it adds and that are there become its own if it succeeds.
 *
 * **Undoing.** The host writes down each change before it makes it, and so knows what it made even after it was
 * killed. What was changed with the fence of a `connect` it undoes, newest first, when the connection is disconnected and
 * after a connect that failed; the provider does nothing for that. A claim's changes stay when the claim ends, since to end a
 * claim touches nothing on the link: they go with the link, when the plugin takes them back itself, or when an operator disables
 * or removes the plugin with `--undo`. Without `--undo` they stay. What somebody else has changed since is left as it is.
 *
 * Each call rejects with a {@link ContextError} of code `NOT_ALLOWED`, `REQUEST_MALFORMED`, `STORE_DEGRADED` (it
 * could not be written down, so it was not done), or `LINK_NOT_CHANGED` with the kernel's own words in `found`.
 */
export interface LinksService {
  /**
   * The adapter as it is at this moment. It takes no permission. An address that was just added is among its addresses once
   * it can be used; the kernel may need some seconds to find out that an IPv6 address is nobody else's.
   */
  look(adapter: string, fence: number): Promise<Adapter>
  /** Sets the link up, by the permission `up`. Undone by setting it down, if it was. */
  up(adapter: string, fence: number): Promise<void>
  /** Sets the link down. The kernel then drops its routes and IPv6 addresses, whoever made them. */
  down(adapter: string, fence: number): Promise<void>
  /**
   * By the permission `address`; with a network wider than /8 (IPv4) or /32 (IPv6), which the kernel then routes
   * through the link, also `any-route`.
   * @param address with its prefix length, such as `10.0.0.2/24` or `fd00::2/64`
   */
  addAddress(adapter: string, fence: number, address: string): Promise<void>
  /** Removes an address that was added by {@link addAddress}; `NOT_ALLOWED` for one that somebody else made. */
  removeAddress(adapter: string, fence: number, address: string): Promise<void>
  /** By the permission `route` within the networks of the link's addresses, `any-route` for all else. */
  addRoute(adapter: string, fence: number, route: Route): Promise<void>
  /** Removes a route that was added by {@link addRoute}; `NOT_ALLOWED` for one that somebody else made. */
  removeRoute(adapter: string, fence: number, route: Route): Promise<void>
  /** By the permission `mtu`. @param mtu in bytes, 68 to 65535; the link's driver may allow less */
  setMtu(adapter: string, fence: number, mtu: number): Promise<void>
  /**
   * Makes a link, by the permission `links.create`. It then appears as an adapter, and is offered like any other. One with a
   * `parent` is undone with what was done to that by the same fence, and one with a `fence` with its connection, by which it is
   * offered to nobody; every other one stays until the plugin removes it.
   */
  create(link: NewLink): Promise<void>
  /**
   * A link that was made with the fence of a `connect` that is given no adapter becomes the adapter of its connection. From then
   * on the plugin holds it by that fence.
   * @returns it, as it is then; with it the link is set up as any other
   */
  adopt(name: string, fence: number): Promise<Adapter>
  /**
   * Removes a link that this plugin made, under the name that it was given then. `NOT_ALLOWED` while another
   * plugin holds it, or a link that would go with it.
   */
  remove(name: string): Promise<void>
}
