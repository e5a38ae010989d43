import { block, endAttempt, leaveLane } from './attempts.js'
import type { ConnectionsContext } from './context.js'
import { endSingleHolds, holdsOf, restoreHolds } from './holds.js'
import { idleWhenUnused } from './idle.js'
import type { Attempt, ConnectionRecord, Sharing } from './records.js'
import { completeAll, succeed } from './requests.js'
import { sharingRows } from './rows.js'
import { leadsToTheSame } from './rules.js'

/**
 * CM-27: connections that lead to the same share one link. The first is connected, and carries the others: these have no
 * attempt of their own, and are up for as long as it is. When it goes down, those that are still wanted are connected.
 */

/** Serves an attempt by the link of another connection, if one leads to the same. @returns whether it does, or will */
export function shareLink(
  context: ConnectionsContext,
  record: ConnectionRecord,
  attempt: Attempt,
  linkKey: string,
): boolean {
  const carrier = [...context.records.values()].find(
    (other) => other !== record && leadsToTheSame(attempt, linkKey, other.attempt),
  )
  if (!carrier) return false
  const { phase, cancelled } = carrier.attempt!
  if (phase === 'connected') {
    const because = `it shares the link of connection ${carrier.name}`
    endAttempt(context, record, attempt, { failure: null, because })
    beginSharing(context, record, carrier, attempt)
    return true
  }
  const isComing = phase === 'connecting' && cancelled === null
  const what = isComing ? 'connected' : 'taken down'
  block(context, record, attempt, `connection ${carrier.name}, which leads to the same, is being ${what}`)
  attempt.waitsForLinkOf = carrier.name
  return true
}

function beginSharing(
  context: ConnectionsContext,
  record: ConnectionRecord,
  carrier: ConnectionRecord,
  { reference }: Attempt,
): void {
  const sharing: Sharing = { carrier: carrier.name, reference, since: context.moment.at }
  const undo = () => {
    if (record.sharing !== sharing) return false
    endSharing(context, record, sharing)
    return true
  }
  context.decide(undo, () => {
    record.sharing = sharing
    record.failures = 0
    record.failure = null
    carrier.sharers.add(record.name)
    context.turn.put(sharingRows, sharing)
  })
  context.touch(record)
  context.touch(carrier)
}

/**
 * It is up by the link of another one: requests are completed. It ends when that is down, or when it is not used.
 * @returns whether it goes on
 */
export function keepSharing(
  context: ConnectionsContext,
  record: ConnectionRecord,
  sharing: Sharing,
): boolean {
  const carrier = context.records.get(sharing.carrier)
  const isDisconnected = [...record.requests.values()].some(({ what }) => what === 'disconnect')
  const isLost = carrier?.attempt?.phase !== 'connected'
  const ends =
    isLost ||
    context.claimed(record.name) !== undefined ||
    record.settings?.enabled === false ||
    isDisconnected
  if (!ends) {
    succeed(
      context,
      record,
      `connection ${record.name} is connected: it shares the link of ${sharing.carrier}`,
    )
    if (!idleWhenUnused(context, record)) return true
  }
  endSharing(context, record, sharing)
  if (isLost) {
    const before = holdsOf(record)
    const undo = () => {
      restoreHolds(context, record, before)
      return true
    }
    context.decide(undo, () =>
      endSingleHolds(context, record, `the link of ${sharing.carrier}, which it shared, is down`),
    )
  }
  if (isDisconnected) {
    const message = `connection ${record.name} is disconnected: it shared the link of ${sharing.carrier}`
    completeAll(context, record, 'disconnect', { result: 'SUCCESS', code: null, cause: null, message })
  }
  return false
}

export function endSharing(context: ConnectionsContext, record: ConnectionRecord, sharing: Sharing): void {
  if (record.sharing !== sharing) return
  const carrier = context.records.get(sharing.carrier)
  // What it was ended for may not be stored.
  const undo = () => {
    const { attempt, name } = record
    if (record.sharing !== null || carrier === undefined) return false
    if ((context.records.get(name) ?? record) !== record || (attempt !== null && attempt.fence !== 0))
      return false
    if (attempt !== null) {
      if (attempt.question !== null) context.turn.cancel(attempt.question)
      leaveLane(context, record, attempt)
      record.attempt = null
    }
    context.records.set(name, record)
    record.sharing = sharing
    carrier.sharers.add(name)
    context.turn.put(sharingRows, sharing)
    context.touch(carrier)
    context.touch(record)
    return true
  }
  context.decide(undo, () => {
    record.sharing = null
    record.idleUntil = null
    context.turn.drop(sharingRows, record.name)
    carrier?.sharers.delete(record.name)
  })
  if (carrier) context.touch(carrier)
  context.touch(record)
}
