import type { RequestMethod } from '@claimd/sdk/wire'
import { claimdError } from '../../core/errors.js'
import { shellWord } from '../../core/shell-word.js'
import type { AcceptedPlugin } from '../discovery/found-plugin.js'
import type { HeldClaim } from '../supervisor/facts.js'
import type { Instance } from '../supervisor/instance.js'
import type { Caller } from './caller.js'
import type { Services } from './services.js'

/** What is known about plugins that ask. */
export interface CallerFacts {
  /** Why a version may not run, or `null`: what was granted may have been taken back since it was started. */
  refusal(version: AcceptedPlugin): string | null
  /** The path of its data folder, links followed. */
  data(plugin: string): string
  /** Whom a plugin runs as; `null`: the host's own user. */
  user(plugin: string): Caller['user']
  /** What it holds now. */
  held(plugin: string): readonly HeldClaim[]
}

/** Where it is told what comes of requests. */
export type CallerEvents = Pick<Caller, 'note' | 'child'>

/** Puts the requests of processes to the services, each as one caller. */
export class Callers {
  readonly #services: Services
  readonly #facts: CallerFacts
  readonly #callers = new WeakMap<Instance, Caller>()

  constructor(services: Services, facts: CallerFacts) {
    this.#services = services
    this.#facts = facts
  }

  /** @param isCurrent whether it is the version that answers: one that is tried, or stands by, holds nothing */
  async serve(
    instance: Instance,
    isCurrent: () => boolean,
    events: CallerEvents,
    method: RequestMethod,
    params: object,
  ): Promise<object> {
    const refusal = instance.version && this.#facts.refusal(instance.version)
    let caller = this.#callers.get(instance)
    if (!caller) {
      caller = this.#make(instance, isCurrent, events)
      this.#callers.set(instance, caller)
    }
    if (refusal !== null) throw mayNotRun(caller.plugin, refusal)
    return this.#services.handle(method, params, caller)
  }

  #make(instance: Instance, isCurrent: () => boolean, events: CallerEvents): Caller {
    const { version } = instance
    if (version === null) {
      throw claimdError('REQUEST_MALFORMED', {
        message: 'a process without a plugin asks for nothing',
        found: 'a request before anything was loaded',
      })
    }
    const { data, user } = this.#facts
    const held = (plugin: string) => (isCurrent() ? this.#facts.held(plugin) : [])
    const { name, build, permissions } = version
    return {
      plugin: name,
      build,
      // A version that asks for more than was granted does not run.
      granted: permissions,
      signal: instance.signal,
      user: user(name),
      data: data(name),
      isCurrent,
      configured: () => instance.configured,
      held: (adapter) => held(name).find((claim) => claim.adapter.id === adapter) ?? null,
      heldAdapters: () => held(name).map((claim) => claim.adapter),
      ...events,
      tell: (handle, event) => instance.tell(handle, event),
    }
  }
}

/** It was started when it might, and will not run for long. */
function mayNotRun(plugin: string, refusal: string) {
  return claimdError('NOT_ALLOWED', {
    message: `plugin ${plugin} may not ask the host for anything: ${refusal}`,
    found: refusal,
    expected: 'a version that may run',
    remedy: `see what is wrong with it: claimd plugin show ${shellWord(plugin)}`,
  })
}
