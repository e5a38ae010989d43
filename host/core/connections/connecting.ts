import type { Failure as ProviderFailure } from '@claimd/sdk'
import { confirm } from '../claims/dialling.js'
import type { ActResult, DialAnswer } from '../kernel/provider-port.js'
import { leaveLane, storeAttempt, unblockThoseLike } from './attempts.js'
import type { ConnectionsContext } from './context.js'
import { beginEnding } from './ending.js'
import { idleAfter } from './idle.js'
import { keep } from './keeping.js'
import type { Attempt, ConnectionRecord, Failure } from './records.js'
import { endRequests } from './requests.js'
import { isWanted } from './rules.js'
import { failureOf } from './words.js'

/** SC-53: a connection without a hold stays up for so long after it came up, in milliseconds. */
const nascentTime = 30_000

/** A connect is under way: whether it is still wanted, and has time left. */
export function watchConnect(context: ConnectionsContext, record: ConnectionRecord, attempt: Attempt): void {
  if (attempt.cancelled !== null || attempt.actUntil === null) return
  if (context.moment.now < attempt.actUntil) return
  const seconds = Math.round((context.provider(attempt.provider)?.deadlines.connectMs ?? 0) / 1_000)
  cancelConnect(context, record, attempt, { cause: 'timed-out', because: `it was not up after ${seconds} s` })
}

/** Its result is not wanted any more. What it has made is cleaned up when it has ended. */
export function cancelConnect(
  context: ConnectionsContext,
  record: ConnectionRecord,
  attempt: Attempt,
  why: Failure,
): void {
  if (attempt.phase !== 'connecting' || attempt.cancelled !== null) return
  const { fence, provider } = attempt
  const cancel = () => {
    attempt.cancelled = why
    endRequests(record)
    context.turn.cancelAct({ fence, kind: 'connect', provider, parameters: null })
  }
  const { cancelAct } = context.turn.out
  const undo = () => {
    if (attempt.phase !== 'connecting') return false
    attempt.cancelled = null
    for (const request of record.requests.values()) request.ends = false
    // It has not been told to its provider yet.
    const at = cancelAct.findIndex((act) => act.fence === fence && act.kind === 'connect')
    if (at >= 0) cancelAct.splice(at, 1)
    context.touch(record)
    return true
  }
  // A time that has passed and a carrier that is gone stay so; what was decided does not hold without being stored.
  if (why.cause === 'cancelled') context.decide(undo, cancel)
  else cancel()
}

/** The connect has ended. */
export function connectEnded(
  context: ConnectionsContext,
  record: ConnectionRecord,
  attempt: Attempt,
  result: ActResult<DialAnswer>,
): void {
  if (attempt.phase !== 'connecting') return
  const { cancelled, provider } = attempt
  attempt.actUntil = null
  attempt.progress = null
  const answer = result.outcome === 'done' ? result.answer : null
  // Where its adapter has gone meanwhile it is cancelled.
  if (answer?.result === 'SUCCESS' && cancelled === null) {
    const evidence = answer.evidence ?? null
    context.claims.within(context.turn, (claims) => confirm(claims, attempt.fence, evidence))
    attempt.phase = 'connected'
    attempt.since = context.moment.at
    storeAttempt(context, attempt)
    leaveLane(context, record, attempt)
    unblockThoseLike(context, record)
    record.failures = 0
    record.failure = null
    // SC-53: its last hold has ended meanwhile.
    if (!isWanted(record)) idleAfter(context, record, nascentTime)
    keep(context, record, attempt)
    return
  }
  const failure = cancelled ?? failureOfResult(provider, result)
  beginEnding(context, record, attempt, { failure, because: failure.because })
}

function failureOfResult(provider: string, result: ActResult<DialAnswer>): Failure {
  if (result.outcome !== 'done') return { cause: 'provider-failed', because: result.reason }
  return failureOf(provider, result.answer as ProviderFailure)
}
