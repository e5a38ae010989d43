import type {
  Adapter,
  AdapterRow,
  AdapterState,
  Candidate,
  ConnectionRow,
  ConnectionState,
} from '@claimd/sdk'
import { ownerOf } from './connection-owner.js'
import type { Context } from './context.js'
import { describePlace, type Place } from './order.js'
import type { AdapterRecord, Holding } from './records.js'
import { describeTriggers } from './round-record.js'
import { yields } from './rules.js'
import { holderPlace, skipReason } from './skip-reason.js'

/** The row but for what depends on other links. */
export function adapterRow(context: Context, record: AdapterRecord): Omit<AdapterRow, 'plumbing'> {
  const { holding } = record
  return {
    state: adapterState(record),
    because: because(context, record),
    provisional: holding?.provisional ?? false,
    provider: holding?.provider ?? null,
    connection: holding?.connection ?? null,
    since: holding?.since ?? null,
    // Last: V8 takes thirty times as long for fields that are added to a row after it was spread.
    ...record.adapter,
  }
}

/** An adapter that a plugin holds, and by which claim. */
export interface HeldAdapter {
  adapter: Adapter
  /** The provider's full id. */
  provider: string
  plugin: string
  connection: string
  evidence: string | null
  /** A later claim has another one. */
  fence: number
  /** Held since before a restart, and not confirmed since. */
  provisional: boolean
  /** Why its provider cannot answer for it; `null` when it can. */
  orphaned: string | null
  /** By a connect that takes a claim over, and has not succeeded yet. */
  takesOver: boolean
}

/** What the plugin holds by a claim. What it has connected is asked for in another way, see `status`. */
export function heldBy(context: Context, plugin: string): HeldAdapter[] {
  const held: HeldAdapter[] = []
  for (const record of context.adapters.values()) {
    if (record.holding?.plugin === plugin && record.holding.origin === 'out-of-band')
      held.push(heldAdapter(record, record.holding))
  }
  return held
}

/** By which claim the adapter is held; `null` when nobody holds it. @param id the adapter's id, not its name */
export function findHeld(context: Context, id: string): HeldAdapter | null {
  const record = context.adapters.get(id)
  return record?.holding ? heldAdapter(record, record.holding) : null
}

/**
 * What is held of everything that goes when the link with this index is removed: itself, the other end of a pair,
 * and what stands on one of these.
 */
export function heldWith(context: Context, index: number): HeldAdapter[] {
  const going = new Set([index])
  const peers = new Map<number, string>()
  for (const { link } of context.adapters.values()) if (link.peer) peers.set(link.index, link.peer)
  // A set is walked on to what is added meanwhile.
  for (const one of going) {
    for (const [other, peer] of peers) if (peer === `-:${one}`) going.add(other)
  }
  const held: HeldAdapter[] = []
  for (const one of going) {
    const record = context.byIndex.get(one)
    if (record?.holding) held.push(heldAdapter(record, record.holding))
  }
  return held
}

function heldAdapter({ adapter }: AdapterRecord, holding: Holding): HeldAdapter {
  const { provider, plugin, connection, evidence, fence, provisional, orphaned } = holding
  const takesOver = holding.over !== undefined
  return { adapter, provider, plugin, connection, evidence, fence, provisional, orphaned, takesOver }
}

export function adapterState(record: AdapterRecord): AdapterState {
  if (record.holding?.origin === 'dialled') return record.holding.connected ? 'managed' : 'connecting'
  if (record.holding)
    return record.holding.orphaned === null && record.holding.givenUp === null ? 'claimed' : 'orphaned'
  if (record.ignored) return 'ignored'
  return record.round ? 'offered' : 'unmanaged'
}

export function connectionRows(context: Context): ConnectionRow[] {
  const rows: ConnectionRow[] = []
  for (const { name, type } of context.configured.values()) {
    const owner = ownerOf(context, type)
    rows.push({
      name,
      type,
      provider: owner,
      adapter: null,
      state: owner ? 'disconnected' : 'disconnected-unavailable',
      because: owner ? 'no one has asked for it' : `no provider has the type ${type}`,
      configured: true,
      origin: null,
      since: null,
      holds: [],
      retryAt: null,
      // A volatile claim that has yet to leave the name is another connection.
      ...(context.byConnection.get(name)?.holding?.volatile ? null : heldPart(context, name)),
    })
  }
  for (const name of context.byConnection.keys()) {
    if (context.configured.has(name) && !context.byConnection.get(name)?.holding?.volatile) continue
    const held = heldPart(context, name)!
    rows.push({ name, type: null, configured: false, holds: [], retryAt: null, ...held })
  }
  return rows.sort((a, b) => (a.name < b.name ? -1 : 1))
}

/** The order in which providers would be asked now, and why each has its place. */
export function candidates(context: Context, record: AdapterRecord): Candidate[] {
  const { roster } = context
  const holder = holderPlace(context, record)
  const fitting = roster.fitting(record.adapter, record.heldBefore)
  const unfitting = roster.unfitting(record.adapter, fitting, roster.size)
  return [...fitting, ...unfitting].map((place) => ({
    provider: place.provider.id,
    place: describePlace(place),
    skipped: skippedNow(context, record, place, holder),
  }))
}

function skippedNow(
  context: Context,
  record: AdapterRecord,
  place: Place,
  holder: Place | null,
): string | null {
  const { holding, ignored } = record
  if (ignored !== null) return `the adapter is never offered: ${ignored}`
  if (!holding || yields(holding)) return skipReason(context, record, place, holder)
  return holding.provider === place.provider.id
    ? 'it holds the adapter'
    : `not asked while ${holding.provider} holds the adapter`
}

function because(context: Context, record: AdapterRecord): string {
  const { holding, release, round } = record
  if (holding) return holdingBecause(holding)
  if (record.ignored) return record.ignored
  if (round) {
    const asked = round.asking?.place.provider.id ?? [...round.pending.keys()].join(', ')
    return `waiting for ${asked}`
  }
  if (release) return `released by ${release.who}: ${release.reason}`
  if (context.degraded !== null) return `no claim is made while nothing can be stored: ${context.degraded}`
  if (record.link.awaitsUdev) return 'udev has not finished with it yet'
  // How the last round ended says nothing of what led to the next.
  if (record.wanted !== null && context.ready)
    return `it is about to be offered: ${describeTriggers(record.wanted)}`
  return record.outcome ?? (context.ready ? 'not offered yet' : 'the plugins are being loaded')
}

function holdingBecause(holding: Holding): string {
  if (holding.origin === 'dialled')
    return holding.connected
      ? `claimd connected it for connection ${holding.connection}`
      : `claimd connects it for connection ${holding.connection}`
  if (holding.givenUp !== null)
    return `${holding.provider} gave it up, and it has no new holder yet: ${holding.givenUp}`
  if (holding.unsure !== null)
    return `${holding.provider} cannot tell yet whether it still holds it: ${holding.unsure}`
  if (holding.orphaned !== null) {
    return holding.verifying === null
      ? `${holding.provider} cannot answer for it: ${holding.orphaned}`
      : `${holding.provider} is asked whether it still holds it; before, it could not answer: ${holding.orphaned}`
  }
  if (holding.provisional)
    return `${holding.provider} held it before claimd restarted, and has yet to confirm it`
  return holding.evidence ?? `claimed by ${holding.provider}`
}

function heldPart(
  context: Context,
  name: string,
): Pick<ConnectionRow, 'provider' | 'adapter' | 'state' | 'because' | 'origin' | 'since'> | null {
  const record = context.byConnection.get(name)
  if (!record?.holding) return null
  return {
    provider: record.holding.provider,
    adapter: record.adapter.name,
    state: connectionState(record),
    because: holdingBecause(record.holding),
    origin: record.holding.origin,
    since: record.holding.since,
  }
}

/** A claimed connection whose link is down still exists, with its data paused. */
function connectionState({ link }: AdapterRecord): ConnectionState {
  return link.up && link.carrier !== false ? 'connected' : 'suspended'
}
