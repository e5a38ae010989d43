import type { Adapter } from '../adapter.js'
import type { ConfiguredConnection } from '../configured-connection.js'
import type {
  ConnectAnswer,
  DisconnectAnswer,
  ResourcesAnswer,
  StatusAnswer,
  ValidateAnswer,
} from '../connecting.js'

/** A connection that a plugin can be made to connect. */
export interface Connectable {
  provider: string
  connection: ConfiguredConnection
}

/** What was found out about connecting, once for all cases. */
export interface ConnectTrial {
  /** The providers that have a method `connect`. */
  providers: readonly string[]
  /** The first connection that came up; `null` when none did. */
  connectable: Connectable | null
  /** Why the others did not. */
  failed: readonly string[]
}

/** A connection for which an adapter is reserved. */
export interface Dial extends Connectable {
  /** As it was when it was reserved; `null` where the provider makes its own link. */
  adapter: Adapter | null
  fence: number
}

/** What a question about a connection came to. */
export interface Asked<Answer> {
  answer: Answer
  /** It threw, gave what is no answer, or none in time: in words. */
  broke: string | null
}

/** What an operation came to. */
export interface Acted<Answer> extends Asked<Answer | null> {
  /** The plugin's process ended before it answered. */
  interrupted: boolean
}

/** A connect that is under way. */
export interface ConnectRun {
  /** Resolves with the first request that the provider makes for it, with its first progress, or with its end. */
  readonly underWay: Promise<void>
  readonly ended: Promise<Acted<ConnectAnswer>>
  /** Whether the request that was to fail was made. */
  readonly hasFailed: boolean
  cancel(): void
  /** Lets the requests go on that are held. */
  letGo(): void
}

/** Connections of a running plugin, asked and operated past the core of the daemon. Its links are simulated. */
export interface DialledPlugin {
  /** Adapters that the provider could be given, without addresses, as they are at this moment. */
  adapters(provider: string): readonly Adapter[]
  resources(one: Connectable, adapters: readonly Adapter[]): Promise<Asked<ResourcesAnswer>>
  /** The provider is asked when the manifest's schema has accepted the `config`. */
  validate(one: Connectable): Promise<Asked<ValidateAnswer>>
  status(dial: Dial): Promise<Asked<StatusAnswer>>
  /** Asks for the resources and reserves an adapter. @returns why that cannot be, or the dial */
  reserve(one: Connectable): Promise<Dial | string>
  /** Reserves whatever the provider would say. */
  dial(one: Connectable, adapter: Adapter | null): Dial
  /**
   * @param options.failAt the request that the plugin makes to the host which fails, counted from 0
   * @param options.held what it asks of its adapter is answered after `letGo`
   */
  connect(dial: Dial, options?: { failAt?: number; held?: boolean }): ConnectRun
  disconnect(dial: Dial): Promise<Acted<DisconnectAnswer>>
  /** Takes back what was made with the fence, which is dead from then on. @returns what could not be taken back */
  undo(dial: Dial): Promise<readonly string[]>
  /** The links with all that is set on them, and programs that run, a line each. */
  picture(): Promise<readonly string[]>
  /** What the plugin has asked of the host, such as `links.up`, with the fence where it has one. */
  readonly requests: readonly { what: string; fence: number | null }[]
  /** What it has asked for with a fence that is dead. */
  readonly refused: readonly string[]
}
