import type { ConnectionDocument, ConnectionRequest, ConnectionRow, ConnectionState } from '@claimd/sdk'
import { ownerOf } from '../claims/connection-owner.js'
import { connectionRows as claimedRows } from '../claims/views.js'
import type { ConnectionsContext } from './context.js'
import type { Attempt, ConnectionRecord } from './records.js'
import { openRow, requestRow } from './requests.js'
import type { ConnectionSettings } from './settings.js'

/** The state of a connection, and why it is in it. It is derived from what is there, and nowhere stored. */
export interface StateOf {
  state: ConnectionState
  /** In words. */
  because: string
}

/** @returns `null` where the claims machine knows: what somebody else brought up, and what is not configured */
export function stateOf(context: ConnectionsContext, record: ConnectionRecord): StateOf | null {
  const { attempt, settings, name, sharing } = record
  if (attempt === null && context.claimed(name)) return null
  const carrier = sharing && context.records.get(sharing.carrier)?.attempt
  if (carrier?.phase === 'connected') {
    const state = carrier.suspended ? 'suspended' : 'connected'
    return { state, because: `it shares the link of connection ${sharing!.carrier}` }
  }
  if (attempt) {
    const { phase, ending, provider } = attempt
    switch (phase) {
      case 'waiting':
        return { state: 'connecting', because: `it waits: ${context.waitsFor(attempt)}` }
      case 'connecting': {
        if (attempt.cancelled) return { state: 'disconnecting', because: attempt.cancelled.because }
        const state = !attempt.progress ? 'connecting' : (`connecting-${attempt.progress}` as const)
        return { state, because: `${provider} connects it` }
      }
      case 'connected': {
        if (attempt.suspended) return { state: 'suspended', because: attempt.suspendedBecause }
        if (attempt.provisional)
          return {
            state: 'connected',
            because: `it was up before claimd restarted; ${provider} has yet to confirm it`,
          }
        return { state: 'connected', because: usedBy(record) }
      }
      case 'disconnecting':
        return { state: 'disconnecting', because: ending!.because + waitingForLane(context, attempt) }
    }
  }
  if (settings === null) return { state: 'disconnected', because: 'it is not configured any more' }
  if (!settings.enabled)
    return { state: 'disconnected-disabled', because: 'it is disabled in its configuration' }
  if (ownerOf(context.adapters, settings.type) === null)
    return { state: 'disconnected-unavailable', because: `no provider has the type ${settings.type}` }
  if (record.stoppedBy !== null)
    return { state: 'disconnected', because: `${record.stoppedBy} disconnected it` }
  const { failure } = record
  if (failure?.cause === 'no-adapter' || failure?.cause === 'no-carrier')
    return { state: 'disconnected-unavailable', because: failure.because }
  if (failure !== null && failure.cause !== 'cancelled')
    return { state: 'disconnected', because: failure.because }
  return {
    state: 'disconnected',
    because: record.holds.size === 0 ? 'no one has asked for it' : 'it is about to be connected',
  }
}

function waitingForLane(context: ConnectionsContext, attempt: Attempt): string {
  return context.lanes.inTheWayOf(attempt) === null ? '' : `; it waits: ${context.waitsFor(attempt)}`
}

function usedBy({ holds, settings, attempt, sharers }: ConnectionRecord): string {
  if (attempt?.staysUp) return 'its provider does not take it down'
  if (holds.size > 0) return `wanted by ${[...holds.keys()].join(', ')}`
  if (settings?.behaviour === 'always-connected') return 'it is always connected'
  if (sharers.size > 0) return `kept up for ${[...sharers].join(', ')}, which shares its link`
  return 'it is not in use, and is taken down after its idle time'
}

/** All connections, by name. */
export function connectionRows(context: ConnectionsContext): ConnectionRow[] {
  const rows = claimedRows(context.adapters)
  const names = new Set(rows.map(({ name }) => name))
  for (const { name, attempt, sharing } of context.records.values()) {
    if (!names.has(name) && (attempt ?? sharing) !== null) rows.push(unconfiguredRow(name))
  }
  const completedRows = rows.map((row) => {
    const record = context.records.get(row.name)
    return record ? completed(context, record, row) : row
  })
  return completedRows.sort((a, b) => (a.name < b.name ? -1 : 1))
}

/** Of one that lives until it ends, and holds no adapter of its own. */
function unconfiguredRow(name: string): ConnectionRow {
  const because = 'it is not configured any more'
  const nothing = { type: null, provider: null, adapter: null, origin: null, since: null, retryAt: null }
  return { name, state: 'disconnected', because, configured: false, holds: [], ...nothing }
}

function completed(context: ConnectionsContext, record: ConnectionRecord, row: ConnectionRow): ConnectionRow {
  const holds = [...record.holds.keys()]
  const retryAt = record.attempt === null ? (record.retry?.at ?? null) : null
  const { sharing } = record
  const attempt = record.attempt ?? (sharing && context.records.get(sharing.carrier)?.attempt) ?? null
  const state = stateOf(context, record)
  if (state === null) return { ...row, holds, retryAt }
  if (attempt === null) return { ...row, ...state, holds, retryAt }
  const { provider, fence } = attempt
  const adapter = context.adapterNow(attempt) ?? attempt.adapter
  const { since } = sharing ?? attempt
  const isUp = fence !== 0
  return {
    ...row,
    ...state,
    provider,
    adapter: isUp ? (adapter?.name ?? null) : null,
    origin: isUp ? 'dialled' : null,
    since: isUp ? since : null,
    holds,
    retryAt,
  }
}

/** All that is shown of a connection but what is outside of the core. */
export type ConnectionDetail = Omit<ConnectionDocument, 'revision' | 'configuration' | 'hides'> & {
  settings: ConnectionSettings | null
}

/** `null` when there is no connection of that name. */
export function connectionDetail(context: ConnectionsContext, name: string): ConnectionDetail | null {
  const row = connectionRows(context).find((one) => one.name === name)
  if (!row) return null
  const record = context.records.get(name)
  const attempt = record?.attempt ?? null
  const { settings = null, sharing = null } = record ?? {}
  const inForce = sharing ?? (attempt?.fence ? attempt : null)
  return {
    ...row,
    settings,
    source: record?.source ?? null,
    change: record?.source === 'api' && record.change !== null ? String(record.change) : null,
    deferred: inForce !== null && settings !== null && inForce.reference.config !== settings.config,
    holdRows: [...(record?.holds.values() ?? [])].map(({ owner, mode, since }) => ({ owner, mode, since })),
    requests: [...(record?.requests.values() ?? [])].map((request) => openRow(context, request)),
    resources: attempt?.resources ?? [],
    sharesWith: sharing?.carrier ?? null,
    failure: record?.failure
      ? { at: record.failure.at, cause: record.failure.cause, message: record.failure.because }
      : null,
  }
}

export function findRequest(context: ConnectionsContext, id: number): ConnectionRequest | null {
  return requestRow(context, id)
}
