import type { Link } from '../../core/adapters/link.js'
import type { LinkRoute } from '../../core/adapters/link-changer.js'
import { placeOf } from '../../core/documents/place.js'
import { shown } from '../../core/documents/shown.js'
import type { SimulatedFields, SimulatedLink } from './simulation.js'

const usualMtu = 1500

/** What cannot be done to the links as they are. `path` leads there from what was asked. */
export class ImpossibleChange extends Error {
  constructor(
    readonly path: readonly string[],
    readonly found: string,
    readonly expected: string,
  ) {
    super(`${placeOf(path)}: found ${found}, expected ${expected}`)
  }
}

/** What of a link only those see who change links. */
export interface SimulatedSettings {
  mtu: number
  routes: (LinkRoute & { ours: boolean })[]
  /** Those of its addresses that carry claimd's mark. */
  ours: Set<string>
}

/** The links of a simulated machine, with the rules by which a real one would change. */
export class SimulatedLinks {
  readonly #links = new Map<number, Link>()
  readonly #byName = new Map<string, number>()
  readonly #settings = new Map<number, SimulatedSettings>()
  #lastIndex = 0

  all(): Link[] {
    return [...this.#links.values()]
  }

  get(index: number): Link | undefined {
    return this.#links.get(index)
  }

  /** Of a link that is there. */
  settings(index: number): SimulatedSettings {
    return this.#settings.get(index)!
  }

  /** @returns the index of the link with this name */
  indexOf(name: string, path: readonly string[] = ['name']): number {
    const index = this.#byName.get(name)
    if (index === undefined) throw new ImpossibleChange(path, shown(name), 'the name of a link that is there')
    return index
  }

  /** @returns the new link's index */
  add(wanted: SimulatedLink): number {
    const { name, index = this.#lastIndex + 1, ...fields } = wanted
    this.#mustBeFree(name, 'name')
    if (this.#links.has(index))
      throw new ImpossibleChange(['index'], shown(index), 'an index that no link has')
    const kind = fields.kind ?? 'ethernet'
    const blank: Link = {
      index,
      name,
      alternativeNames: [],
      kind,
      driver: null,
      address: kind === 'loopback' ? '00:00:00:00:00:00' : derivedAddress(index),
      permanentAddress: null,
      path: null,
      vendor: null,
      product: null,
      peer: null,
      loopback: false,
      up: false,
      carrier: null,
      master: null,
      portOf: null,
      managedBy: null,
      awaitsUdev: false,
      addresses: [],
    }
    const link = this.#changed(blank, { up: true, ...fields })
    this.#lastIndex = Math.max(this.#lastIndex, index)
    this.#links.set(index, link)
    this.#byName.set(name, index)
    this.#settings.set(index, { mtu: usualMtu, routes: [], ours: new Set() })
    return index
  }

  /** @returns the link's index */
  change(name: string, fields: SimulatedFields): number {
    const index = this.indexOf(name)
    const before = this.#links.get(index)!
    const link = this.#changed(before, fields)
    // The kernel keeps those of IPv4.
    if (before.up && !link.up && !fields.addresses)
      link.addresses = link.addresses.filter((address) => !address.includes(':'))
    this.#links.set(index, link)
    const settings = this.settings(index)
    for (const address of settings.ours) if (!link.addresses.includes(address)) settings.ours.delete(address)
    if (!link.up) settings.routes = []
    return index
  }

  /** @returns the index that the link had, and those of its ports */
  remove(name: string): { index: number; ports: number[] } {
    const index = this.indexOf(name, [])
    this.#links.delete(index)
    this.#settings.delete(index)
    this.#byName.delete(name)
    const ports = this.all().filter((link) => link.master === index)
    for (const port of ports) this.#links.set(port.index, { ...port, master: null, portOf: null })
    return { index, ports: ports.map((port) => port.index) }
  }

  /** @returns the link's index */
  rename(from: string, to: string): number {
    const index = this.indexOf(from, ['from'])
    this.#mustBeFree(to, 'to')
    this.#byName.delete(from)
    this.#byName.set(to, index)
    this.#links.set(index, { ...this.#links.get(index)!, name: to })
    return index
  }

  #changed(link: Link, { master, ...fields }: SimulatedFields): Link {
    const next = { ...link, ...fields }
    next.loopback = next.kind === 'loopback'
    if (!next.up) next.carrier = null
    else next.carrier = fields.carrier ?? link.carrier ?? true
    if (master === null) return { ...next, master: null, portOf: null }
    if (master === undefined) return next
    const index = this.indexOf(master, ['master'])
    const { kind } = this.#links.get(index)!
    return { ...next, master: index, portOf: kind === 'vrf' ? null : kind }
  }

  #mustBeFree(name: string, key: string): void {
    if (this.#byName.has(name)) throw new ImpossibleChange([key], shown(name), 'a name that no link has')
  }
}

/** A locally administered address. */
function derivedAddress(index: number): string {
  const digits = index
    .toString(16)
    .padStart(8, '0')
    .replace(/(..)(?=.)/g, '$1:')
  return `02:00:${digits}`
}
