import type { ConfiguredConnection, MatchRule } from '@claimd/sdk'

/** What the operator configured, as the rooms see it that do not read the file: the store's `Configuration` fits it. */
export interface OperatorConfiguration {
  connections: readonly ConfiguredConnection[]
  offers: { order: readonly string[]; ignore: readonly MatchRule[] }
  plugins: { disabled: readonly string[]; pinned: Readonly<Record<string, string>> }
}
