import type { Adapter, Fault } from '@claimd/sdk'
import type { Fixtures, MissingFixture } from '@claimd/sdk/testing'
import type { LinkSource } from '../core/adapters/link.js'
import type { LinkChanger } from '../core/adapters/link-changer.js'
import type { ProviderInfo } from '../core/claims/provider-info.js'
import type { ProviderEvent } from '../core/claims/report-event.js'
import type { Daemon, DaemonOptions } from '../core/engine/daemon.js'
import type { PluginsPart } from '../core/engine/parts.js'

/** The real parts of the host that the kit puts to work; the composition root hands them over. */
export interface Parts {
  hostVersion: string
  /** The plugin host's time limits, in milliseconds. */
  limits: { activateMs: number; deactivateMs: number; offerMs: number }
  /**
   * Copies a plugin from its folder or archive, as a host would run it, and checks the copy; TypeScript may be yet to
   * be compiled.
   * @returns what is wrong with it
   */
  copyPlugin(source: string, to: string): Promise<readonly Fault[]>
  /** A plugin host that finds the plugins in `plugins` and keeps what it has to keep in `state`. */
  makePluginHost(
    folders: { plugins: string; state: string },
    listener: PluginListener,
    machine: Machine,
  ): PluginsPart
  /** Where a plugin host that keeps things in `state` has its copy of a plugin's build. */
  stagedCopy(state: string, plugin: string, build: string): string
  makeLinks(links: readonly LinkFields[]): SimulatedLinks
  startDaemon(options: DaemonOptions, machine: Machine): Promise<Daemon>
}

/** What stands in for the machine where a plugin reads files, runs programs and calls the system bus. */
export interface Machine {
  fixtures: Fixtures
  /** The plugin's own programs are run. */
  isOwn(program: string): boolean
  /** Told of each request of a plugin that the fixtures do not have. */
  onMissing(error: MissingFixture): void
}

export interface PluginListener {
  providersChanged(providers: ProviderInfo[]): void
  event(event: ProviderEvent): void
  note(note: { type: string; message: string; [detail: string]: unknown }): void
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
