import type {
  Adapter,
  Answer,
  ClaimStands,
  Connecting,
  Offer,
  PluginContext,
  Provider,
  Released,
} from '@claimd/sdk'
import type { Thrown } from '@claimd/sdk/conformance'
import { answerFault } from './answer-fault.js'
import { callDirectly } from './direct-call.js'
import { refusalOf, textOf } from './plain-text.js'
import { memoryInUse } from './process-facts.js'
import { type Contributed, type ProbeRequest, probeKey, type Seen } from './requests.js'

const connecting = [
  'resources',
  'validate',
  'connect',
  'disconnect',
  'status',
  'typeSpecific',
] as const satisfies (keyof Connecting)[]

/**
 * Stands between the runner and the providers of a plugin: notices what their methods do, and calls them when the
 * kit asks for that.
 */
export class Probe {
  readonly seen: Seen = {
    activation: null,
    missing: [],
    connects: [],
    threw: null,
    claimedThrew: null,
    releaseThrew: null,
    malformed: null,
    refusals: {},
  }
  readonly #contributed: Contributed
  readonly #providers = new Map<string, Record<string, unknown>>()

  constructor(contributed: Contributed) {
    this.#contributed = contributed
  }

  /** Notes the first throw there. */
  note(where: Thrown, thrown: unknown, prefix = ''): void {
    if (this.seen[where] !== null) return
    this.seen[where] = prefix + textOf(thrown)
    const refusal = refusalOf(thrown)
    if (refusal !== null) this.seen.refusals[where] = refusal
  }

  contextFor(context: PluginContext): PluginContext {
    const register = (id: string, provider: Provider) => {
      // Too late, and known already: a stand-in has its place.
      if (this.seen.missing.includes(id)) return { dispose() {} }
      if (typeof provider !== 'object' || provider === null) return context.providers.register(id, provider)
      // Without these the runner refuses it, and does so in words of its own.
      if (!('claimConnection' in provider) && !('connect' in provider))
        return context.providers.register(id, provider)
      const registration = context.providers.register(id, this.#wrap(id, provider))
      this.#providers.set(id, provider as Record<string, unknown>)
      if (typeof provider.connect === 'function') this.seen.connects.push(id)
      return registration
    }
    return Object.create(context, {
      providers: { value: Object.freeze({ register }), enumerable: true },
    })
  }

  /** Registers what the plugin did not: the runner would end the process, and nothing could be found out. */
  standIn(context: PluginContext): void {
    this.seen.missing = this.#contributed.providers.filter((id) => !this.#providers.has(id))
    for (const id of this.seen.missing) context.providers.register(id, this.#wrap(id, {}))
  }

  #wrap(id: string, provider: Provider): Provider {
    const watched = (method: 'claimConnection' | 'verify', offer: Offer) =>
      this.#watch(method, offer, () => (provider[method] as (offer: Offer) => unknown).call(provider, offer))
    const wrapped: Provider = {
      claimConnection: (offer) => {
        const { [probeKey]: request, ...adapter } = offer.adapter as Adapter & { [probeKey]?: ProbeRequest }
        if (request) return this.#serve(id, request, adapter)
        if (provider.claimConnection) return watched('claimConnection', offer)
        return { result: 'NOT_SUPPORTED', reason: 'it does not claim adapters' }
      },
    }
    // What comes of these the kit sees at the host.
    for (const method of connecting) {
      const call = provider[method] as ((given: unknown) => unknown) | undefined
      if (call) Object.assign(wrapped, { [method]: (given: unknown) => call.call(provider, given) })
    }
    if (provider.verify) wrapped.verify = (held) => watched('verify', held)
    if (provider.claimed)
      wrapped.claimed = this.#noting('claimedThrew', (now: ClaimStands) => provider.claimed!(now))
    if (provider.released)
      wrapped.released = this.#noting('releaseThrew', (was: Released) => provider.released!(was))
    return wrapped
  }

  #noting<News>(where: 'claimedThrew' | 'releaseThrew', tell: (news: News) => void | Promise<void>) {
    return async (news: News) => {
      try {
        await tell(news)
      } catch (thrown) {
        this.note(where, thrown)
        throw thrown
      }
    }
  }

  #watch(method: string, offer: Offer, call: () => unknown): Answer | Promise<Answer> {
    const threw = (thrown: unknown): never => {
      // What an abort ends may end so.
      if (!offer.signal.aborted) this.note('threw', thrown, `${method}: `)
      throw thrown
    }
    const answered = (answer: unknown) => {
      const fault = answerFault(answer, this.#contributed.resultCodes)
      if (fault !== null) this.seen.malformed ??= `${method}: ${fault}`
      return answer as Answer
    }
    try {
      const answer = call()
      if (typeof (answer as PromiseLike<unknown> | null)?.then !== 'function') return answered(answer)
      return Promise.resolve(answer).then(answered, threw)
    } catch (thrown) {
      return threw(thrown)
    }
  }

  async #serve(id: string, request: ProbeRequest, adapter: Adapter): Promise<Answer> {
    const reply =
      request.do === 'observe'
        ? this.seen
        : request.do === 'memory'
          ? memoryInUse()
          : await callDirectly(this.#providers.get(id), request, adapter)
    return { result: 'UNEXPECTED', reason: JSON.stringify(reply) }
  }
}
