import { release } from 'node:os'
import type {
  LinkChanger,
  LinkRecipe,
  LinkRoute,
  LinkState,
  Loss,
  Lost,
  Mark,
  Marked,
} from '../../core/adapters/link-changer.js'
import { type AddressMessage, decodeAddress } from './address-message.js'
import * as requests from './change-requests.js'
import { forEachAttribute } from './codec.js'
import * as c from './constants.js'
import { KernelRefusal } from './kernel-refusal.js'
import { KernelRequests, notChanged } from './kernel-requests.js'
import { hardwareKind } from './link-kind.js'
import { decodeLink } from './link-message.js'
import { dumpLosses, lossOf, restoreDraft } from './losses.js'
import { readsPromotion, setPromotion } from './promotion.js'
import { decodeRoute, type RouteRow } from './route-row.js'

const linkHeaderSize = 16
/** So much of what a change takes with it can be put back. */
const lossLimit = 1000
/** The kernel that keeps who made an address. */
const marksAddressesSince = [5, 18] as const

/** Changes the links of this process's network namespace. Nothing is opened before the first change. */
export class NetlinkChanger implements LinkChanger {
  readonly #marksAddresses = isKernelSince(marksAddressesSince)
  readonly #kernel = new KernelRequests()

  async look(index: number): Promise<LinkState | null> {
    return this.#link(requests.getLink(index), `look at the link with index ${index}`)
  }

  async find(name: string): Promise<LinkState | null> {
    return this.#link(requests.getLinkNamed(name), `look for the link ${name}`)
  }

  async addresses(index: number): Promise<Marked<{ address: string }>[]> {
    const rows = await this.#addressRows(index, [c.AF_INET, c.AF_INET6])
    return rows.map(({ text, protocol }) => ({
      address: text,
      ours: this.#marksAddresses ? protocol === c.IFAPROT_CLAIMD : null,
    }))
  }

  async routes(index: number): Promise<Marked<LinkRoute>[]> {
    const rows = await this.#routeRows(index, 0)
    return rows.map((row) => ({ ...routeOf(row), ours: row.protocol === c.RTPROT_CLAIMD }))
  }

  async marked(): Promise<Mark[]> {
    const addresses = await this.#addressRows(0, [c.AF_INET, c.AF_INET6])
    const routes = await this.#routeRows(0, c.RTPROT_CLAIMD)
    return [
      ...addresses
        .filter(({ protocol }) => protocol === c.IFAPROT_CLAIMD)
        .map(({ index, text }): Mark => ({ index, change: { type: 'address', address: text } })),
      ...routes.map((row): Mark => ({ index: row.index, change: { type: 'route', route: routeOf(row) } })),
    ]
  }

  async setUp(index: number, up: boolean): Promise<void> {
    await this.#kernel.ask(requests.setUp(index, up), up ? 'set the link up' : 'set the link down')
  }

  async setMtu(index: number, mtu: number): Promise<void> {
    await this.#kernel.ask(requests.setMtu(index, mtu), `set the MTU to ${mtu}`)
  }

  async losses(index: number, by: 'down' | 'low-mtu'): Promise<Loss[]> {
    const names = await this.#withVlans(index)
    const found = new Map<string, Loss>()
    for (const link of names.keys()) {
      for (const family of by === 'down' ? [c.AF_INET, c.AF_INET6] : [c.AF_INET6]) {
        for (const draft of dumpLosses(link, family)) {
          for (const message of await this.#kernel.dump(draft, 'list what the link has')) {
            const loss = lossOf(message, names)
            if (loss) found.set(loss.what, loss)
          }
        }
      }
    }
    const all = [...found.values()]
    const more = all.length - lossLimit
    if (more <= 0) return all
    return [
      ...all.slice(0, lossLimit),
      { what: `${more} more routes, addresses and neighbours`, restore: null },
    ]
  }

  async restore(index: number, losses: readonly Loss[]): Promise<Lost[]> {
    const there = new Set((await this.losses(index, 'down')).map(({ what }) => what))
    const missing = losses.filter(({ what }) => !there.has(what))
    const lost = missing
      .filter(({ restore }) => restore === null)
      .map(({ what }) => ({ what, because: 'only whoever made it can make it again' }))
    let open = missing.filter(({ restore }) => restore !== null)
    for (;;) {
      const failed: { loss: Loss; because: string }[] = []
      for (const loss of open) {
        try {
          await this.#kernel.put(restoreDraft(loss.restore!))
        } catch (error) {
          failed.push({ loss, because: (error as Error).message })
        }
      }
      // A route may need another one, or an address, that comes after it.
      if (failed.length === 0 || failed.length === open.length)
        return [...lost, ...failed.map(({ loss: { what }, because }) => ({ what, because }))]
      open = failed.map(({ loss }) => loss)
    }
  }

  async addAddress(index: number, address: string): Promise<void> {
    await this.#kernel.ask(requests.addAddress(index, address), `add address ${address}`)
  }

  async removeAddress(index: number, address: string): Promise<boolean> {
    const what = `remove address ${address}`
    const draft = requests.removeAddress(index, address)
    const restore = address.includes(':') ? null : await this.#keepOthers(index, address)
    try {
      return await this.#kernel.remove(draft, what, ['EADDRNOTAVAIL'])
    } finally {
      await restore?.()
    }
  }

  async addRoute(index: number, route: LinkRoute): Promise<void> {
    await this.#kernel.ask(requests.addRoute(index, route), `add the route to ${route.destination}`)
  }

  async removeRoute(index: number, route: LinkRoute, whose: 'own' | 'any' = 'own'): Promise<boolean> {
    return this.#kernel.remove(
      requests.removeRoute(index, route, whose),
      `remove the route to ${route.destination}`,
      ['ESRCH'],
    )
  }

  async create(recipe: LinkRecipe): Promise<void> {
    await this.#kernel.ask(requests.createLink(recipe), `make the ${recipe.kind} link ${recipe.name}`)
  }

  async remove(index: number): Promise<boolean> {
    return this.#kernel.remove(requests.removeLink(index), 'remove the link', [])
  }

  close(): void {
    this.#kernel.close()
  }

  async #link(draft: requests.Draft, what: string): Promise<LinkState | null> {
    try {
      for (const { type, body } of await this.#kernel.put(draft)) {
        const link = type === c.RTM_NEWLINK ? decodeLink(body) : 'irrelevant'
        if (typeof link === 'string') continue
        const { index, name, infoKind, hardwareType, address, flags } = link
        const kind = infoKind ?? hardwareKind(hardwareType)
        return { index, name, kind, address, up: (flags & c.IFF_UP) !== 0, mtu: mtuOf(body) }
      }
      return null
    } catch (error) {
      if (error instanceof KernelRefusal && error.code === 'ENODEV') return null
      throw notChanged(what, error)
    }
  }

  /** The name of a link and of the VLANs above it, which go down with it, by their index. */
  async #withVlans(index: number): Promise<Map<number, string>> {
    const links = (await this.#kernel.dump(requests.dumpLinks(), 'list links')).flatMap(({ type, body }) => {
      const link = type === c.RTM_NEWLINK ? decodeLink(body) : 'irrelevant'
      return typeof link === 'string' ? [] : [link]
    })
    const own = links.find((link) => link.index === index)
    const names = new Map(own ? [[index, own.name]] : [])
    for (const below of names.keys()) {
      for (const { index: above, name, link, linkNamespace, infoKind } of links)
        if (infoKind === 'vlan' && link === below && linkNamespace === null) names.set(above, name)
    }
    return names
  }

  /** Has the addresses stay that the kernel would remove with this one. @returns what undoes that setting */
  async #keepOthers(index: number, address: string): Promise<(() => Promise<void>) | null> {
    const rows = await this.#addressRows(index, [c.AF_INET])
    if (!rows.some(({ text, flags }) => text !== address && (flags & c.IFA_F_SECONDARY) !== 0)) return null
    const what = 'keep the other addresses of the network'
    const [link] = await this.#kernel.ask(requests.getLink(index), what)
    if (!link || readsPromotion(link.body) !== false) return null
    await this.#kernel.ask(setPromotion(index, true), what)
    return async () => {
      await this.#kernel.remove(setPromotion(index, false), what, [])
    }
  }

  /** @param index 0: of all links */
  async #addressRows(index: number, families: readonly number[]): Promise<AddressMessage[]> {
    const rows: AddressMessage[] = []
    for (const family of families) {
      for (const { body } of await this.#kernel.dump(
        requests.dumpAddresses(index, family),
        'list addresses',
      )) {
        const row = decodeAddress(body)
        if (typeof row !== 'string' && (index === 0 || row.index === index)) rows.push(row)
      }
    }
    return rows
  }

  /** @param index 0: through all links @param protocol 0: whoever made them */
  async #routeRows(index: number, protocol: number): Promise<RouteRow[]> {
    const rows: RouteRow[] = []
    for (const family of [c.AF_INET, c.AF_INET6]) {
      const draft = requests.dumpRoutes(index, family, protocol)
      for (const { body } of await this.#kernel.dump(draft, 'list routes')) {
        const row = decodeRoute(body)
        if (typeof row === 'string' || row.table !== c.RT_TABLE_MAIN) continue
        if (index !== 0 && row.index !== index) continue
        if (protocol === 0 || row.protocol === protocol) rows.push(row)
      }
    }
    return rows
  }
}

function routeOf({ destination, gateway, metric }: RouteRow): LinkRoute {
  return { destination, gateway, metric }
}

function mtuOf(body: Buffer): number {
  let mtu = 0
  forEachAttribute(body, linkHeaderSize, body.length, (type, from, to) => {
    if (type === c.IFLA_MTU && to - from === 4) mtu = body.readUInt32LE(from)
  })
  return mtu
}

function isKernelSince([major, minor]: readonly [number, number]): boolean {
  const [ownMajor = 0, ownMinor = 0] = release().split('.').map(Number)
  return ownMajor > major || (ownMajor === major && ownMinor >= minor)
}
