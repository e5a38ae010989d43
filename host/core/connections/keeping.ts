import type { StatusAnswer } from '@claimd/sdk'
import type { Link } from '../adapters/link.js'
import { askStatus, leaveLane } from './attempts.js'
import type { ConnectionsContext } from './context.js'
import { beginEnding } from './ending.js'
import { idleWhenUnused } from './idle.js'
import type { Attempt, ConnectionRecord } from './records.js'
import { completeAll, succeed } from './requests.js'
import { isLost, isWanted, refuseShared } from './rules.js'
import { wordsOf } from './words.js'

/** It is up: requests for it are completed, and it is taken down when it is not used. */
export function keep(context: ConnectionsContext, record: ConnectionRecord, attempt: Attempt): void {
  const disconnect = [...record.requests.values()].find(({ what }) => what === 'disconnect')
  const shared = disconnect && refuseShared(record, context.records)
  if (shared) {
    const { result, code, message, remedy } = shared.document
    completeAll(context, record, 'disconnect', { result, code, cause: null, message, remedy })
  } else if (disconnect) {
    beginEnding(context, record, attempt, { failure: null, because: `${disconnect.who} disconnected it` })
    return
  }
  if (record.settings?.enabled === false && !attempt.staysUp) {
    beginEnding(context, record, attempt, { failure: null, because: 'it is disabled' })
    return
  }
  succeed(context, record, `connection ${record.name} is connected`)
  if (isWanted(record)) attempt.staysUp = false
  if (idleWhenUnused(context, record)) {
    beginEnding(context, record, attempt, { failure: null, because: 'it was not used for a while' })
    return
  }
  if (attempt.carrierDue !== null && context.moment.now >= attempt.carrierDue) {
    attempt.carrierDue = null
    attempt.statusWanted = true
  }
  if (attempt.statusWanted) askWhenFree(context, attempt)
}

/** Whether it still is up, its provider is asked: in its lane, and not while it cannot answer. */
function askWhenFree(context: ConnectionsContext, attempt: Attempt): void {
  const provider = context.provider(attempt.provider)
  if (attempt.question !== null || provider?.status !== 'available') return
  // A disconnect that timed out still runs: when it ends, the status is asked for.
  if (attempt.openAct !== null && provider.serial) return
  if (!attempt.inLane && context.lanes.enter(attempt, provider) !== null) return
  attempt.inLane = true
  attempt.statusWanted = false
  attempt.build = provider.build
  askStatus(context, attempt)
}

/** What its provider says of a connected one. */
export function takeStatus(
  context: ConnectionsContext,
  record: ConnectionRecord,
  attempt: Attempt,
  answer: StatusAnswer,
): void {
  attempt.question = null
  leaveLane(context, record, attempt)
  if (attempt.phase !== 'connected') return
  if (isLost(answer)) {
    lose(context, record, attempt, ('reason' in answer && answer.reason) || wordsOf(attempt.provider, answer))
    return
  }
  const link = attempt.adapter && context.adapters.adapters.get(attempt.adapter.id)?.link
  if (answer.result === 'SUCCESS') {
    attempt.suspended = answer.state === 'suspended'
    attempt.suspendedBecause = saidBy(attempt.provider, answer.reason)
  }
  // A provider that cannot tell: the link is there.
  else if (answer.result === 'NOT_IMPLEMENTED') suspendByLink(attempt, link)
  else {
    // It is asked again when it is there anew.
    attempt.build = ''
    return
  }
  attempt.provisional = false
}

/** Of what its provider cannot tell: a link without a carrier carries nothing. */
function suspendByLink(attempt: Attempt, link: Link | null | undefined): void {
  attempt.suspended = link?.carrier === false || link?.up === false
  attempt.suspendedBecause = link?.up === false ? `${link.name} is down` : `${link?.name} has no carrier`
}

/** Why its data are paused, as its provider says. */
export function saidBy(provider: string, reason: string | undefined): string {
  return reason ? `${provider} says: ${reason}` : `${provider} says that its data are paused`
}

/** It is down, behind everybody's back. */
export function lose(
  context: ConnectionsContext,
  record: ConnectionRecord,
  attempt: Attempt,
  reason: string,
): void {
  const link = attempt.adapter && context.adapters.adapters.get(attempt.adapter.id)?.link
  const cause = !link || link.carrier === false ? 'no-carrier' : 'no-answer'
  beginEnding(context, record, attempt, {
    failure: { cause, because: `it was lost: ${reason}` },
    because: reason,
  })
}
