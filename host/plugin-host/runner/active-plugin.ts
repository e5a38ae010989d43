import type { ConfiguredConnection, Disposable, PluginContext, PluginModule, Provider } from '@claimd/sdk'
import {
  type ActivateParams,
  checkArguments,
  malformedCall,
  pluginMethods,
  type ReportParams,
  registeredAlready,
} from '@claimd/sdk/wire'
import { contextServices } from './context-services.js'
import type { HostRequests, Notify } from './host-requests.js'
import { textLimit } from './wire-limits.js'

/** A plugin that is loaded: its context, and what it has registered. */
export class ActivePlugin {
  readonly #providers = new Map<string, Provider>()
  readonly #registrations: Disposable[] = []
  readonly #context: PluginContext
  readonly #module: PluginModule
  #configured: readonly ConfiguredConnection[]

  constructor(module: PluginModule, params: ActivateParams, notify: Notify, requests: HostRequests) {
    this.#module = module
    this.#configured = deepFreeze(params.configured)
    this.#context = this.#makeContext(params, notify, requests)
  }

  async activate(): Promise<void> {
    await this.#module.activate(this.#context)
  }

  /** @throws when the plugin did not register what its manifest contributes: it would be asked in vain. */
  checkRegistered(contributed: readonly string[]): void {
    const missing = contributed.filter((id) => !this.#providers.has(id))
    if (missing.length > 0) {
      throw new Error(`activate did not register what the manifest contributes: ${missing.join(', ')}`)
    }
  }

  provider(id: string): Provider | undefined {
    return this.#providers.get(id)
  }

  configure(configured: readonly ConfiguredConnection[]): void {
    this.#configured = deepFreeze(configured)
  }

  /** Undoes everything, last first. One failure does not keep the rest from being undone. */
  async deactivate(failed: (error: unknown) => void): Promise<void> {
    const attempt = async (undo: () => unknown) => {
      try {
        await undo()
      } catch (error) {
        failed(error)
      }
    }
    await attempt(() => this.#module.deactivate?.())
    for (const list of [this.#context.subscriptions, this.#registrations]) {
      for (const disposable of list.splice(0).reverse()) await attempt(() => disposable.dispose())
    }
  }

  #makeContext(params: ActivateParams, notify: Notify, requests: HostRequests): PluginContext {
    return Object.freeze({
      plugin: Object.freeze(params.plugin),
      providers: Object.freeze({
        register: (id: string, provider: Provider) => this.#register(id, provider, params.providers),
      }),
      connections: Object.freeze({
        configured: () => this.#configured,
        report: (connection: string, fence: number, state: ReportParams['state'], reason: string) => {
          checkArguments('context.connections.report', [connection, fence, state, reason])
          // A message that is too long is skipped, and the claim would go on. The host cuts it to its limit.
          const bounded = reason.slice(0, textLimit + 1)
          notify(pluginMethods.report, { connection, fence, state, reason: bounded })
        },
      }),
      ...contextServices(requests, params.data, notify),
      subscriptions: [],
    })
  }

  #register(id: string, provider: Provider, contributed: readonly string[]): Disposable {
    checkArguments('context.providers.register', [id, provider])
    if (!contributed.includes(id)) {
      const expected = contributed.join(', ') || 'none'
      throw malformedCall({
        message: `The manifest contributes no provider ${JSON.stringify(id)}; it has: ${expected}`,
        found: JSON.stringify(id),
        expected,
        remedy: 'correct the id, or add the provider to `contributes.providers` in the manifest',
      })
    }
    if (this.#providers.has(id)) throw registeredAlready(id)
    this.#providers.set(id, provider)
    const registration = {
      dispose: () => {
        if (this.#providers.get(id) === provider) this.#providers.delete(id)
      },
    }
    this.#registrations.push(registration)
    return registration
  }
}

/** Freezes a document. What a provider is given is shared by nobody, but looks as if it could be changed. */
export function deepFreeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value
  for (const part of Object.values(value)) deepFreeze(part)
  return Object.freeze(value)
}
