import { dialledBy } from '../claims/dialling.js'
import type { Row } from '../kernel/rows.js'
import { newAttempt } from './attempts.js'
import { addRecord } from './configured.js'
import type { ConnectionsContext } from './context.js'
import { beginEnding } from './ending.js'
import { endHold } from './holds.js'
import {
  attemptRows,
  configurationRows,
  holdRows,
  requestRows,
  type StoredAttempt,
  sharingRows,
  stopRows,
} from './rows.js'

/** What was configured through the API. Before the machines begin: the claims machine knows it from the start. */
export function restoreConfigurations(context: ConnectionsContext, rows: readonly Row[]): void {
  for (const { change, who: _, at: __, ...settings } of configurationRows.of(rows)) {
    const record = addRecord(context, settings.name)
    record.settings = settings
    record.source = 'api'
    record.change = change
    context.stored.set(settings.name, settings)
  }
}

/**
 * Puts back what was wanted and what was up. What was up is up until its provider says no; what was being connected, or taken
 * down, is cleaned up; who waited is told that it was interrupted.
 */
export function restore(context: ConnectionsContext, rows: readonly Row[]): void {
  const recordOf = (name: string) => context.records.get(name) ?? addRecord(context, name)
  for (const { connection, ofClient = false, ...hold } of holdRows.of(rows)) {
    const record = recordOf(connection)
    record.holds.set(hold.owner, { ...hold, ofClient })
    // SC-48: its client heard that claimd was ended, and asks anew.
    if (ofClient) endHold(context, record, hold.owner, 'claimd was ended')
  }
  // The file may have changed meanwhile.
  for (const record of context.records.values()) {
    const because = 'it is not configured any more'
    for (const owner of record.settings ? [] : [...record.holds.keys()])
      endHold(context, record, owner, because)
  }
  for (const stop of stopRows.of(rows)) {
    if (stop.boot === context.adapters.where.boot) recordOf(stop.connection).stoppedBy = stop.who
    else context.turn.drop(stopRows, stop.connection)
  }
  for (const { id, what, connection, who, since } of requestRows.of(rows)) {
    context.turn.drop(requestRows, String(id))
    const message = `claimd was ended before connection ${connection} was ${what}ed`
    const told = {
      result: 'CONNECTION_ACQUIRE_FAILED',
      code: 'CONNECT_INTERRUPTED',
      cause: 'interrupted',
    } as const
    context.remember({ id, what, connection, who, since, ...told, message, completedAt: context.moment.at })
    const outcome = { connection, request: id, what, who, ...told, outcome: message }
    context.emit('request-completed', recordOf(connection), outcome)
  }
  for (const stored of attemptRows.of(rows)) restoreAttempt(context, stored)
  for (const { reference, carrier, since } of sharingRows.of(rows)) {
    const record = recordOf(reference.name)
    record.sharing = { carrier, reference, since }
    record.told = 'connected'
    // Where that is not up any more, it ends as it does at any other time.
    context.records.get(carrier)?.sharers.add(record.name)
  }
  context.touchAll()
}

function restoreAttempt(context: ConnectionsContext, stored: StoredAttempt): void {
  const { fence, reference, provider, phase, wasConnected = false, resources, linkKey = null, since } = stored
  const record = context.records.get(reference.name) ?? addRecord(context, reference.name)
  const held = dialledBy(context.adapters, fence)
  const settings = record.settings ?? { ...reference }
  const attempt = {
    ...newAttempt(context, { ...record, settings: settings as typeof record.settings }, provider),
    takesOver: held?.holding?.over !== undefined,
    ...{ reference, fence, resources, linkKey, since, adapter: held?.adapter ?? null },
  }
  record.attempt = attempt
  context.adapters.dialled.set(record.name, fence)
  record.told = phase
  const isGone = stored.adapter !== null && !held
  if (phase === 'connected' && !isGone) {
    attempt.phase = 'connected'
    // No build has confirmed it: its provider is asked as soon as it can be.
    attempt.provisional = true
    return
  }
  attempt.phase = phase === 'connected' || (wasConnected && !isGone) ? 'connected' : 'connecting'
  const because = isGone ? 'its adapter was gone when claimd started' : 'claimd was ended meanwhile'
  const failure =
    phase === 'disconnecting'
      ? null
      : { cause: isGone ? ('no-carrier' as const) : ('interrupted' as const), because }
  beginEnding(context, record, attempt, { failure, because })
}
