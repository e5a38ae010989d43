import { setTimeout as delay } from 'node:timers/promises'
import { type Adapter, type AdapterRow, ClaimdError } from '@claimd/sdk'
import type { RunningDaemon, SimulatedAdapters } from '@claimd/sdk/conformance'
import { linkOf } from './adapters/link-of.js'
import type {
  DaemonUnderTest,
  DaemonUnderTestOptions,
  LinkFields,
  Machine,
  Parts,
  SimulatedLinks,
} from './parts.js'

/** How long a condition is waited for, in milliseconds. */
const patienceMs = 10_000

type GivenOptions = Omit<DaemonUnderTestOptions, 'links' | 'grantAll'>

/** A daemon with links that the kit changes. */
export class DaemonRun implements RunningDaemon, SimulatedAdapters {
  readonly failures: string[] = []
  readonly adapters: SimulatedAdapters = this
  readonly #parts: Parts
  readonly #options: GivenOptions
  readonly #machineOfPlugin: Machine
  /** What there is, for the time after a restart. */
  readonly #machine = new Map<string, LinkFields>()
  #links!: SimulatedLinks
  #daemon!: DaemonUnderTest

  private constructor(parts: Parts, options: GivenOptions, machine: Machine) {
    this.#parts = parts
    this.#options = options
    this.#machineOfPlugin = machine
  }

  static async start(parts: Parts, options: GivenOptions, machine: Machine): Promise<DaemonRun> {
    const run = new DaemonRun(parts, options, machine)
    await run.#start()
    return run
  }

  add(adapter: Adapter): void {
    const link = linkOf(adapter)
    this.#machine.set(link.name, link)
    this.#links.add(link)
  }

  change(name: string, { carrier, ...others }: Partial<Pick<Adapter, 'up' | 'carrier' | 'addresses'>>): void {
    const fields: Partial<LinkFields> = { ...others, ...(typeof carrier === 'boolean' && { carrier }) }
    this.#machine.set(name, { ...this.#machine.get(name), ...fields, name })
    this.#links.change(name, fields)
  }

  rename(from: string, to: string): void {
    this.#machine.set(to, { ...this.#machine.get(from), name: to })
    this.#machine.delete(from)
    this.#links.rename(from, to)
  }

  remove(name: string): void {
    this.#machine.delete(name)
    this.#links.remove(name)
  }

  adapter(name: string): AdapterRow | null {
    return this.#daemon.services.adapters.list().adapters.find((row) => row.name === name) ?? null
  }

  async settled(name: string): Promise<AdapterRow | null> {
    await this.until(() => {
      const row = this.adapter(name)
      if (row === null || row.state === 'offered') return false
      const rounds = this.#daemon.services.adapters.explain(row.id).rounds
      return row.provider !== null || (rounds.length > 0 && rounds.at(-1)!.outcome !== null)
    })
    return this.adapter(name)
  }

  async until(condition: () => boolean): Promise<boolean> {
    const end = performance.now() + patienceMs
    while (!condition()) {
      if (performance.now() > end) return false
      await delay(5)
    }
    return true
  }

  async disconnect(connection: string): Promise<string | null> {
    const who = { uid: process.geteuid!(), gid: process.getegid!(), pid: process.pid }
    try {
      await this.#daemon.services.connections.disconnect(connection, who)
      return null
    } catch (error) {
      if (error instanceof ClaimdError) return error.result
      throw error
    }
  }

  async restart(): Promise<void> {
    await this.stop()
    await this.#start()
  }

  stop(): Promise<void> {
    return this.#daemon.stop()
  }

  async #start(): Promise<void> {
    this.#links = this.#parts.makeLinks([...this.#machine.values()])
    const options = { ...this.#options, links: this.#links, grantAll: true }
    this.#daemon = await this.#parts.startDaemon(options, this.#machineOfPlugin)
    this.#daemon.services.events.onEvents((events) => {
      for (const { type, message } of events) {
        if (type === 'plugin-ended' || type === 'plugin-stuck') this.failures.push(String(message))
      }
    })
    await this.#daemon.settled
  }
}
