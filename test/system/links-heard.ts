import { isDeepStrictEqual } from 'node:util'
import { evidenceOf } from '../../host/core/adapters/identity.js'
import type { Link, LinkEvent } from '../../host/core/adapters/link.js'

/** The links as somebody knows them who has heard all events, and what is wrong with what was heard. */
export class Heard {
  /** Whatever can never be right, in words. */
  readonly faults: string[] = []
  readonly #links = new Map<number, Link>()
  #lossy = false

  /** Takes one delivery. */
  take(events: readonly LinkEvent[]): void {
    for (const event of events) this.#one(event)
    const snapshot = events.find((event) => event.type === 'snapshot')
    if (snapshot) this.#lossy ||= snapshot.reason === 'overflow'
    // Between two messages the kernel never has a name twice. Where some of them are lost, only a snapshot must
    // know that.
    else if (this.#lossy) return
    const names = [...this.#links.values()].map((link) => link.name)
    if (new Set(names).size < names.length) this.faults.push(`two links have one name: ${names.join(' ')}`)
  }

  /** In the order of their indexes. */
  get links(): Link[] {
    return [...this.#links.values()].sort((a, b) => a.index - b.index)
  }

  #one(event: LinkEvent): void {
    if (event.type === 'snapshot') {
      this.#links.clear()
      for (const link of event.links) this.#links.set(link.index, link)
    } else if (event.type === 'link') {
      const before = this.#links.get(event.link.index)
      if (before && evidenceOf(before) !== evidenceOf(event.link))
        this.faults.push(
          `${before.name} became another link: ${evidenceOf(before)} ${evidenceOf(event.link)}`,
        )
      if (isDeepStrictEqual(before, event.link)) this.faults.push(`${event.link.name} did not change`)
      this.#links.set(event.link.index, event.link)
    } else if (!this.#links.delete(event.index)) this.faults.push(`${event.index} went and was not there`)
  }
}
