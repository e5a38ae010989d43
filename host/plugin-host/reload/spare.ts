import type { AcceptedPlugin } from '../discovery/found-plugin.js'
import { spareMs } from '../limits.js'
import type { Instance } from './instance.js'

/**
 * A process without code, started at the first sign of a change: while the folder settles and is copied, Node
 * starts. Nobody needs it for long: then it is ended. Where somebody saves again and again, one waits always.
 */
export class Spare {
  readonly #end: (instance: Instance) => void
  readonly #waits: boolean
  #waiting: { instance: Instance; network: boolean; timer: NodeJS.Timeout | null } | null = null

  /** @param waits for a change that has not begun: it is not ended before it is dropped */
  constructor(end: (instance: Instance) => void, waits: boolean) {
    this.#end = end
    this.#waits = waits
  }

  /** @param like the version that the next one is probably like, as to what its process may */
  prepare(like: AcceptedPlugin, make: () => Instance): void {
    if (this.#waiting?.instance.isOver === false) return
    this.drop()
    const timer = this.#waits ? null : setTimeout(() => this.drop(), spareMs)
    this.#waiting = { instance: make(), network: mayNetwork(like), timer }
  }

  /** A process that may be what that version may; `null` when there is none. */
  take(version: AcceptedPlugin): Instance | null {
    const spare = this.#waiting
    if (!spare || spare.instance.isOver || spare.network !== mayNetwork(version)) {
      this.drop()
      return null
    }
    this.#waiting = null
    if (spare.timer) clearTimeout(spare.timer)
    return spare.instance
  }

  drop(): void {
    const spare = this.#waiting
    this.#waiting = null
    if (!spare) return
    if (spare.timer) clearTimeout(spare.timer)
    this.#end(spare.instance)
  }
}

function mayNetwork({ permissions }: AcceptedPlugin): boolean {
  return permissions.network ?? false
}
