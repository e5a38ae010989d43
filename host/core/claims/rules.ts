import { type Adapter, connectionNameFault, type Refusal } from '@claimd/sdk'
import type { AdapterRecord, Claim } from './records.js'

/**
 * What a claim means: the rules of design §6, once each. Nothing else in claimd decides these; every way in
 * (CLI, API, "all", shutdown) asks here before any provider code runs.
 */

/** Rule 1: a claimed connection is not disconnected, whoever asks and however. `null` when there is no claim. */
export function refuseDisconnect(adapter: Adapter, claim: Claim | null): Refusal | null {
  if (!claim) return null
  return {
    result: 'NOT_ALLOWED',
    code: 'CLAIMED_OUT_OF_BAND',
    message:
      `connection ${claim.connection} may not be disconnected: claimd did not bring it up; ` +
      `provider ${claim.provider} claimed adapter ${adapter.name} for it`,
    adapter: adapter.name,
    provider: claim.provider,
    connection: claim.connection,
    remedy: `to end the claim without touching the link: claimd release ${adapter.name} --reason TEXT`,
  }
}

/** Design §5, sticky: an offer does not take an adapter from an exact or likely holder. */
export function refuseOffer(adapter: Adapter, claim: Claim | null): Refusal | null {
  if (!claim || yields(claim)) return null
  return {
    result: 'NOT_ALLOWED',
    code: 'HELD_BY_PROVIDER',
    message: `adapter ${adapter.name} is not offered: provider ${claim.provider} holds it for connection ${claim.connection}`,
    adapter: adapter.name,
    provider: claim.provider,
    connection: claim.connection,
    remedy: `to end the claim first: claimd release ${adapter.name} --reason TEXT, then claimd offer ${adapter.name}`,
  }
}

/** Whether a stronger provider may take over: the generic band, and a claim whose plugin is gone (rule 6). */
export function yields(claim: Claim): boolean {
  return claim.band === 'generic' || claim.abandoned
}

/** Rule 7: only the holder reports for its connection, and only with the fence of the claim it holds. */
export function refuseReport(
  holder: AdapterRecord | undefined,
  report: { provider: string; connection: string; fence: number },
): string | null {
  const claim = holder?.claim
  if (!claim) return `nobody holds connection ${report.connection}`
  if (claim.provider !== report.provider) return `${claim.provider} holds connection ${report.connection}`
  if (claim.fence !== report.fence)
    return `the fence ${report.fence} is not that of the claim, which is ${claim.fence}`
  return null
}

/** Who may use which connection name. */
export interface NameContext {
  /** The adapter that is held for the name now. */
  holder: AdapterRecord | undefined
  /** What the operator configured under that name, and whose it is. */
  configured: { type: string; owner: string | null } | null
  /** Who answered. */
  provider: string
}

/** Why a `SUCCESS` does not count. */
export interface Objection {
  result: 'CONNECTION_ALREADY_EXISTS' | 'INVALID_CONNECTION' | 'UNEXPECTED'
  reason: string
}

/**
 * Rule 8 and design §5: one connection holds one adapter, and a provider claims only for a connection that
 * it has configured, or for a volatile one whose name nobody else has configured. `null` when it may.
 */
export function objectToName(
  name: string,
  isVolatile: boolean,
  record: AdapterRecord,
  { holder, configured, provider }: NameContext,
): Objection | null {
  const fault = connectionNameFault(name)
  if (fault) {
    return { result: 'INVALID_CONNECTION', reason: `it answered SUCCESS, but the connection name ${fault}` }
  }
  const said = `it answered SUCCESS with connection ${name}`
  if (holder && holder !== record) {
    const reason = `${said}, but adapter ${holder.adapter.name} is held for that`
    return { result: 'CONNECTION_ALREADY_EXISTS', reason }
  }
  if (configured && configured.owner !== provider) {
    const whose = configured.owner === null ? 'which no provider has' : `which is that of ${configured.owner}`
    const reason = `${said}, which is configured with type ${configured.type}, ${whose}`
    return { result: 'CONNECTION_ALREADY_EXISTS', reason }
  }
  if (configured || isVolatile) return null
  const reason = `${said}, which it neither has configured nor declared volatile`
  return { result: 'INVALID_CONNECTION', reason }
}
