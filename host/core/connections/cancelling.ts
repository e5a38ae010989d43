import { claimdError } from '../errors.js'
import { endAttempt } from './attempts.js'
import { cancelConnect } from './connecting.js'
import type { ConnectionsContext } from './context.js'
import { endHold } from './holds.js'
import { complete } from './requests.js'
import { isWanted } from './rules.js'

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
  const record = context.records.get(request.connection)!
  const others = [...record.requests.values()].some((one) => one !== request && one.hold === request.hold)
  if (request.hold !== null && !others)
    endHold(context, record, request.hold, `${who} cancelled its request`, who)
  const because = `${who} cancelled it`
  const isLast = !isWanted(record)
  if (isLast && record.attempt?.phase === 'connecting') {
    cancelConnect(context, record, record.attempt, { cause: 'cancelled', because })
    context.touch(record)
    return { cancelled: true }
  }
  complete(context, record, request, {
    result: 'CONNECTION_ACQUIRE_FAILED',
    code: 'CONNECT_CANCELLED',
    cause: 'cancelled',
    message: `connection ${record.name} is not waited for any more: ${because}`,
  })
  if (isLast && record.attempt?.phase === 'waiting') {
    endAttempt(context, record, record.attempt, { failure: null, because })
  }
  context.touch(record)
  return { cancelled: true }
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
    message: `connection ${record.name} is not up yet; claimd goes on trying`,
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
      if (request.hold === owner) cancelRequest(context, request.id, who)
    }
    context.touch(record)
  }
  return { ended }
}
