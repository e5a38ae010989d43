import type { Band, MatchRule, TakenType } from '@claimd/sdk'

/** What the core knows of a provider: its contribution with defaults filled in, and whether it can be asked. */
export interface ProviderInfo {
  /** `<plugin>/<id>` */
  id: string
  plugin: string
  version: string
  band: Band
  priority: number
  match: readonly MatchRule[]
  manages: readonly string[]
  /** The types whose connections are its plugin's. */
  connectionTypes: readonly string[]
  /** Types that its manifest names too, and that belong to another plugin. Default: none. */
  takenTypes?: readonly TakenType[]
  /** It claims for configured connections only. */
  configuredOnly: boolean
  /** One of `connect`, `disconnect` and `status` is called at a time; else up to 16 are. */
  serial: boolean
  /** How long these may take. */
  deadlines: { connectMs: number; disconnectMs: number }
  /** Another build of the same provider has another value here: it was reloaded. */
  build: string
  /**
   * `available`: can be asked (its process need not run yet). `unavailable`: for the moment not, such as
   * while it is backing off. `disabled`: by the operator.
   */
  status: 'available' | 'unavailable' | 'disabled'
  /** Why it is not available; empty when it is. */
  because: string
}
