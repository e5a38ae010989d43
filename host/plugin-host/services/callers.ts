import type { Adapter, ConfiguredConnection, Permissions } from '@claimd/sdk'
import type { RequestMethod } from '@claimd/sdk/wire'
import type { Places } from '../places.js'
import type { PluginProcess } from '../process/plugin-process.js'
import type { Caller, HeldByPlugin } from './caller.js'
import type { Services } from './services.js'

/** What asks: a version of a plugin in one of its processes. */
export interface Asker {
  name: string
  build: string
  /** All that it may. */
  permissions: Permissions
  /** The configured connections of its types. */
  configured(): readonly ConfiguredConnection[]
  /** Whether it is the version that answers: one that is tried, or stands by, holds nothing. */
  isCurrent(): boolean
}

/** What is known about plugins beside what they are. */
export interface CallerFacts {
  user(plugin: string): { uid: number; gid: number } | null
  /** By which claim the plugin holds the adapter with this id; `null` when it does not. */
  held(plugin: string, adapter: string): HeldByPlugin | null
  heldAdapters(plugin: string): readonly Adapter[]
}

const noFacts: CallerFacts = {
  user: () => null,
  held: () => null,
  heldAdapters: () => [],
}

/** Where it is told what comes of requests. */
export type CallerEvents = Pick<Caller, 'note' | 'child'>

/** Puts the requests of processes to the services, each as one caller. */
export class Callers {
  readonly #services: Services
  readonly #places: Places
  readonly #facts: CallerFacts
  readonly #callers = new WeakMap<PluginProcess, Caller>()

  constructor(services: Services, places: Places, facts: Partial<CallerFacts> = {}) {
    this.#services = services
    this.#places = places
    this.#facts = { ...noFacts, ...facts }
  }

  serve(
    asker: Asker,
    process: PluginProcess,
    events: CallerEvents,
    method: RequestMethod,
    params: object,
  ): Promise<object> {
    let caller = this.#callers.get(process)
    if (!caller) {
      caller = this.#make(asker, process, events)
      this.#callers.set(process, caller)
    }
    return this.#services.handle(method, params, caller)
  }

  #make(asker: Asker, process: PluginProcess, events: CallerEvents): Caller {
    const { name, build, permissions } = asker
    const facts = this.#facts
    return {
      plugin: name,
      build,
      granted: permissions,
      signal: process.signal,
      user: facts.user(name),
      data: this.#places.dataOf(name),
      configured: () => asker.configured(),
      held: (adapter) => (asker.isCurrent() ? facts.held(name, adapter) : null),
      heldAdapters: () => (asker.isCurrent() ? facts.heldAdapters(name) : []),
      ...events,
      tell: (handle, event) => process.tell(handle, event),
    }
  }
}
