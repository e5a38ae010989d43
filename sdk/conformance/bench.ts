import type { Adapter } from '../adapter.js'
import type { AdapterRow, Fault } from '../api/index.js'
import type { ConfiguredConnection } from '../configured-connection.js'
import type { ProviderContribution } from '../manifest.js'
import type { Answer, ReleasedReason } from '../provider.js'
import type { ConnectTrial, DialledPlugin } from './dialling.js'

/** What a case works with. Whatever it starts is ended after it. */
export interface Bench {
  readonly plugin: {
    readonly name: string
    readonly version: string | null
    readonly providers: readonly ProviderContribution[]
  }
  /** What is wrong with the manifest. */
  readonly faults: readonly Fault[]
  /** The connections of `conformance.json`. */
  readonly connections: readonly ConfiguredConnection[]
  /** The host's own time limits, in milliseconds. */
  readonly limits: { activateMs: number; deactivateMs: number; offerMs: number; verifyMs: number }
  /** Adapters that the provider is asked about: those of `conformance.json` that fit, then made ones. */
  fitting(provider: string): readonly Adapter[]
  /** Adapters that fit none of the provider's `match` rules; empty when every adapter does. */
  strangers(provider: string): readonly Adapter[]
  /** The adapter under other names that the kernel allows and that still fit the provider's `match` rules. */
  oddlyNamed(provider: string, adapter: Adapter): readonly Adapter[]
  /** Whether the manifest's schema takes each of these, as what is configured for a connection of the type. */
  fitSchema(provider: string, configs: readonly ConfiguredConnection['config'][]): Promise<readonly boolean[]>
  /**
   * What was noticed while the plugin was activated.
   * @throws an Error that says why, when its process did not become active
   */
  introduction(): Promise<Observed>
  /** Made once for all cases. */
  survey(): Promise<Survey>
  /** Made once for all cases. */
  connectTrial(): Promise<ConnectTrial>
  /** A process that holds something deactivates and ends: once for all cases. */
  farewell(): Promise<Farewell>
  /**
   * The plugin under the real plugin host, to be asked directly, past the core of the daemon: perhaps in a process that other
   * cases had before. What it holds after the case is released, and a process that a case has killed is not used again.
   */
  borrowPlugin(): Promise<RunningPlugin>
  /** Runs a whole daemon with the plugin and simulated adapters. */
  startDaemon(): Promise<RunningDaemon>
}

/** What an offer or a verify came to. */
export interface Answered {
  answer: Answer
  ms: number
  /** The host did not wait any longer. */
  late: boolean
  /** What a `SUCCESS` claimed. */
  claim: Claimed | null
}

/** A claim as its provider knows it. */
export interface Claimed {
  provider: string
  adapter: Adapter
  connection: string
  volatile: boolean
  evidence: string | null
  fence: number
}

/** What was noticed in the plugin's own process. */
export interface Observed {
  /** What `activate` threw, or that it could not be loaded; `null` when all was well. */
  activation: string | null
  /** Providers that the manifest contributes and `activate` did not register. */
  missing: string[]
  /** Providers that have a method `connect`. */
  connects: string[]
  /** The first throw of claimConnection or verify that no abort explains, such as `verify: TypeError: …`. */
  threw: string | null
  /** The first throw of claimed. */
  claimedThrew: string | null
  /** The first throw of released. */
  releaseThrew: string | null
  /** What is wrong with the first answer that was none. */
  malformed: string | null
  /** What to add to `conformance.json`, for those throws that come of a fixture that is missing there. */
  missingFixtures: Partial<Record<Thrown, string>>
}

/** Where a throw was noticed, as a field of {@link Observed}. */
export type Thrown = 'activation' | 'threw' | 'claimedThrew' | 'releaseThrew'

/** What came of one call of a provider's method, made in its process without host or rules between. */
export interface Called {
  /** Whether the provider has the method. */
  exists: boolean
  /** What it returned; `undefined` when it did not. */
  answer?: { result?: string; reason?: string; connection?: string }
  threw: string | null
  /** Milliseconds until it was done, counted from the abort if there was one; `null` when it did not end. */
  settledMs: number | null
  /** The adapter was given unfrozen, and it was written to. */
  wroteToAdapter: boolean
}

/** The plugin in its real process. The kit's questions go past the core of the daemon. */
export interface RunningPlugin {
  /** Puts an offer, and gives its answer. */
  offer(provider: string, adapter: Adapter): Promise<Answered>
  /** Puts an offer of which the host wants no answer any more after `ms`. Resolves when it has told so. */
  offerAndCancel(provider: string, adapter: Adapter, ms: number): Promise<void>
  verify(claim: Claimed, adapter?: Adapter): Promise<Answered>
  /** Tells that the claim stands. */
  claimed(claim: Claimed): void
  released(claim: Claimed, reason: ReleasedReason): void
  configure(connections: readonly ConfiguredConnection[]): void
  /** Calls a method of the provider itself. */
  call(
    provider: string,
    method: 'claimConnection' | 'disconnect',
    given: {
      adapter: Adapter
      connection: string
      fence: number
      /** What is configured for the connection. */
      configured?: ConfiguredConnection
      abortAfterMs?: number
      frozen?: boolean
    },
  ): Promise<Called>
  readonly connecting: DialledPlugin
  observed(): Promise<Observed>
  /** Memory that is in use after a collection, in bytes. */
  memory(): Promise<number>
  /** SIGKILL. Resolves when the host lets it be asked again. */
  kill(): Promise<void>
  /** Why the process that was started is not there any more; `null` while it is. */
  died(): string | null
  /** Lines that it wrote to its log and its output, as far as the host keeps them. */
  readonly log: readonly string[]
  /** What it reported as lost, with the fences that it gave. */
  readonly reports: readonly { connection: string; fence: number }[]
  /** Deactivates and ends it. */
  stop(): Promise<Farewell>
}

/** How a process of the plugin ended. */
export interface Farewell {
  ms: number
  /** What still kept the process alive after deactivate. */
  leftBehind: readonly string[]
  /** What was wrong with deactivate. */
  trouble: string | null
}

/** Adapters of the daemon's simulated machine. */
export interface SimulatedAdapters {
  add(adapter: Adapter): void
  change(name: string, fields: Partial<Pick<Adapter, 'up' | 'carrier' | 'addresses'>>): void
  rename(from: string, to: string): void
  remove(name: string): void
}

/** A whole daemon that runs the plugin, its core and its store included. */
export interface RunningDaemon {
  readonly adapters: SimulatedAdapters
  /** The adapter with this name, as `claimd adapter` shows it. */
  adapter(name: string): AdapterRow | null
  /** Resolves when the adapter's rounds are over. */
  settled(name: string): Promise<AdapterRow | null>
  /** Waits for a condition for 10 s. @returns whether it came to hold */
  until(condition: () => boolean): Promise<boolean>
  /** Asks for a disconnect. @returns the code of the refusal, or `null` when it was done */
  disconnect(connection: string): Promise<string | null>
  /** Why the plugin's process failed, as often as it did. */
  readonly failures: readonly string[]
  /** Ends the daemon and starts it again with the same state and the same adapters. */
  restart(): Promise<void>
}

/** What became of one adapter in the survey. */
export interface Surveyed {
  provider: string
  adapter: Adapter
  /** It fits none of the provider's rules. */
  stranger: boolean
  offered: Answered
  /** Of an adapter that was claimed. */
  verified: Answered | null
}

/** Every adapter offered once, and verified if it was claimed: what many cases look at. */
export interface Survey {
  adapters: readonly Surveyed[]
  /** `null` when the process is not there any more to tell. */
  observed: Observed | null
  /** Why the process ended, and after which offer; `null` when it lives. */
  died: { why: string; after: string } | null
  log: readonly string[]
}
