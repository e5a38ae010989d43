import type { ClaimEnd, ClaimEndCause, Released, ReleasedReason } from '@claimd/sdk'
import { materialKey } from '../adapters/changes.js'
import type { Question } from '../kernel/provider-port.js'
import type { Decision } from '../kernel/turn.js'
import type { Context } from './context.js'
import type { Provider } from './order.js'
import { rememberHolder } from './previous-holders.js'
import type { AdapterRecord, Holding } from './records.js'
import { holdingRows, type StoredHolding } from './rows.js'
import { nameAside } from './suggest-name.js'

/** What an accepted answer says. */
export interface Accepted {
  connection: string
  volatile: boolean
  evidence: string | null
  fence: number
  /** The material key of the link as the provider was shown it; `null` when it has yet to confirm the claim. */
  key: string | null
}

/** How its provider stands to a holding about which it was not asked. */
export function unverified(): Omit<Holding, keyof StoredHolding> {
  return {
    provisional: false,
    orphaned: null,
    unsure: null,
    abandoned: false,
    givenUp: null,
    givenUpBy: null,
    verified: null,
    verifying: null,
    retryAt: null,
    retries: 0,
  }
}

/**
 * Makes the provider the holder of the adapter. If another one held it, the claim passes over in this one
 * step: at no moment is the adapter without protection.
 */
export function adopt(
  context: Context,
  record: AdapterRecord,
  provider: Provider,
  accepted: Accepted,
): Decision {
  const before = record.holding
  const holding: Holding = {
    origin: 'out-of-band',
    provider: provider.id,
    plugin: provider.plugin,
    version: provider.version,
    band: provider.band,
    connection: accepted.connection,
    volatile: accepted.volatile,
    evidence: accepted.evidence,
    fence: accepted.fence,
    since: context.moment.at,
    ...unverified(),
    verified: accepted.key,
  }
  const { heldBefore } = record
  let forget = () => {}
  const undo = () => {
    if (record.holding !== holding) return false
    letGo(context, record, holding, null)
    forget()
    record.heldBefore = heldBefore
    tellReleased(context, record, holding, 'void')
    if (before) takeAgain(context, record, before)
    return true
  }
  return context.decide(undo, () => {
    if (before) letGo(context, record, before, endByTakeOver(record, before, holding.provider))
    take(context, record, holding)
    record.heldBefore = null
    forget = rememberHolder(context, record, holding)
    announceHolder(context, record, holding, before)
    const { connection, fence } = holding
    const now = { adapter: record.adapter, connection, fence }
    const { provider } = holding
    context.out.claimed.push({ provider, now, holds: () => isHeldBy(context, provider, now) })
    context.turn.addFact({ type: 'claimed', connection })
    if (!before) return
    const { by, because } = endByTakeOver(record, before, holding.provider)
    context.turn.addFact({ type: 'claim-ended', connection: before.connection, by, because })
  })
}

function announceHolder(
  context: Context,
  record: AdapterRecord,
  holding: Holding,
  before: Holding | null,
): void {
  const { provider, connection, evidence, fence } = holding
  const details = { provider, connection, evidence, fence }
  // What was given up ends and is claimed in one step: both are stored together.
  if (before && before.givenUp !== null)
    tellEnded(context, record, before, endOfGivenUp(record, before), 'gone')
  if (before && before.givenUp === null) {
    tellReleased(context, record, before, 'handed-over')
    const from = { from: before.provider, fromConnection: before.connection }
    context.emit('handed-over', record, { ...details, ...from })
  } else context.emit('claimed', record, details)
}

/** Ends the claim; what follows (a round, or none after a release) is the caller's to say. */
export function endClaim(
  context: Context,
  record: AdapterRecord,
  cause: string,
  reason: ReleasedReason,
  by: ClaimEndCause,
  who: string | null = null,
): void {
  const holding = record.holding!
  const end = claimEndOf(record, holding, by, cause)
  letGo(context, record, holding, end)
  const { connection, fence } = holding
  if (holding.origin === 'dialled') {
    // Its provider hears of it by a disconnect; after a release there is none.
    if (by === 'operator') tellReleased(context, record, holding, reason)
    context.turn.addFact({ type: 'dialled-ended', adapter: record.adapter, fence, by, because: cause })
    return
  }
  tellEnded(context, record, holding, end, reason, who)
  context.turn.addFact({ type: 'claim-ended', connection, by, because: cause })
}

export function claimEndOf(
  record: AdapterRecord,
  { provider, connection }: Holding,
  by: ClaimEndCause,
  because: string,
): ClaimEnd {
  return { adapter: record.id, provider, connection, by, because }
}

/** How a claim ends that its holder gave up. */
export function endOfGivenUp(record: AdapterRecord, holding: Holding): ClaimEnd {
  return claimEndOf(record, holding, holding.givenUpBy!, holding.givenUp!)
}

function endByTakeOver(record: AdapterRecord, before: Holding, taker: string): ClaimEnd {
  if (before.givenUp !== null) return endOfGivenUp(record, before)
  return claimEndOf(record, before, 'handed-over', `${taker} took ${record.adapter.name} over`)
}

function tellEnded(
  context: Context,
  record: AdapterRecord,
  holding: Holding,
  { because, by }: ClaimEnd,
  reason: ReleasedReason,
  who: string | null = null,
): void {
  tellReleased(context, record, holding, reason)
  const { provider, connection } = holding
  context.emit('claim-ended', record, { provider, connection, cause: because, by, who })
}

/** The provider cannot answer for its claim: it stays protected, and is not offered, until that changes. */
export function orphan(context: Context, record: AdapterRecord, because: string, abandoned: boolean): void {
  const holding = record.holding!
  stopVerifying(context, holding)
  holding.retryAt = null
  holding.unsure = null
  if (holding.orphaned === because && holding.abandoned === abandoned) return
  holding.orphaned = because
  holding.abandoned = abandoned
  const { provider, connection } = holding
  context.emit('orphaned', record, { provider, connection, because })
}

export function stopVerifying(context: Context, holding: Holding): void {
  if (holding.verifying) context.cancel(holding.verifying.question)
  holding.verifying = null
}

/**
 * The name of a volatile claim's connection is configured now: the claim goes on under another one. With the next
 * verify its provider is told the new name.
 */
export function moveAside(context: Context, record: AdapterRecord): void {
  const holding = record.holding!
  const { connection: from, provider, fence } = holding
  const connection = nameAside(context, from)
  const undo = () => {
    if (record.holding !== holding) return false
    setConnection(context, record, holding, from)
    return true
  }
  context.decide(undo, () => {
    setConnection(context, record, holding, connection)
    context.emit('connection-renamed', record, { provider, connection, from, fence })
  })
}

function setConnection(context: Context, record: AdapterRecord, holding: Holding, connection: string): void {
  if (context.byConnection.get(holding.connection) === record) context.byConnection.delete(holding.connection)
  holding.connection = connection
  // Its provider is asked about the other name.
  stopVerifying(context, holding)
  holding.verified = null
  if (holding.givenUp === null) holding.retryAt = null
  take(context, record, holding)
}

/** Whether the provider has confirmed the link as it is now. */
export function isVerified(record: AdapterRecord): boolean {
  return record.holding!.verified === materialKey(record.link)
}

/** Puts a holding in its place in memory and in the store. */
export function take(context: Context, record: AdapterRecord, holding: Holding): void {
  record.holding = holding
  context.byConnection.set(holding.connection, record)
  context.turn.put(holdingRows, { adapter: record.id, ...storedPart(holding) })
}

function storedPart(holding: Holding): Omit<StoredHolding, 'adapter'> {
  const { provider, plugin, version, band, connection, evidence, fence, since } = holding
  return {
    origin: holding.origin,
    provider,
    plugin,
    version,
    band,
    connection,
    volatile: holding.volatile,
    evidence,
    fence,
    since,
    ...(holding.origin === 'dialled' && { connected: holding.connected ?? false }),
    ...(holding.over && { over: storedPart(holding.over) }),
  }
}

/**
 * Puts a holding back whose end or hand-over does not hold. What its provider was being asked was called off, and
 * nobody has looked after it since: it is asked anew.
 */
export function takeAgain(context: Context, record: AdapterRecord, holding: Holding): void {
  holding.verified = null
  holding.retryAt = null
  take(context, record, holding)
}

export function letGo(
  context: Context,
  record: AdapterRecord,
  holding: Holding,
  claimEnd: ClaimEnd | null,
): void {
  stopVerifying(context, holding)
  record.holding = null
  if (context.byConnection.get(holding.connection) === record) {
    context.byConnection.delete(holding.connection)
    context.freed.set(holding.connection, { record, claimEnd })
  }
  context.turn.drop(holdingRows, record.id)
}

function tellReleased(
  context: Context,
  record: AdapterRecord,
  holding: Holding,
  reason: ReleasedReason,
): void {
  const { provider, connection, fence } = holding
  pushReleased(context, provider, { adapter: record.adapter, connection, fence, reason })
}

/** Tells a provider whose answer says that an adapter is its own, that it is not. */
export function tellVoid(
  context: Context,
  { provider, adapter, fence }: Pick<Question, 'provider' | 'adapter' | 'fence'>,
  connection: string,
): void {
  pushReleased(context, provider, { adapter, connection, fence, reason: 'void' })
}

function pushReleased(context: Context, provider: string, was: Released): void {
  context.out.released.push({ provider, was, holdsAgain: () => isHeldBy(context, provider, was) })
}

/** Whether the provider holds the adapter by the claim of this fence. */
export function isHeldBy(
  { adapters }: Context,
  provider: string,
  { adapter, fence }: Pick<Released, 'adapter' | 'fence'>,
): boolean {
  const holding = adapters.get(adapter.id)?.holding
  return holding?.provider === provider && holding.fence === fence
}
