import type { Link } from '../../core/adapters/link.js'
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
import { claimdError } from '../../core/errors.js'
import type { SimulatedLinks } from './simulated-links.js'
import type { SimulatedFields, SimulatedLink } from './simulation.js'

/** With a lower MTU the kernel gives a link no IPv6. */
const leastForIPv6 = 1280
const mtuLimits = { least: 68, most: 65_535 }

/** Changes links so that those who listen to the source hear of it. */
interface ToldChanges {
  /** @returns its index */
  add(link: SimulatedLink): number
  change(name: string, fields: SimulatedFields): void
  remove(name: string): void
}

/** Changes simulated links, by the rules of a kernel and with its words. Others change them through the source. */
export class SimulatedChanger implements LinkChanger {
  readonly #links: SimulatedLinks
  readonly #source: ToldChanges

  constructor(links: SimulatedLinks, source: ToldChanges) {
    this.#links = links
    this.#source = source
  }

  async look(index: number): Promise<LinkState | null> {
    const link = this.#links.get(index)
    return link ? this.#stateOf(link) : null
  }

  async find(name: string): Promise<LinkState | null> {
    const link = this.#links.all().find((one) => one.name === name)
    return link ? this.#stateOf(link) : null
  }

  async addresses(index: number): Promise<Marked<{ address: string }>[]> {
    const link = this.#links.get(index)
    if (!link) return []
    const { ours } = this.#links.settings(index)
    return link.addresses.map((address) => ({ address, ours: ours.has(address) }))
  }

  async routes(index: number): Promise<Marked<LinkRoute>[]> {
    return this.#links.get(index) ? [...this.#links.settings(index).routes] : []
  }

  async marked(): Promise<Mark[]> {
    return this.#links.all().flatMap(({ index }) => {
      const { ours, routes } = this.#links.settings(index)
      return [
        ...[...ours].map((address): Mark => ({ index, change: { type: 'address', address } })),
        ...routes
          .filter((route) => route.ours)
          .map(({ ours: _, ...route }): Mark => ({ index, change: { type: 'route', route } })),
      ]
    })
  }

  async setUp(index: number, up: boolean): Promise<void> {
    const { name } = this.#there(index)
    this.#source.change(name, { up })
  }

  async setMtu(index: number, mtu: number): Promise<void> {
    const { name, addresses } = this.#there(index)
    if (mtu < mtuLimits.least) throw refused('EINVAL (invalid argument): mtu less than device minimum')
    if (mtu > mtuLimits.most) throw refused('EINVAL (invalid argument): mtu greater than device maximum')
    const settings = this.#links.settings(index)
    settings.mtu = mtu
    if (mtu >= leastForIPv6) return
    settings.routes = settings.routes.filter(({ destination }) => !destination.includes(':'))
    if (addresses.some((address) => address.includes(':')))
      this.#source.change(name, { addresses: addresses.filter((address) => !address.includes(':')) })
  }

  async losses(index: number, by: 'down' | 'low-mtu'): Promise<Loss[]> {
    const { name, addresses } = this.#there(index)
    const { ours, routes } = this.#links.settings(index)
    const taken = addresses.filter((address) => address.includes(':') && !ours.has(address))
    const through = routes.filter(
      (route) => !route.ours && (by === 'down' || route.destination.includes(':')),
    )
    return [
      ...taken.map((address) => ({
        what: `address ${address} on ${name}`,
        restore: JSON.stringify({ address }),
      })),
      ...through.map((route) => ({
        what: `route to ${route.destination}, metric ${route.metric}, through ${name}`,
        restore: JSON.stringify({ route }),
      })),
    ]
  }

  async restore(index: number, losses: readonly Loss[]): Promise<Lost[]> {
    const there = new Set((await this.losses(index, 'down')).map(({ what }) => what))
    for (const { what, restore } of losses) {
      if (there.has(what) || restore === null) continue
      const { address, route } = JSON.parse(restore)
      const { name, addresses } = this.#there(index)
      if (address) this.#source.change(name, { addresses: [...addresses, address] })
      else this.#links.settings(index).routes.push(route)
    }
    return losses
      .filter(({ what, restore }) => restore === null && !there.has(what))
      .map(({ what }) => ({ what, because: 'only whoever made it can make it again' }))
  }

  async addAddress(index: number, address: string): Promise<void> {
    const { name, addresses } = this.#there(index)
    if (addresses.includes(address))
      throw refused('EEXIST (file already exists): ipv4: Address already assigned')
    this.#source.change(name, { addresses: [...addresses, address] })
    this.#links.settings(index).ours.add(address)
  }

  async removeAddress(index: number, address: string): Promise<boolean> {
    const link = this.#links.get(index)
    if (!link?.addresses.includes(address)) return false
    this.#source.change(link.name, { addresses: link.addresses.filter((one) => one !== address) })
    return true
  }

  async addRoute(index: number, route: LinkRoute): Promise<void> {
    const { up } = this.#there(index)
    if (!up) throw refused('ENETDOWN (network is down): Nexthop device is not up')
    const others = this.#links.all().flatMap((link) => this.#links.settings(link.index).routes)
    const { destination, metric } = route
    if (others.some((one) => one.destination === destination && one.metric === metric)) {
      throw refused('EEXIST (file already exists)')
    }
    this.#links.settings(index).routes.push({ ...route, ours: true })
  }

  async removeRoute(index: number, { destination, gateway, metric }: LinkRoute): Promise<boolean> {
    if (!this.#links.get(index)) return false
    const settings = this.#links.settings(index)
    const left = settings.routes.filter(
      (one) => one.destination !== destination || one.gateway !== gateway || one.metric !== metric,
    )
    const isRemoved = left.length < settings.routes.length
    settings.routes = left
    return isRemoved
  }

  async create(recipe: LinkRecipe): Promise<void> {
    const { name, kind } = recipe
    const address = 'address' in recipe ? recipe.address : null
    const names = recipe.kind === 'veth' ? [name, recipe.peer] : [name]
    if (this.#links.all().some((link) => names.includes(link.name)))
      throw refused('EEXIST (file already exists)')
    if (recipe.kind === 'veth') {
      const peer = this.#source.add({ name: recipe.peer, kind, up: false })
      const index = this.#source.add({ name, kind, address, up: false, peer: `-:${peer}` })
      this.#source.change(recipe.peer, { peer: `-:${index}` })
      return
    }
    const parent = 'parent' in recipe ? this.#there(recipe.parent) : null
    this.#source.add({
      name,
      kind,
      address: address ?? parent?.address ?? null,
      up: false,
      peer: parent && `-:${parent.index}`,
    })
  }

  async remove(index: number): Promise<boolean> {
    const link = this.#links.get(index)
    if (!link) return false
    const going = new Set([index])
    for (const one of going) {
      for (const other of this.#links.all()) if (other.peer === `-:${one}`) going.add(other.index)
    }
    for (const one of going) this.#source.remove(this.#links.get(one)!.name)
    return true
  }

  close(): void {}

  #stateOf({ index, name, kind, address, up }: Link): LinkState {
    return { index, name, kind, address, up, mtu: this.#links.settings(index).mtu }
  }

  #there(index: number): Link {
    const link = this.#links.get(index)
    if (!link) throw refused('ENODEV (no such device)')
    return link
  }
}

function refused(words: string): Error {
  return claimdError('LINK_NOT_CHANGED', {
    message: `the simulated kernel did not do it: ${words}`,
    found: words,
    expected: 'a change that a kernel would carry out',
    remedy: 'see what it says',
  })
}
