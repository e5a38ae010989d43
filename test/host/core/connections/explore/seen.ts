import type { Link } from '../../../../../host/core/adapters/link.js'
import type { ProviderInfo } from '../../../../../host/core/claims/provider-info.js'
import type { DialSettings } from '../../../../../host/core/connections/settings.js'
import type { CoreMachines } from '../../../../../host/core/core-engine.js'
import type { Outbox } from '../../../../../host/core/kernel/outbox.js'
import type { AnyQuestion, DialAct } from '../../../../../host/core/kernel/provider-port.js'
import type { Row } from '../../../../../host/core/kernel/rows.js'

export interface Setup {
  /** By name. `source`: through the API; default: the configuration file. */
  connections: Readonly<Record<string, Partial<DialSettings> & { source?: 'api' }>>
  adapters: readonly string[]
  /** The adapter that its provider claims, when it is asked, for connection `a`. Default: it claims none. */
  claims?: string
  /** They need no adapter, but a thing that has room for one. Default: `false`. */
  shareResource?: boolean
  /** They lead to the same, and share one link. Default: `false`. */
  shareLink?: boolean
  /** How often each thing may happen, by its verb, or by the answer. */
  limits: Readonly<Record<string, number>>
}

export interface Wake {
  machine: string
  key: string
  at: number
}

/** What is looked at of a world. */
export interface Seen {
  readonly setup: Setup
  readonly left: Readonly<Record<string, number>>
  readonly machines: CoreMachines | null
  readonly isReady: boolean
  readonly now: number
  readonly links: ReadonlyMap<string, Link>
  readonly info: ProviderInfo
  readonly edited: ReadonlyMap<string, Partial<DialSettings> | null>
  readonly questions: readonly AnyQuestion[]
  readonly acts: readonly DialAct[]
  readonly undos: readonly number[]
  readonly wakes: readonly Wake[]
  readonly rows: ReadonlyMap<string, Row>
  readonly isFull: boolean
  readonly degraded: boolean
  adapterOf(name: string): string | undefined
  lookAgain(name: string): Outbox
}
