import type { LinkEvent, LinkSource } from '../../core/adapters/link.js'
import type { LinkChanger } from '../../core/adapters/link-changer.js'
import type { Place } from '../../core/adapters/place.js'
import { Announcements } from '../announcements.js'
import { playStep } from './play-step.js'
import { SimulatedChanger } from './simulated-changer.js'
import { SimulatedLinks } from './simulated-links.js'
import type { SimulatedFields, SimulatedLink, Simulation } from './simulation.js'

/**
 * Links that are only played, from a script or by calls. What happens in one turn of the loop is told in one
 * delivery, as the kernel's events of one wake-up are.
 */
export class SimulatedSource implements LinkSource {
  readonly kind = 'simulator'
  readonly because = null
  readonly malformed = 0
  readonly where: Place
  readonly #script: Simulation
  readonly #links = new SimulatedLinks()
  readonly #announcements = new Announcements()
  #deliver: ((events: LinkEvent[]) => void) | null = null
  #resyncs = 0
  #overflowed = false
  #telling: NodeJS.Immediate | undefined
  #nextStep: NodeJS.Timeout | undefined

  /**
   * @param script as `readSimulation` returns it; default: no links
   * @param where default: the same for every simulation, so that a restarted host finds its links again
   */
  constructor(
    script: Simulation = { links: [] },
    where: Place = { boot: 'simulated', namespace: 'simulated', cookie: 'simulated' },
  ) {
    this.#script = script
    this.where = where
    for (const link of script.links) this.#links.add(link)
  }

  get resyncs(): number {
    return this.#resyncs
  }

  async start(deliver: (events: LinkEvent[]) => void): Promise<void> {
    this.#deliver = deliver
    deliver(this.#announcements.takeSnapshot('start', this.#links.all()))
    this.#playFrom(0, false)
  }

  close(): void {
    this.#deliver = null
    clearImmediate(this.#telling)
    clearTimeout(this.#nextStep)
  }

  /** Changes these links for claimd, as a kernel would. */
  changer(): LinkChanger {
    return new SimulatedChanger(this.#links, this)
  }

  /** A link appears. @returns its index */
  add(link: SimulatedLink): number {
    const index = this.#links.add(link)
    this.#changed(index)
    return index
  }

  /** Something about a link changes. Without its carrier a link that is set up has one. */
  change(name: string, fields: SimulatedFields): void {
    const index = this.#links.indexOf(name)
    const before = this.#links.get(index)!
    this.#links.change(name, fields)
    if (before.carrier !== true && this.#links.get(index)!.carrier === true)
      this.#announcements.regainsCarrier(index, () => before)
    this.#changed(index)
  }

  rename(from: string, to: string): void {
    this.#changed(this.#links.rename(from, to))
  }

  /** A link goes. @param movedTo the network namespace that it went to, and its index there */
  remove(name: string, movedTo: { namespace: number; index: number } | null = null): void {
    const { index, ports } = this.#links.remove(name)
    this.#announcements.gone(index, movedTo)
    for (const port of ports) this.#changed(port)
    this.#tellSoon()
  }

  /** Many links appear at once. @param link describes the `number`th, from 0 */
  burst(count: number, link: (number: number) => SimulatedLink): void {
    for (let number = 0; number < count; number++) this.add(link(number))
  }

  async catchUp(): Promise<void> {
    clearImmediate(this.#telling)
    this.#tell()
  }

  /** Events are lost: what changed in this turn is told by a snapshot. */
  overflow(): void {
    this.#overflowed = true
    this.#tellSoon()
  }

  #changed(index: number): void {
    this.#announcements.changed(index)
    this.#tellSoon()
  }

  #tellSoon(): void {
    if (this.#deliver !== null) this.#telling ??= setImmediate(() => this.#tell())
  }

  #tell(): void {
    this.#telling = undefined
    let events: LinkEvent[]
    if (this.#overflowed) {
      this.#overflowed = false
      this.#resyncs++
      events = this.#announcements.takeSnapshot('overflow', this.#links.all())
    } else events = this.#announcements.take((index) => this.#links.get(index)!)
    if (events.length > 0) this.#deliver?.(events)
  }

  /**
   * Plays the script from a step on, up to the next one that has to be waited for.
   * @param due whether that step has been waited for
   */
  #playFrom(first: number, due: boolean): void {
    const { steps = [], repeat = false } = this.#script
    let waited = due
    for (let number = first; this.#deliver !== null; number++) {
      if (number === steps.length && repeat) number = 0
      const step = steps[number]
      if (step === undefined) return
      if (step.after && !waited) {
        this.#nextStep = setTimeout(() => this.#playFrom(number, true), step.after)
        return
      }
      waited = false
      playStep(this, step)
    }
  }
}
