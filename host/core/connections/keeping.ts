import type { StatusAnswer } from '@claimd/sdk'
import { askStatus, leaveLane } from './attempts.js'
import type { ConnectionsContext } from './context.js'
import { beginEnding } from './ending.js'
import type { Attempt, ConnectionRecord } from './records.js'
import { succeed } from './requests.js'
import { isIdle, isLost, isWanted } from './rules.js'
import { defaultIdleTimeout } from './settings.js'
import { wordsOf } from './words.js'

/** It is up: requests for it are completed, and it is taken down when it is not used. */
export function keep(context: ConnectionsContext, record: ConnectionRecord, attempt: Attempt): void {
  if ([...record.requests.values()].some(({ what }) => what === 'disconnect')) {
    const by = [...record.requests.values()].find(({ what }) => what === 'disconnect')!.who
    beginEnding(context, record, attempt, { failure: null, because: `${by} disconnected it` })
    return
  }
  if (record.settings !== null && !record.settings.enabled) {
    beginEnding(context, record, attempt, { failure: null, because: 'it is disabled' })
    return
  }
  succeed(context, record, `connection ${record.name} is connected`)
  if (isWanted(record)) attempt.staysUp = false
  if (!isIdle(record, attempt)) record.idleUntil = null
  else if (record.idleUntil === null) idleAfter(context, record, idleTimeoutOf(record))
  else if (context.moment.now >= record.idleUntil) {
    beginEnding(context, record, attempt, { failure: null, because: 'it was not used for a while' })
    return
  }
  if (attempt.statusWanted) askWhenFree(context, attempt)
}

function idleTimeoutOf({ settings }: ConnectionRecord): number | null {
  return settings === null ? defaultIdleTimeout : settings.idleTimeout
}

export function idleAfter(context: ConnectionsContext, record: ConnectionRecord, ms: number | null): void {
  if (ms === null) return
  record.idleUntil = context.moment.now + ms
  context.turn.wake(`idle ${record.name}`, ms)
}

/** Whether it still is up, its provider is asked: in its lane, and not while it cannot answer. */
function askWhenFree(context: ConnectionsContext, attempt: Attempt): void {
  const provider = context.provider(attempt.provider)
  if (attempt.question !== null || provider?.status !== 'available') return
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
  if (answer.result === 'SUCCESS') attempt.suspended = answer.state === 'suspended'
  // A provider that cannot tell: the link is there.
  else if (answer.result === 'NOT_IMPLEMENTED')
    attempt.suspended = link?.carrier === false || link?.up === false
  else return
  attempt.provisional = false
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
