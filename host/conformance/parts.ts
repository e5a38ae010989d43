import type {
  Adapter,
  AdaptersDocument,
  ConfiguredConnection,
  EventDocument,
  ExplainDocument,
  Fault,
  PluginRow,
} from '@claimd/sdk'
import type { Fixtures, MissingFixture } from '@claimd/sdk/testing'
import type { LinkSource } from '../core/adapters/link.js'
import type { LinkChanger } from '../core/adapters/link-changer.js'
import type { ProviderInfo } from '../core/claims/provider-info.js'
import type { ProviderEvent } from '../core/claims/report-event.js'
import type { HeldAdapter } from '../core/claims/views.js'
import type { ActPort, ProviderPort } from '../core/kernel/provider-port.js'

/** The real parts of the host that the kit puts to work; the composition root hands them over. */
export interface Parts {
  hostVersion: string
  /** The plugin host's time limits, in milliseconds. */
  limits: { activateMs: number; deactivateMs: number; offerMs: number; verifyMs: number }
  /**
   * Copies a plugin from its folder or archive, as a host would run it, and checks the copy; TypeScript may be yet to
   * be compiled.
   * @returns what is wrong with it
   */
  copyPlugin(source: string, to: string): Promise<readonly Fault[]>
  /**
   * A plugin host that finds the plugins in `plugins` and keeps what it has to keep in `state`.
   * @param trial default: nothing is connected
   */
  makePluginHost(
    folders: { plugins: string; state: string },
    listener: PluginListener,
    machine: Machine,
    trial?: Trial,
  ): PluginHostUnderTest
  /** Whether a schema of a manifest takes each of these. */
  fitSchema(
    schema: Readonly<Record<string, unknown>>,
    configs: readonly ConfiguredConnection['config'][],
  ): Promise<boolean[]>
  /** Where a plugin host that keeps things in `state` has its copy of a plugin's build. */
  stagedCopy(state: string, plugin: string, build: string): string
  makeLinks(links: readonly LinkFields[]): SimulatedLinks
  startDaemon(options: DaemonUnderTestOptions, machine: Machine): Promise<DaemonUnderTest>
}

/** A plugin host that the kit asks directly. */
export interface PluginHostUnderTest extends ProviderPort, ActPort {
  /** Takes back what was changed about links with this fence. @returns what could not be */
  undo(fence: number): Promise<readonly string[]>
  start(): Promise<void>
  stop(): Promise<void>
  /** The connections alone: doubts about them are not looked for. */
  setConnections(connections: readonly ConfiguredConnection[]): void
  pluginRows(): PluginRow[]
}

/** How the kit has a daemon started. All paths are absolute. */
export interface DaemonUnderTestOptions {
  config: string
  configRequired: boolean
  /** Folders of plugin folders. */
  plugins: string[]
  bundled: boolean
  state: string
  socket: string
  simulate: null
  links: SimulatedLinks
  grantAll: boolean
}

/** A daemon as the kit sees it. */
export interface DaemonUnderTest {
  services: {
    adapters: { list(): AdaptersDocument; explain(adapter: string): ExplainDocument }
    connections: {
      disconnect(connection: string, who: { uid: number; gid: number; pid: number }): Promise<unknown>
    }
    events: { onEvents(listener: (events: readonly EventDocument[]) => void): unknown }
  }
  /** Resolves when the first rounds are over. */
  settled: Promise<void>
  stop(): Promise<void>
}

/** What stands in for the machine where a plugin reads files, runs programs and calls the system bus. */
export interface Machine {
  fixtures: Fixtures
  /** The plugin's own programs are run. */
  isOwn(program: string): boolean
  /** Told of each request of a plugin that the fixtures do not have. */
  onMissing(error: MissingFixture): void
}

/** The connections that the kit has a plugin connect. The fingerprint of a `config` is its JSON. */
export interface Trial {
  readonly links: SimulatedLinks
  /** By which connect the adapter is held; `null` when it is not, or not with this fence. */
  holding(adapter: string, fence: number): HeldAdapter | null
  /** The connect without an adapter for which the plugin may make a link; `null` when it may not. */
  making(plugin: string, fence: number): Omit<HeldAdapter, 'adapter'> | null
  /** A link that was made is the adapter of that connect from now on; `null` while it is not known. */
  adopt(fence: number, index: number): Adapter | null
  /** Whether it is the fence of a connect; what is asked for with others is a claim's, and its adapter has no link. */
  isDialled(fence: number): boolean
  /** Called before each request of the plugin is served. @throws what it is refused with */
  admit(method: string, params: object): Promise<void>
}

export interface PluginListener {
  providersChanged(providers: ProviderInfo[]): void
  event(event: ProviderEvent): void
  note(note: { type: string; message: string; build?: string | null }): void
  /** A program of the plugin runs, or has ended. */
  child?(child: { program: string; pid: number; running: boolean }): void
}

/** A link of the simulated machine. */
export type LinkFields = Pick<Adapter, 'name'> &
  Partial<Omit<Adapter, 'id' | 'name' | 'carrier' | 'alternativeNames'>> & { carrier?: boolean }

/** Links that change when they are told to. */
export interface SimulatedLinks extends LinkSource {
  changer(): LinkChanger
  add(link: LinkFields): unknown
  change(name: string, fields: Partial<LinkFields>): void
  rename(from: string, to: string): void
  remove(name: string): void
}
