import { type Adapter, connectionNameFault, type FromOutside, type Refusal } from '@claimd/sdk'
import { isStill } from '../adapters/identity.js'
import type { Link } from '../adapters/link.js'
import { isSameNamespace, type Place } from '../adapters/place.js'
import { shellWord } from '../shell-word.js'
import { type Child, programsNamed } from './children.js'
import { type CompiledRule, fitsRule } from './match.js'
import type { ProviderInfo } from './provider-info.js'
import type { AdapterRecord, Holding, Release } from './records.js'
import type { StoredAdapter } from './rows.js'

/**
 * What a claim means, see host/docs/design.md#the-rules-of-a-claim: each rule once. Nothing else in claimd decides these;
 * every way in (CLI, API, "all", shutdown) asks here before any provider code runs. Each is a guard of its own, and for
 * each there is a test that fails without it: `npm run guards`.
 *
 * Rules 2, 3, 4, 9 and 10 are about connecting and idling, which claimd does not do yet.
 */

/**
 * Rule 1: no caller and no command may disconnect a claimed connection. `null` when there is no claim.
 * @param word how a command names the adapter
 */
export function refuseDisconnect(
  adapter: Adapter,
  holding: Holding | null,
  word = adapter.name,
): Refusal | null {
  if (holding?.origin !== 'out-of-band') return null
  return {
    result: 'NOT_ALLOWED',
    code: 'CLAIMED_OUT_OF_BAND',
    message:
      `connection ${holding.connection} may not be disconnected: claimd did not bring it up; ` +
      `provider ${holding.provider} claimed adapter ${adapter.name} for it`,
    adapter: adapter.name,
    provider: holding.provider,
    connection: holding.connection,
    remedy: `to end the claim without touching the link: claimd release ${word} --reason TEXT`,
  }
}

/**
 * An offer does not take an adapter from an exact or likely holder, see host/docs/design.md#sticky-and-yielding.
 * @param word how a command names the adapter
 */
export function refuseOffer(adapter: Adapter, holding: Holding | null, word = adapter.name): Refusal | null {
  if (!holding || yields(holding)) return null
  const isDialled = holding.origin === 'dialled'
  return {
    result: 'NOT_ALLOWED',
    code: 'HELD_BY_PROVIDER',
    message: isDialled
      ? `adapter ${adapter.name} is not offered: claimd uses it for connection ${holding.connection}`
      : `adapter ${adapter.name} is not offered: provider ${holding.provider} holds it for connection ${holding.connection}`,
    adapter: adapter.name,
    provider: holding.provider,
    connection: holding.connection,
    remedy: isDialled
      ? `to take it down first: claimd disconnect ${shellWord(holding.connection)}`
      : `to end the claim first: claimd release ${word} --reason TEXT, then: claimd offer ${word}`,
  }
}

/** Why an adapter is never offered; `null` when it may be. See host/docs/design.md#what-is-never-offered. */
export function refuseRounds(link: Link, adapter: Adapter, ignore: readonly CompiledRule[]): string | null {
  if (link.loopback) return 'it is the loopback link'
  if (link.portOf !== null) return `it is a port of ${link.portOf} ${adapter.master ?? ''}`.trimEnd()
  const rule = ignore.find((one) => fitsRule(one, adapter))
  if (!rule) return null
  return `the operator ignores ${rule.tests.length === 0 ? 'every adapter' : `adapters with ${rule.text}`}`
}

/**
 * Rule 5: a claim survives the host, on the very link that it was made for: only within the same boot and network
 * namespace, and only where nothing differs that cannot. Why it does not; `null` when it does.
 */
export function refuseRestore(known: StoredAdapter, link: Link | undefined, where: Place): string | null {
  if (!link) return 'the link was gone when claimd started'
  if (known.boot !== where.boot) return 'the machine was started again since'
  const same = isSameNamespace(known, where)
  if (same === 'no') return 'claimd was started in another network namespace'
  return isStill(known, link, same === 'yes') ? null : 'another link has its index now'
}

/**
 * Rule 6: what becomes of a claim while its provider cannot answer for it; `null` while it can. It does not end
 * by that. It is `abandoned` when the plugin is gone by somebody's will: then a new holder may take over.
 */
export function orphanedBy(
  provider: ProviderInfo | undefined,
): { because: string; abandoned: boolean } | null {
  if (!provider) return { because: 'its plugin is not there', abandoned: true }
  const { status, because } = provider
  if (status === 'disabled') return { because: `its plugin is disabled: ${because}`, abandoned: true }
  return status === 'unavailable' ? { because, abandoned: false } : null
}

/** Rule 6, and host/docs/design.md#sticky-and-yielding: whether another provider may take over. No other claim is touched. */
export function yields(holding: Holding): boolean {
  if (holding.origin === 'dialled') return false
  return holding.band === 'generic' || holding.abandoned || holding.givenUp !== null
}

/**
 * Whether a provider that cannot tell yet holds back the weaker bands, see host/docs/design.md#how-a-claim-ends. Not where
 * an adapter's holder has given it up: then the safety net takes over at once, and the offer of stronger ones goes on.
 */
export function holdsBack(holding: Holding | null): boolean {
  return holding === null || (holding.givenUp === null && !holding.abandoned)
}

/**
 * Whether a claim that was given up goes on after a round in which nobody took the adapter: it does while the safety net
 * may still take it, see host/docs/design.md#how-a-claim-ends.
 * @param net the providers of the safety net whose rules fit the adapter, and what each answered
 */
export function outlastsRound(net: readonly { declined: boolean }[]): boolean {
  return net.some(({ declined }) => !declined)
}

/** Rule 7: only the holder reports for its connection, and only with the fence of the claim it holds. */
export function refuseReport(
  holder: AdapterRecord | undefined,
  report: { provider: string; connection: string; fence: number; state: string },
): string | null {
  const holding = holder?.holding
  if (!holding) return `nobody holds connection ${report.connection}`
  if (holding.provider !== report.provider) return `${holding.provider} holds connection ${report.connection}`
  // Of what claimd did not connect, nothing else has a meaning.
  if (report.state !== 'lost') return `a claim can only be reported lost, and not ${report.state}`
  if (holding.fence !== report.fence)
    return `the fence ${report.fence} is not that of the claim, which is ${holding.fence}`
  return null
}

/** Rule 7: only the holder acts on its adapter through the host, and only with the fence of the claim it holds. */
export function refuseAction(
  record: AdapterRecord | undefined,
  by: { plugin: string; fence: number },
  undoing: ReadonlySet<number>,
): string | null {
  if (!record) return 'there is no such adapter any more'
  const { holding, adapter } = record
  if (!holding) return `nobody holds ${adapter.name}`
  if (holding.plugin !== by.plugin) return `${holding.provider} holds ${adapter.name}`
  if (holding.givenUp !== null) return `${holding.provider} has given ${adapter.name} up: ${holding.givenUp}`
  if (holding.fence !== by.fence)
    return `the fence ${by.fence} is not that of the claim, which is ${holding.fence}`
  // What is done from now on would stay, and belong to nothing.
  if (undoing.has(by.fence)) return `claimd is taking back what was made for connection ${holding.connection}`
  return null
}

/** A link that a provider makes while it connects is offered to nobody, for as long as that attempt is there. `null` when it may be. */
export function staysUnoffered(madeFor: string | null): string | null {
  return madeFor === null ? null : `it is made for connection ${madeFor}`
}

/** Who may use which connection name. */
export interface NameContext {
  /** The adapter that is held for the name now. */
  holder: AdapterRecord | undefined
  /** Whether claimd dials the connection, or is cleaning up after it. */
  isDialled: boolean
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
 * Rule 8, and host/docs/design.md#connection-names: one connection holds one adapter, and a provider claims only for a
 * connection that it has configured, or for a volatile one whose name nobody else has configured. `null` when it may.
 */
export function objectToName(
  name: string,
  isVolatile: boolean,
  record: AdapterRecord,
  { holder, isDialled, configured, provider }: NameContext,
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
  if (isDialled && holder !== record) {
    return {
      result: 'CONNECTION_ALREADY_EXISTS',
      reason: `${said}, which claimd is connecting, or taking down`,
    }
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

/**
 * Whether a holder leaves its connection's name to one that the operator has configured, see
 * host/docs/design.md#connection-names. Only a volatile claim does, and not to its own provider.
 * @param owner the provider of the configured connection; `null` when no provider has its type
 */
export function yieldsName(holding: Holding, owner: string | null): boolean {
  return holding.volatile && holding.provider !== owner
}

/**
 * A holder's yes counts for a connection that is configured for it, or that is volatile, and for no other, see
 * host/docs/design.md#verify. `null` when it counts.
 * @param configured what the operator configured under the name of the connection
 */
export function refuseConfirmation(
  { connection, provider }: Holding,
  isVolatile: boolean,
  configured: NameContext['configured'],
): string | null {
  if (configured === null) return isVolatile ? null : `connection ${connection} is not configured any more`
  if (configured.owner === provider) return null
  return `connection ${connection} is configured with type ${configured.type} now, which is not one of ${provider}`
}

/**
 * Rule 11: what happens to a held link behind everybody's back is recorded as that, and nothing is undone. Rule 7:
 * who may have done it is named: the processes that plugins had started through the host, and that ran then.
 */
export function recordOutside(holding: Holding | null, children: readonly Child[]): FromOutside {
  if (!holding) return { holder: null, programs: [], otherPrograms: 0 }
  const programs = children.slice(0, programsNamed)
  return { holder: holding.provider, programs, otherPrograms: children.length - programs.length }
}

/** Rule 12: what was released stays unmanaged until somebody offers it. `null` when it was not. */
export function staysReleased(release: Release | null): string | null {
  return release ? `released by ${release.who}` : null
}
