import type { Adapter } from '@claimd/sdk'
import type { Context } from './context.js'
import { letGo, take, unverified } from './holding.js'
import { forgetMade, madeFor } from './made-links.js'
import type { ProviderInfo } from './provider-info.js'
import type { AdapterRecord, Holding } from './records.js'
import { abandonRound, wantRound } from './rounds.js'
import { verify } from './verifying.js'

/** For what an adapter is reserved. */
export interface Reservation {
  /** The provider's full id. */
  provider: string
  connection: string
  /** Whether a claim for this connection is taken over. */
  over: boolean
}

/** Adapters that claimd may use: nobody holds them, and the first round of each is over. */
export function openAdapters(context: Context): Adapter[] {
  const open: Adapter[] = []
  for (const record of context.adapters.values()) if (isOpen(record)) open.push(record.adapter)
  return open.sort((a, b) => a.index - b.index)
}

/** Asked for every adapter whenever a connection is to be connected, so it does not say why not. */
function isOpen(record: AdapterRecord): boolean {
  const { ignored, holding, release } = record
  return ignored === null && holding === null && release === null && !isOnOffer(record)
}

/** An adapter that may be open in a moment: it is being offered. `null` when there is none. */
export function adapterOnOffer(context: Context): Adapter | null {
  for (const record of context.adapters.values()) {
    const isFree = record.ignored === null && record.holding === null && record.release === null
    if (isFree && isOnOffer(record) && madeFor(context, record) === null) return record.adapter
  }
  return null
}

function isOnOffer({ roundsEnded, round, wanted }: AdapterRecord): boolean {
  return roundsEnded === 0 || round !== null || wanted !== null
}

/** Why an adapter cannot be reserved; `null` when it can. */
function reserveObstacle(record: AdapterRecord): string | null {
  if (isOpen(record)) return null
  const { adapter, holding, ignored, release } = record
  if (ignored !== null) return `${adapter.name} is not used: ${ignored}`
  if (holding) return `${adapter.name} is held by ${holding.provider} for connection ${holding.connection}`
  if (release !== null) return `${adapter.name} was released by ${release.who}`
  // Somebody else may have set it up, and a provider may know.
  return `${adapter.name} is being offered to the providers`
}

/**
 * Holds an adapter for a connection that is about to be connected.
 * @param id `null` where the provider makes its own link
 * @returns the fence, or why it cannot be
 */
export function reserve(
  context: Context,
  id: string | null,
  { provider, connection, over }: Reservation,
): { fence: number } | { refused: string } {
  const fence = context.turn.counters.nextFence()
  if (id === null) {
    const undoName = () => {
      context.dialled.delete(connection)
      return true
    }
    context.decide(undoName, () => context.dialled.set(connection, fence))
    return { fence }
  }
  const record = context.adapters.get(id)
  const info = context.roster.get(provider)
  if (!record) return { refused: 'the adapter is not there any more' }
  if (!info) return { refused: `there is no provider ${provider}` }
  const before = record.holding
  const isTakenOver = over && before?.origin === 'out-of-band' && before.connection === connection
  const obstacle = isTakenOver ? null : reserveObstacle(record)
  if (obstacle !== null) return { refused: obstacle }
  const holding: Holding = {
    ...newHolding(context, info, connection, fence),
    ...(before && { over: before }),
  }
  const undo = () => {
    context.dialled.delete(connection)
    if (record.holding !== holding) return false
    letGo(context, record, holding, null)
    if (before) claimAgain(context, record, before)
    return true
  }
  context.decide(undo, () => {
    abandonRound(context, record, `it is reserved for connection ${connection}`)
    if (before) letGo(context, record, before, null)
    // The name is not free: it passes over in this one step.
    context.freed.delete(connection)
    take(context, record, holding)
    context.dialled.set(connection, fence)
  })
  return { fence }
}

/**
 * A link that its provider has made for the attempt with this fence is its adapter from now on.
 * @returns why it cannot be; `null` when it is
 */
export function adoptMade(
  context: Context,
  record: AdapterRecord,
  { provider, connection, fence }: { provider: string; connection: string; fence: number },
): string | null {
  const info = context.roster.get(provider)
  const { adapter, holding: held, release } = record
  if (!info) return `there is no provider ${provider}`
  if (held) return `${adapter.name} is held by ${held.provider} for connection ${held.connection}`
  if (release !== null) return `${adapter.name} was released by ${release.who}`
  const holding = newHolding(context, info, connection, fence)
  const undo = () => {
    if (record.holding !== holding) return false
    letGo(context, record, holding, null)
    return true
  }
  context.decide(undo, () => {
    abandonRound(context, record, `it was made for connection ${connection}`)
    context.freed.delete(connection)
    take(context, record, holding)
  })
  return null
}

function newHolding(
  context: Context,
  { id, plugin, version, band }: ProviderInfo,
  connection: string,
  fence: number,
): Holding {
  return {
    origin: 'dialled',
    ...{ provider: id, plugin, version, band, connection, fence },
    ...{ volatile: false, evidence: null, since: context.moment.at, connected: false },
    ...unverified(),
  }
}

/** It is connected. */
export function confirm(context: Context, fence: number, evidence: string | null): void {
  const record = dialledBy(context, fence)
  if (!record) return
  const holding = record.holding!
  holding.connected = true
  holding.evidence = evidence
  holding.since = context.moment.at
  // Taken over: from here on it is claimd's own.
  delete holding.over
  take(context, record, holding)
}

/** Whether the host is taking back what was made with the fence: then changes of its adapter are not from outside. */
export function setUndoing(context: Context, fence: number, isUndoing: boolean): void {
  if (isUndoing) context.undoing.add(fence)
  else context.undoing.delete(fence)
}

/** It is not held any more, and is offered again; a claim that was being taken over is back, and has yet to be verified. */
export function letGoOf(context: Context, connection: string, fence: number, because: string): void {
  context.dialled.delete(connection)
  context.undoing.delete(fence)
  const record = dialledBy(context, fence)
  const made = forgetMade(context, fence)
  for (const other of context.adapters.values()) {
    if (other !== record && other.missed.has(connection))
      wantRound(context, other, `connection ${connection} is free`)
  }
  // What is left of it is as any other link.
  for (const other of made.size === 0 ? [] : context.adapters.values())
    if (made.has(other.adapter.name) && other !== record) wantRound(context, other, because)
  if (!record) return
  const { over } = record.holding!
  letGo(context, record, record.holding!, null)
  // What was up by it is undone: only an adapter that was found with it meanwhile may be another one's.
  context.freed.delete(connection)
  if (over) claimAgain(context, record, over)
  else wantRound(context, record, because)
}

/** The adapter that is held by this attempt. */
export function dialledBy(context: Context, fence: number): AdapterRecord | undefined {
  for (const record of context.adapters.values()) {
    if (record.holding?.origin === 'dialled' && record.holding.fence === fence) return record
  }
  return undefined
}

/** The connection that is held, dialled or cleaned up after by this fence; `null` when its claim or attempt is over. */
export function standsFor(context: Context, fence: number): string | null {
  for (const [connection, dialled] of context.dialled) if (dialled === fence) return connection
  for (const { holding } of context.adapters.values()) if (holding?.fence === fence) return holding.connection
  return null
}

function claimAgain(context: Context, record: AdapterRecord, claim: Holding): void {
  claim.provisional = true
  claim.verified = null
  claim.retryAt = null
  context.freed.delete(claim.connection)
  take(context, record, claim)
  verify(context, record)
}
