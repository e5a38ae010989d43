import { existsSync, lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { basename } from 'node:path'

/** What sysfs says of a link that cannot change while the link exists. */
export interface SysfsTraits {
  /** The bus and the name of the device that the link belongs to; a virtual link has none. */
  bus: string | null
  device: string | null
  virtual: boolean
  /** `DEVTYPE`: some drivers name a kind here. */
  deviceType: string | null
  addressLength: number
  /** The index of the link's peer or parent; of a parent only if it is in the same namespace. */
  partner: number | null
}

/** Links come and go while sysfs is compared with them. */
const comparisons = 5

/**
 * What is not known because sysfs does not show the links of this network namespace; `null` when it does.
 * @param indexes the index of every link, by name
 */
export function sysfsShortcoming(sysfs: Sysfs, indexes: () => ReadonlyMap<string, number>): string | null {
  const lost = 'ports and members of other links, places on a bus and most kinds are not known'
  if (!sysfs.isThere) return `there is no /sys: ${lost}`
  for (let count = 0; count < comparisons; count++) if (sysfs.shows(indexes())) return null
  return `the mounted /sys shows another network namespace: ${lost}`
}

/** The folder of links in sysfs. It shows the network namespace of whoever mounted it. */
export class Sysfs {
  readonly #folder: string

  constructor(folder = '/sys/class/net') {
    this.#folder = folder
  }

  get isThere(): boolean {
    return this.#names() !== null
  }

  /** Whether it shows exactly these links, and so this namespace. */
  shows(links: ReadonlyMap<string, number>): boolean {
    const names = (this.#names() ?? []).filter((name) => existsSync(`${this.#folder}/${name}/ifindex`))
    return (
      names.length === links.size && names.every((name) => this.#number(name, 'ifindex') === links.get(name))
    )
  }

  /** The same for as long as the link exists, whatever it is called, and never of two links. */
  identityOf(name: string): bigint | null {
    return lstatSync(`${this.#folder}/${name}`, { bigint: true, throwIfNoEntry: false })?.ino ?? null
  }

  /** The index of the link that this one is a port or member of. */
  masterOf(name: string): number | null {
    return existsSync(`${this.#folder}/${name}/master`) ? this.#number(name, 'master/ifindex') : null
  }

  carrierOf(name: string): boolean | null {
    const carrier = this.#number(name, 'carrier')
    return carrier === null ? null : carrier !== 0
  }

  /** How often the carrier came or went. */
  carrierChangesOf(name: string): number | null {
    return this.#number(name, 'carrier_changes')
  }

  /** The link-layer address, for those that are longer than a request has room for. */
  addressOf(name: string): string | null {
    return this.#text(name, 'address') || null
  }

  traitsOf(name: string, index: number): SysfsTraits | null {
    if (this.#number(name, 'ifindex') !== index) return null
    const folder = `${this.#folder}/${name}`
    const virtual = !existsSync(`${folder}/device`)
    const subsystem = virtual ? null : target(`${folder}/device/subsystem`)
    const tap = ['macvtap', 'ipvtap'].find((kind) => existsSync(`${folder}/${kind}`))
    const bus = subsystem !== null && /\/bus\/[^/]+$/.test(subsystem) ? basename(subsystem) : null
    return {
      bus,
      device: bus === null ? null : basename(target(`${folder}/device`) ?? '') || null,
      virtual,
      deviceType: /^DEVTYPE=(.+)$/m.exec(this.#text(name, 'uevent') ?? '')?.[1] ?? tap ?? null,
      addressLength: this.#number(name, 'addr_len') ?? 0,
      partner: this.#number(name, 'iflink'),
    }
  }

  /** Whether the link is stacked on the other one, in this namespace. */
  isAbove(name: string, lower: string): boolean {
    return existsSync(`${this.#folder}/${name}/lower_${lower}`)
  }

  #names(): string[] | null {
    try {
      return readdirSync(this.#folder)
    } catch {
      // A sandbox has none, or hides it.
      return null
    }
  }

  #number(name: string, file: string): number | null {
    const text = this.#text(name, file)
    return text !== null && /^-?\d+$/.test(text) ? Number(text) : null
  }

  #text(name: string, file: string): string | null {
    try {
      return readFileSync(`${this.#folder}/${name}/${file}`, 'utf8').trim()
    } catch {
      // The link has gone, or it is down and there is nothing to say.
      return null
    }
  }
}

function target(link: string): string | null {
  try {
    return readlinkSync(link)
  } catch {
    return null
  }
}
