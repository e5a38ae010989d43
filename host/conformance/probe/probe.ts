/**
 * Stands between the runner and the plugin in the plugin's own process: it notices what happens there, and calls
 * methods of providers when the kit asks for that. It is copied beside the plugin and imports nothing but Node.
 */
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import type { Adapter, Answer, Offer, PluginContext, PluginModule, Provider } from '@claimd/sdk'
import type { Called, Observed } from '@claimd/sdk/conformance'

/** An adapter that carries a request for the probe under this key; its answer's reason is the reply, in JSON. */
export const probeKey = 'conformance'

/** A line of the plugin's log that begins so tells what `deactivate` left behind. */
export const leftoversMark = 'conformance: left behind '

export type ProbeRequest =
  | { do: 'observe' }
  | { do: 'memory' }
  | {
      do: 'call'
      method: 'claimConnection' | 'disconnect'
      connection: string
      fence: number
      abortAfterMs: number | null
      frozen: boolean
    }

export interface Contributed {
  providers: string[]
  resultCodes: string[]
}

/** How long a call may go on after its abort, in milliseconds: the host's own deadline is not to end first. */
const patience = 1200

/** Kinds of resources that keep a process alive until somebody ends them. */
const lasting =
  /^(Timeout|FSEventWrap|StatWatcher|ProcessWrap|SignalWrap|Worker|MessagePort|(TCP|UDP|Pipe)\w*Wrap)$/

/** Makes a plugin of the one that `load` imports. */
export function instrument(load: () => Promise<unknown>, contributed: Contributed): PluginModule {
  const probe = new Probe(contributed)
  let plugin: PluginModule | undefined
  return {
    async activate(context) {
      // The streams are made at their first use.
      void [process.stdout, process.stderr]
      const before = process.getActiveResourcesInfo()
      // The first to be registered is the last to be disposed of.
      context.subscriptions.push({
        dispose: () => context.log(leftoversMark + JSON.stringify(leftovers(before))),
      })
      try {
        plugin = moduleOf(await load())
        await plugin.activate(probe.contextFor(context))
      } catch (thrown) {
        probe.seen.activation = textOf(thrown)
      }
      probe.standIn(context)
    },
    deactivate: () => plugin?.deactivate?.(),
  }
}

class Probe {
  readonly seen: Observed = {
    activation: null,
    missing: [],
    threw: null,
    releaseThrew: null,
    malformed: null,
  }
  readonly #contributed: Contributed
  readonly #providers = new Map<string, Record<string, unknown>>()

  constructor(contributed: Contributed) {
    this.#contributed = contributed
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
    if (provider.verify) wrapped.verify = (held) => watched('verify', held)
    if (provider.released) {
      wrapped.released = async (was) => {
        try {
          await provider.released!(was)
        } catch (thrown) {
          this.seen.releaseThrew ??= textOf(thrown)
          throw thrown
        }
      }
    }
    return wrapped
  }

  #watch(method: string, offer: Offer, call: () => unknown): Answer | Promise<Answer> {
    const threw = (thrown: unknown): never => {
      // What an abort ends may end so.
      if (!offer.signal.aborted) this.seen.threw ??= `${method}: ${textOf(thrown)}`
      throw thrown
    }
    const answered = (answer: unknown) => {
      const fault = this.#faultOf(answer)
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

  /** What makes an answer none, or `null`. */
  #faultOf(answer: unknown): string | null {
    if (typeof answer !== 'object' || answer === null)
      return `the answer is ${answer === null ? 'null' : typeof answer}`
    const { result, connection, retryAfterMs, reason, evidence, volatile } = answer as Record<string, unknown>
    if (!this.#contributed.resultCodes.includes(result as string)) return `the result is ${shown(result)}`
    if (result === 'SUCCESS') {
      if (typeof connection !== 'string') return `SUCCESS with the connection ${shown(connection)}`
      if (!['undefined', 'boolean'].includes(typeof volatile)) return `volatile is ${shown(volatile)}`
      if (!['undefined', 'string'].includes(typeof evidence)) return `the evidence is ${shown(evidence)}`
    } else if (!['undefined', 'string'].includes(typeof reason)) return `the reason is ${shown(reason)}`
    if (result === 'PENDING' && !(typeof retryAfterMs === 'number' && retryAfterMs >= 0))
      return `PENDING with retryAfterMs ${shown(retryAfterMs)}`
    try {
      JSON.stringify(answer)
      return null
    } catch (thrown) {
      return `the answer cannot be sent: ${textOf(thrown)}`
    }
  }

  async #serve(id: string, request: ProbeRequest, adapter: Adapter): Promise<Answer> {
    const reply =
      request.do === 'observe'
        ? this.seen
        : request.do === 'memory'
          ? memoryInUse()
          : await this.#call(id, request, adapter)
    return { result: 'UNEXPECTED', reason: JSON.stringify(reply) }
  }

  async #call(id: string, request: Extract<ProbeRequest, { do: 'call' }>, adapter: Adapter): Promise<Called> {
    const { method, connection, fence, abortAfterMs, frozen } = request
    const provider = this.#providers.get(id)
    const called: Called = { exists: false, threw: null, settledMs: null, wroteToAdapter: false }
    const action = provider?.[method]
    if (typeof action !== 'function') return called
    called.exists = true
    const given: Adapter = structuredClone(adapter)
    if (frozen) {
      Object.freeze(given.addresses)
      Object.freeze(given)
    }
    const before = JSON.stringify(given)
    const controller = new AbortController()
    const offer = { id: 'conformance', adapter: given, connection, fence, signal: controller.signal }
    let since = performance.now()
    let timer: NodeJS.Timeout | undefined
    const later = (ms: number) =>
      new Promise<void>((resolve) => {
        timer = setTimeout(resolve, ms)
      })
    const settled = (async () => action.call(provider, offer))().then(
      (answer) => {
        called.answer = briefly(answer)
        called.settledMs = Math.max(0, performance.now() - since)
      },
      (thrown) => {
        called.threw = textOf(thrown)
        called.settledMs = Math.max(0, performance.now() - since)
      },
    )
    if (abortAfterMs !== null) {
      if (abortAfterMs > 0) await Promise.race([later(abortAfterMs), settled])
      clearTimeout(timer)
      since = performance.now()
      controller.abort()
    }
    await Promise.race([settled, later(patience)])
    clearTimeout(timer)
    called.wroteToAdapter = JSON.stringify(given) !== before
    return called
  }
}

function moduleOf(imported: unknown): PluginModule {
  const { default: whole } = imported as { default?: PluginModule }
  const module =
    typeof (imported as PluginModule).activate === 'function' ? (imported as PluginModule) : whole
  if (typeof module?.activate === 'function') return module
  throw new Error('main does not export a function "activate"')
}

function leftovers(before: readonly string[]): string[] {
  const rest = [...before]
  return process.getActiveResourcesInfo().filter((kind) => {
    const at = rest.indexOf(kind)
    if (at >= 0) rest.splice(at, 1)
    return at < 0 && lasting.test(kind)
  })
}

let collect: (() => void) | undefined

function memoryInUse(): number {
  setFlagsFromString('--expose-gc')
  collect ??= runInNewContext('gc') as () => void
  collect()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}

function briefly(answer: unknown): NonNullable<Called['answer']> {
  const { result, reason, connection } = Object(answer)
  const fields = Object.entries({ result, reason, connection }).filter(
    ([, value]) => typeof value === 'string',
  )
  return Object.fromEntries(fields.map(([key, value]) => [key, plain(value)]))
}

function shown(value: unknown): string {
  return plain(typeof value === 'string' ? `'${value}'` : String(value), 80)
}

function textOf(thrown: unknown): string {
  return plain(thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : String(thrown))
}

/** Short, and of one character each in JSON: a reply has the length of a reason. */
function plain(text: string, limit = 200): string {
  const simple = text.replace(/["\\]/g, "'").replace(/[^\x20-\x7e]/g, ' ')
  return simple.length > limit ? `${simple.slice(0, limit - 3)}...` : simple
}
