import type { ConfiguredConnection, MatchRule } from '@claimd/sdk'

/** What the operator configured. */
export interface OperatorConfiguration {
  connections: readonly ConfiguredConnection[]
  offers: { order: readonly string[]; ignore: readonly MatchRule[] }
  plugins: { disabled: readonly string[]; pinned: Readonly<Record<string, string>> }
}
