import { claimdError } from '../errors.js'
import { endAttempt } from './attempts.js'
import { cancelConnect } from './connecting.js'
import type { ConnectionsContext } from './context.js'
import { endHold, holdsOf, restoreHolds } from './holds.js'
import type { ConnectionRecord, OpenRequest } from './records.js'
import { complete, reopen } from './requests.js'
import { isWanted } from './rules.js'
import { refuseWhileDegraded } from './store-degraded.js'

/** How somebody stops waiting for a connection, or wanting it: by a cancel, by the time that has passed, or by going away. */

/** SC-52: the last request for a connect that is under way is completed only after what it made is cleaned up. */
export function cancelRequest(context: ConnectionsContext, id: number, who: string): { cancelled: boolean } {
  const request = context.requests.get(id)
  if (!request) {
    if (context.completed.has(id)) return { cancelled: false }
    throw claimdError('REQUEST_NOT_FOUND', {
      message: `there is no request ${id}`,
      found: String(id),
      expected: 'the number of a request that is open, or was lately',
      remedy: 'see: claimd connections',
    })
  }
  if (request.what === 'disconnect') return { cancelled: false }
  refuseWhileDegraded(context)
  cancel(context, context.records.get(request.connection)!, request, who)
  return { cancelled: true }
}

function cancel(
  context: ConnectionsContext,
  record: ConnectionRecord,
  request: OpenRequest,
  who: string,
): void {
  // One that ends with the attempt that is being cleaned up does not go on to want it.
  const heir = [...record.requests.values()].find(
    (one) => one !== request && one.hold === request.hold && !one.ends,
  )
  const because = `${who} cancelled it`
  const { attempt } = record
  const before = holdsOf(record)
  const undo = () => {
    restoreHolds(context, record, before)
    reopen(context, record, request)
    // What was called off is cleaned up, and the request waits for the next attempt.
    request.ends = false
    if (record.attempt === null && attempt?.phase === 'waiting') {
      attempt.question = null
      record.attempt = attempt
    }
    context.touch(record)
    return true
  }
  context.decide(undo, () => {
    if (request.placedHold && heir) heir.placedHold = true
    else if (request.placedHold) endHold(context, record, request.hold!, `${who} cancelled its request`, who)
    const isLast = !isWanted(record)
    if (isLast && attempt?.phase === 'connecting') {
      cancelConnect(context, record, attempt, { cause: 'cancelled', because })
      return
    }
    complete(context, record, request, {
      result: 'CONNECTION_ACQUIRE_FAILED',
      code: 'CONNECT_CANCELLED',
      cause: 'cancelled',
      message: `connection ${record.name} is not waited for any more: ${because}`,
    })
    if (isLast && attempt?.phase === 'waiting')
      endAttempt(context, record, attempt, { failure: null, because })
  })
  context.touch(record)
}

/** SC-49: that request alone is over. */
export function timeOut(context: ConnectionsContext, id: number): void {
  const request = context.requests.get(id)
  if (!request || request.until === null || request.until > context.moment.now) return
  const record = context.records.get(request.connection)!
  complete(context, record, request, {
    result: 'CONNECTION_ACQUIRE_FAILED',
    code: 'CONNECT_TIMED_OUT',
    cause: 'timed-out',
    message: `connection ${record.name} is not up yet`,
  })
}

/**
 * SC-48: an owner is gone, and with it all its holds. A connect that is not wanted by anybody else is cancelled; what is up, and not
 * wanted any more, is idle.
 */
export function endOwner(
  context: ConnectionsContext,
  { owner, who, because }: { owner: string; who: string; because: string },
): { ended: number } {
  let ended = 0
  for (const record of context.records.values()) {
    if (!record.holds.has(owner)) continue
    ended++
    // Also where that cannot be stored: it is gone, and after a restart its holds are ended anyway.
    endHold(context, record, owner, because, who)
    for (const request of [...record.requests.values()]) {
      if (request.hold === owner) cancel(context, record, request, who)
    }
    context.touch(record)
  }
  return { ended }
}
