import type { Adapter } from '@claimd/sdk'
import type { Link, LinkEvent } from '../core/adapters/link.js'
import type { HeldAdapter } from '../core/claims/views.js'
import { claimdError } from '../core/errors.js'
import { describeRoute } from '../core/ledger/undo-entry.js'
import { linkOf } from './adapters/link-of.js'
import type { SimulatedLinks, Trial } from './parts.js'

/** What is asked of a plugin's own bookkeeping is no part of a connect. */
const services = /^(links|exec|dbus|read)/
/** So many requests are remembered. */
const limit = 4096

type Holder = Omit<HeldAdapter, 'adapter'>

interface Connect {
  readonly holder: Holder
  adapter: Adapter | null
  isOver: boolean
}

/** A connect whose requests are counted, held, or made to fail. */
export interface Watch {
  fence: number
  /** The number of the request that fails, from 0; `null`: none. */
  failAt: number | null
  /** What its requests for the adapter wait for; `null`: nothing. */
  held: Promise<void> | null
  requests: number
  hasFailed: boolean
  underWay(): void
}

/** Simulated links that nobody holds, and what a plugin does to those that it is given. */
export class TrialRun implements Trial {
  readonly links: SimulatedLinks
  readonly requests: { what: string; fence: number | null }[] = []
  readonly refused: string[] = []
  /** The connects that are under way. */
  readonly watches = new Set<Watch>()
  readonly #programs = new Map<number, string>()
  readonly #adapters = new Map<string, Adapter>()
  readonly #now = new Map<number, Link>()
  readonly #connects = new Map<number, Connect>()

  constructor(links: SimulatedLinks) {
    this.links = links
  }

  /** @param adapters those that there are; of several with one name the first */
  async start(adapters: readonly Adapter[]): Promise<void> {
    const names = new Set<string>()
    for (const adapter of adapters) {
      if (names.has(adapter.name)) continue
      names.add(adapter.name)
      this.#adapters.set(adapter.id, adapter)
      this.links.add({ ...linkOf(adapter), addresses: [] })
    }
    await this.links.start((events) => this.#take(events))
  }

  /** As it is at this moment; `null` when there is none with this id. */
  adapter(id: string): Adapter | null {
    const adapter = this.#adapters.get(id)
    const link = adapter && this.#now.get(adapter.index)
    if (!link) return null
    const { up, carrier, addresses } = link
    return { ...adapter, up, carrier, addresses: [...addresses] }
  }

  /** @param adapter the one that is reserved for it; `null` where the provider makes its own link */
  begin(holder: Holder, adapter: Adapter | null): void {
    this.#connects.set(holder.fence, { holder, adapter, isOver: false })
  }

  /** All that was made with its fence is gone. */
  end(fence: number): void {
    const connect = this.#connects.get(fence)
    if (connect) connect.isOver = true
  }

  /** The adapter of a connect, as it is at this moment. */
  adapterOf(fence: number): Adapter | null {
    const adapter = this.#connects.get(fence)?.adapter
    return adapter ? this.adapter(adapter.id) : null
  }

  holding(adapter: string, fence: number): HeldAdapter | null {
    const connect = this.#connects.get(fence)
    const now = connect?.adapter?.id === adapter && !connect.isOver ? this.adapter(adapter) : null
    return connect && now ? { ...connect.holder, adapter: now } : null
  }

  making(plugin: string, fence: number): Holder | null {
    const connect = this.#connects.get(fence)
    return connect && !connect.isOver && connect.holder.plugin === plugin ? connect.holder : null
  }

  adopt(fence: number, index: number): Adapter | null {
    const connect = this.#connects.get(fence)
    const link = this.#now.get(index)
    if (!connect || !link) return null
    const { name, alternativeNames, kind, driver, address, up, carrier, addresses } = link
    const where = {
      permanentAddress: link.permanentAddress,
      path: link.path,
      vendor: link.vendor,
      product: link.product,
    }
    const id = `${index}.1`
    const adapter: Adapter = {
      ...{ id, name, alternativeNames, index, kind, driver, address, ...where },
      ...{ up, carrier, master: null, addresses },
    }
    this.#adapters.set(id, adapter)
    connect.adapter = adapter
    return adapter
  }

  isDialled(fence: number): boolean {
    return this.#connects.has(fence)
  }

  async admit(method: string, params: object): Promise<void> {
    if (!services.test(method)) return
    const { action, fence = null } = params as { action?: string; fence?: number | null }
    const what = action === undefined ? method : `${method}.${action}`
    if (this.requests.length < limit) this.requests.push({ what, fence })
    if (fence !== null && this.#connects.get(fence)?.isOver) this.refused.push(what)
    const watch = [...this.watches].find((one) => fence === null || one.fence === fence)
    if (!watch) return
    const number = watch.requests++
    watch.underWay()
    if (method === 'links' && watch.held) await watch.held
    if (number !== watch.failAt) return
    watch.hasFailed = true
    throw failed(method, what)
  }

  child({ program, pid, running }: { program: string; pid: number; running: boolean }): void {
    if (running) this.#programs.set(pid, program)
    else this.#programs.delete(pid)
  }

  async picture(): Promise<string[]> {
    const changer = this.links.changer()
    const links = [...this.#now.values()].map(async ({ index, name }) => {
      const state = await changer.look(index)
      if (state === null) return []
      const addresses = (await changer.addresses(index)).map(({ address }) => `the address ${address}`)
      const routes = (await changer.routes(index)).map((route) => `the ${describeRoute(route)}`)
      const own = `${state.up ? 'up' : 'down'}, MTU ${state.mtu}`
      return [own, ...addresses, ...routes].map((what) => `${name}: ${what}`)
    })
    const programs = [...this.#programs.values()].map((program) => `the program ${program} runs`)
    return [...(await Promise.all(links)).flat(), ...programs].sort()
  }

  close(): void {
    this.links.close()
  }

  #take(events: readonly LinkEvent[]): void {
    for (const event of events) {
      if (event.type === 'snapshot') for (const link of event.links) this.#now.set(link.index, link)
      else if (event.type === 'link') this.#now.set(event.link.index, event.link)
      else this.#now.delete(event.index)
    }
  }
}

/** What the host would say. */
function failed(method: string, what: string): Error {
  const code = method.startsWith('links')
    ? 'LINK_NOT_CHANGED'
    : method.startsWith('exec')
      ? 'PROGRAM_UNUSABLE'
      : method.startsWith('dbus')
        ? 'DBUS_FAILED'
        : 'FILE_UNREADABLE'
  return claimdError(code, {
    message: `the conformance kit lets ${what} fail`,
    found: 'EBUSY (device or resource busy)',
    expected: 'a connect that ends with a failure',
    remedy: 'answer with a failure, or throw',
  })
}
