import type { ConfiguredConnection } from './configured-connection.js'
import type { Disposable } from './disposable.js'
import type { Provider } from './provider.js'
import type { DBusService } from './services/dbus.js'
import type { ExecService } from './services/exec.js'
import type { LinksService } from './services/links.js'
import type { Log } from './services/log.js'
import type { OffersService } from './services/offers.js'
import type { ReadService } from './services/read.js'
import type { SecretsService, StorageService } from './services/storage.js'

/**
 * Everything that a plugin may do comes through this object, which `activate` receives. What needs a permission
 * rejects without it: see {@link ContextError}. At most 32 calls may be open at once.
 */
export interface PluginContext {
  /** The plugin's own name and version, from its manifest. */
  readonly plugin: { readonly name: string; readonly version: string }
  readonly providers: {
    /**
     * Registers the implementation of a provider that the manifest contributes.
     * @param id the `id` in `contributes.providers`
     * @throws {ContextError} REQUEST_MALFORMED, also when the manifest has no such provider, or it is registered already
     */
    register(id: string, provider: Provider): Disposable
  }
  readonly connections: {
    /**
     * The connections of this plugin's types that the operator has configured, as they are now; without those of types
     * that belong to another plugin.
     */
    configured(): readonly ConfiguredConnection[]
    /**
     * Reports on a connection that this plugin holds, or has brought up.
     * @param name the connection
     * @param fence the claim's fence, from the offer or from `verify`, or that of the connect; a report with another fence is
     * refused and recorded
     * @param state `lost`: it is down, which ends the claim · `suspended`, `resumed`: its data are paused, and go on · `changed`:
     * it is another one in some way, such as its addresses. Of a claim only `lost` is taken.
     * @param reason shown to the operator
     * @throws {ContextError} REQUEST_MALFORMED
     */
    report(
      name: string,
      fence: number,
      state: 'lost' | 'suspended' | 'resumed' | 'changed',
      reason: string,
    ): void
  }
  /** Asking for adapters to be offered again. */
  readonly offers: OffersService
  /** Changing adapters that the plugin holds, by permission. */
  readonly links: LinksService
  /** Programs of the machine, by permission. */
  readonly exec: ExecService
  /** The system bus, by permission. */
  readonly dbus: DBusService
  /** Files of the machine, by permission. */
  readonly read: ReadService
  /** What the host keeps for the plugin. */
  readonly storage: StorageService
  /** The same for passwords and their like. */
  readonly secrets: SecretsService
  /** The plugin's log. */
  readonly log: Log
  /** Disposed in reverse order when the plugin stops. */
  readonly subscriptions: Disposable[]
}

/** What the plugin's `main` exports. */
export interface PluginModule {
  /** Registers what the manifest contributes. Its deadline is 10 s. */
  activate(context: PluginContext): void | Promise<void>
  /** Called before the process is ended; its deadline is 5 s. */
  deactivate?(): void | Promise<void>
}
