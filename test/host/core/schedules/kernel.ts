import type { Link, LinkEvent } from '../../../../host/core/adapters/link.js'
import { link } from '../rig.js'

export const adapterCount = 3
/** The bridge that the others may be ports of. */
export const bridge = adapterCount
const firstIndex = 10

/** What may happen to one link. */
export type LinkChange =
  | 'appear'
  /** Seen before udev has finished with it, until `udev`. */
  | 'appear early'
  | 'vanish'
  | 'move'
  | 'recreate'
  | 'up'
  | 'carrier'
  | 'address'
  | 'rename'
  | 'swap'
  | 'port'
  | 'member'
  | 'mac'
  | 'managed'
  | 'udev'
  | 'kind'

/** The links of a small machine. While events are lost, changes are seen only with the next snapshot. */
export class Kernel {
  losing = false
  private readonly links = new Map<number, Link>()
  private made = 0

  snapshot(reason: 'start' | 'overflow'): LinkEvent {
    this.losing = false
    return { type: 'snapshot', reason, links: [...this.links.values()] }
  }

  get(adapter: number): Link | undefined {
    return this.links.get(firstIndex + adapter)
  }

  /** @returns what the link source tells of it */
  change(adapter: number, change: LinkChange): LinkEvent[] {
    const events = this.changed(adapter, change)
    return this.losing ? [] : events
  }

  private changed(adapter: number, change: LinkChange): LinkEvent[] {
    const it = this.get(adapter)
    if (change === 'appear' || change === 'appear early') {
      const awaitsUdev = change === 'appear early'
      return it ? [] : [this.set({ ...this.fresh(adapter, `lab${adapter}`), awaitsUdev })]
    }
    if (!it) return []
    const { index } = it
    switch (change) {
      case 'vanish':
      case 'move':
        this.links.delete(index)
        return [{ type: 'link-gone', index, movedTo: change === 'move' ? { namespace: 7, index } : null }]
      case 'recreate':
        return [{ type: 'link-gone', index, movedTo: null }, this.set(this.fresh(adapter, it.name))]
      case 'swap': {
        const other = this.get((adapter + 1) % adapterCount)
        if (!other || other === it) return []
        const between = this.set({ ...it, name: `swap${++this.made}` })
        return [between, this.set({ ...other, name: it.name }), this.set({ ...it, name: other.name })]
      }
      case 'kind':
        // Only a link that was re-made has another kind; it shows when events were lost.
        if (this.losing) this.set({ ...it, kind: it.kind === 'veth' ? 'dummy' : 'veth' })
        return []
      default:
        return [this.set({ ...it, ...this.difference(it, change) })]
    }
  }

  private difference(it: Link, change: LinkChange): Partial<Link> {
    switch (change) {
      case 'up':
        return { up: !it.up, carrier: it.up ? null : true }
      case 'carrier':
        return { carrier: !it.carrier }
      case 'address':
        return {
          addresses: it.addresses.length > 1 ? [] : [...it.addresses, `10.0.0.${++this.made % 250}/24`],
        }
      case 'rename':
        return { name: it.name.startsWith('lab') ? `new${++this.made}` : `lab${it.index - firstIndex}` }
      case 'port':
        return it.master === null
          ? { master: firstIndex + bridge, portOf: 'bridge' }
          : { master: null, portOf: null }
      case 'member':
        return { master: it.master === null ? 99 : null, portOf: null }
      case 'managed':
        return { managedBy: it.managedBy === null ? 'manager' : null }
      case 'udev':
        return { awaitsUdev: false }
      default:
        return { address: this.mac() }
    }
  }

  private fresh(adapter: number, name: string): Link {
    return link(name, {
      index: firstIndex + adapter,
      address: this.mac(),
      kind: adapter === bridge ? 'bridge' : 'veth',
    })
  }

  private mac(): string {
    return `02:00:00:00:00:${(16 + (++this.made % 200)).toString(16)}`
  }

  private set(it: Link): LinkEvent {
    this.links.set(it.index, it)
    return { type: 'link', link: it }
  }
}
