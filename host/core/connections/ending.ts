import type { Adapter, ResultCode, StatusAnswer } from '@claimd/sdk'
import { letGoOf, setUndoing } from '../claims/dialling.js'
import type { ActResult, DialAct, DialAnswer } from '../kernel/provider-port.js'
import { askStatus, endAttempt, leaveLane, storeAttempt, unblockThoseLike } from './attempts.js'
import type { ConnectionsContext } from './context.js'
import type { Attempt, ConnectionRecord, Failure } from './records.js'
import { completeAll, endRequests } from './requests.js'
import { staysUpAfterAll } from './rules.js'
import { wordsOf } from './words.js'

/**
 * How a connection is taken down: its provider is asked to, then the host takes back what was made with its fence, and where
 * the provider did not say that it is down, it is asked whether it still is up. Only then the adapter is let go, and only then
 * is it told that it is down.
 */

/** With these a provider that has made nothing says so. */
const answersNothing: ReadonlySet<ResultCode> = new Set([
  'NOT_SUPPORTED',
  'NOT_IMPLEMENTED',
  'CONNECTION_NOT_ACQUIRED',
])

/** @param failure why; `null` when it is not wanted any more */
export function beginEnding(
  context: ConnectionsContext,
  record: ConnectionRecord,
  attempt: Attempt,
  { failure, because }: { failure: Failure | null; because: string },
): void {
  const wasConnected = attempt.phase === 'connected' && failure === null
  const { since } = attempt
  const end = () => {
    attempt.phase = 'disconnecting'
    attempt.since = context.moment.at
    attempt.suspended = false
    attempt.provisional = false
    attempt.statusWanted = false
    attempt.carrierDue = null
    if (attempt.question !== null) context.turn.cancel(attempt.question)
    attempt.question = null
    attempt.ending = {
      step: 'pending',
      failure,
      because,
      wasConnected,
      isDoubtful: false,
      troubles: [],
    }
    record.idleUntil = null
    storeAttempt(context, attempt)
    if (attempt.cancelled === null) endRequests(record)
  }
  // What was lost is down, whether that is stored or not; what is taken down for a decision stays up without it.
  if (wasConnected) context.decide(() => keepAfterAll(context, record, attempt, since), end)
  else end()
  context.touch(record)
}

/**
 * That it is taken down could not be stored, and nothing was done for it yet: it is up as before.
 * @returns whether it is
 */
function keepAfterAll(
  context: ConnectionsContext,
  record: ConnectionRecord,
  attempt: Attempt,
  since: string,
): boolean {
  if (record.attempt !== attempt || attempt.ending === null) return false
  if (attempt.ending.step === 'undo')
    context.claims.within(context.turn, (claims) => setUndoing(claims, attempt.fence, false))
  attempt.phase = 'connected'
  attempt.since = since
  attempt.ending = null
  attempt.statusWanted = true
  for (const request of record.requests.values()) request.ends = false
  leaveLane(context, record, attempt)
  storeAttempt(context, attempt)
  context.touch(record)
  return true
}

/** Goes on with it, as far as that can be done now. */
export function advanceEnding(context: ConnectionsContext, record: ConnectionRecord, attempt: Attempt): void {
  const ending = attempt.ending!
  if (ending.step === 'act' && attempt.actUntil !== null && context.moment.now >= attempt.actUntil) {
    const { fence, provider } = attempt
    context.turn.cancelAct({ fence, kind: 'disconnect', provider, parameters: null })
    ending.isDoubtful = true
    ending.troubles.push(`${provider} did not answer in time`)
    undo(context, record, attempt)
    return
  }
  if (ending.step !== 'pending' || context.degraded !== null) return
  if (attempt.openAct !== null) {
    attempt.waitsFor = `${attempt.provider} has not ended the disconnect before`
    return
  }
  const provider = context.provider(attempt.provider)
  if (!provider) {
    ending.isDoubtful = true
    ending.troubles.push(`there is no provider ${attempt.provider} any more`)
    undo(context, record, attempt)
    return
  }
  if (context.lanes.enter(attempt, provider) !== null) return
  attempt.inLane = true
  const { fence, reference } = attempt
  // Where it is gone: as it was.
  const adapter = context.adapterNow(attempt) ?? attempt.adapter
  const undoSending = () => {
    if (record.attempt !== attempt || ending.step !== 'act') return false
    ending.step = 'pending'
    attempt.actUntil = null
    attempt.openAct = null
    context.touch(record)
    return true
  }
  context.decide(undoSending, () => {
    ending.step = 'act'
    attempt.actUntil = context.moment.now + provider.deadlines.disconnectMs
    const act: DialAct = {
      fence,
      kind: 'disconnect',
      provider: attempt.provider,
      parameters: { connection: reference, adapter },
    }
    context.turn.act(act)
    attempt.openAct = 'disconnect'
    context.turn.wake(`act ${record.name}`, provider.deadlines.disconnectMs)
  })
}

/** Its provider has answered, or cannot. */
export function disconnectEnded(
  context: ConnectionsContext,
  record: ConnectionRecord,
  attempt: Attempt,
  result: ActResult<DialAnswer>,
): void {
  const ending = attempt.ending
  if (attempt.phase !== 'disconnecting' || ending?.step !== 'act') return
  const answer = result.outcome === 'done' ? result.answer : null
  if (answer?.result === 'NOT_SUPPORTED' && ending.wasConnected) {
    const said = answer.reason ?? 'it gave no reason'
    stayConnected(context, record, attempt, `${attempt.provider} does not take it down: ${said}`)
    return
  }
  if (answer?.result !== 'SUCCESS') {
    // After a connect that failed there may be nothing, and nothing to say.
    const isNothing = !ending.wasConnected && answer !== null && answersNothing.has(answer.result)
    if (!isNothing) {
      ending.isDoubtful = true
      ending.troubles.push(
        result.outcome === 'done' ? wordsOf(attempt.provider, result.answer) : result.reason,
      )
    }
  }
  undo(context, record, attempt)
}

function undo(context: ConnectionsContext, record: ConnectionRecord, attempt: Attempt): void {
  attempt.ending!.step = 'undo'
  attempt.actUntil = null
  context.claims.within(context.turn, (claims) => setUndoing(claims, attempt.fence, true))
  context.turn.undo(attempt.fence)
  context.touch(record)
}

/** After a time in which nothing could be stored: what was to be taken back may not have been asked for. */
export function undoAgain(context: ConnectionsContext): void {
  for (const { attempt } of context.records.values()) {
    if (attempt?.ending?.step === 'undo') context.turn.undo(attempt.fence)
  }
}

/** What was made with its fence is taken back. */
export function undone(
  context: ConnectionsContext,
  record: ConnectionRecord,
  attempt: Attempt,
  left: readonly string[],
): void {
  const ending = attempt.ending
  if (ending?.step !== 'undo') return
  ending.troubles.push(...left.map((what) => `it could not be taken back: ${what}`))
  const provider = context.provider(attempt.provider)
  if (!ending.isDoubtful || !ending.wasConnected || provider?.status !== 'available') {
    finishEnding(context, record, attempt)
    return
  }
  ending.step = 'look'
  askStatus(context, attempt)
}

/** Whether it is up after all. */
export function lookedAfterEnding(
  context: ConnectionsContext,
  record: ConnectionRecord,
  attempt: Attempt,
  { adapter }: { adapter: Adapter | null },
  answer: StatusAnswer,
): void {
  attempt.question = null
  // What was taken back may be seen only now.
  if (JSON.stringify(adapter) !== JSON.stringify(context.adapterNow(attempt))) askStatus(context, attempt)
  else if (staysUpAfterAll(answer)) {
    const why = attempt.ending!.troubles.join('; ')
    stayConnected(context, record, attempt, `it is still up, ${attempt.provider} says: ${why}`)
  } else finishEnding(context, record, attempt)
}

/** It could not be taken down, and is what it was. */
function stayConnected(
  context: ConnectionsContext,
  record: ConnectionRecord,
  attempt: Attempt,
  because: string,
): void {
  context.claims.within(context.turn, (claims) => setUndoing(claims, attempt.fence, false))
  attempt.phase = 'connected'
  attempt.since = context.moment.at
  attempt.ending = null
  attempt.actUntil = null
  attempt.staysUp = true
  leaveLane(context, record, attempt)
  storeAttempt(context, attempt)
  unblockThoseLike(context, record)
  const message = `connection ${record.name} could not be disconnected: ${because}`
  const failed = {
    result: 'CONNECTION_NOT_ACQUIRED',
    code: 'DISCONNECT_FAILED',
    cause: null,
    message,
  } as const
  completeAll(context, record, 'disconnect', failed)
  context.touch(record)
}

function finishEnding(context: ConnectionsContext, record: ConnectionRecord, attempt: Attempt): void {
  const { failure, because } = attempt.ending!
  const { fence } = attempt
  context.claims.within(context.turn, (claims) =>
    letGoOf(claims, record.name, fence, `connection ${record.name} is down`),
  )
  endAttempt(context, record, attempt, { failure, because })
}
