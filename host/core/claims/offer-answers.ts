import type { Answer } from '@claimd/sdk'
import type { Question } from '../kernel/provider-port.js'
import { configuredAs } from './connection-owner.js'
import type { Context } from './context.js'
import { adopt, tellVoid } from './holding.js'
import { offerObstacle } from './obstacles.js'
import type { Place, Provider } from './order.js'
import type { AdapterRecord, Pending, RunningRound } from './records.js'
import { noteAnswer } from './round-record.js'
import { closeRound, step, wantRound } from './rounds.js'
import { type Objection, objectToName } from './rules.js'
import { behindHolder, holderPlace } from './skip-reason.js'
import { storeRecord } from './store-record.js'

/** `PENDING` is asked again at most so often… */
const pendingRepeats = 3
/** …and for so long together, in milliseconds; then it counts as `INVALID_CONNECTION`. */
const pendingTotal = 5_000

/** Takes the answer to an offer of the running round. */
export function answerOffer(
  context: Context,
  record: AdapterRecord,
  question: Question,
  answer: Answer,
  ms: number,
): void {
  const { round } = record
  if (!round?.asking || round.asking.question !== question.id) return
  const { place, pending, key } = round.asking
  round.asking = null
  const { provider } = place
  if (answer.result === 'SUCCESS') {
    const objection = objectTo(context, record, place, answer)
    if (!objection) {
      const holder = record.holding?.provider ?? null
      const evidence = answer.evidence ?? null
      noteAnswer(round, provider, { result: 'SUCCESS', reason: null, evidence }, ms)
      const now = context.roster.get(provider.id) ?? provider
      const decision = adopt(context, record, now, {
        connection: answer.connection,
        volatile: !context.configured.has(answer.connection),
        evidence,
        fence: question.fence,
        // Another build than the one that was asked has yet to confirm it.
        key: now.build === provider.build ? key : null,
      })
      const from = holder === null || holder === provider.id ? '' : `, taken over from ${holder}`
      const outcome = `claimed by ${provider.id} as connection ${answer.connection}${from}`
      // Who could not tell yet is asked on, now that the safety net protects the adapter.
      const isOpen = round.pending.size > 0 && now.band === 'generic'
      closeRound(context, record, round, outcome, decision)
      if (isOpen) wantRound(context, record, 'a stronger provider could not tell yet')
      return
    }
    noteAnswer(round, provider, objection, ms)
    const isTaken = context.byConnection.has(answer.connection) || context.dialled.has(answer.connection)
    if (isTaken) record.missed.add(answer.connection)
    tellVoid(context, question, answer.connection)
  } else {
    noteAnswer(round, provider, { result: answer.result, reason: answer.reason ?? null }, ms)
    if (answer.result === 'NOT_SUPPORTED') neverAgain(context, record, provider)
    if (answer.result === 'PENDING') postpone(context, record, round, place, pending, answer.retryAfterMs)
  }
  step(context, record, round)
}

/** The provider never claims this adapter: it is not asked again for this generation, by this build of it. */
export function neverAgain(context: Context, record: AdapterRecord, provider: Provider): void {
  record.unsupported.set(provider.id, provider.build)
  storeRecord(context, record)
}

/** Why a `SUCCESS` does not count; `null` when it does. */
function objectTo(
  context: Context,
  record: AdapterRecord,
  place: Place,
  answer: Extract<Answer, { result: 'SUCCESS' }>,
): Objection | null {
  // Whatever stood in the way has ended the round; that nothing is taken over wrongly must not hang on that.
  const obstacle = offerObstacle(context, record)
  if (obstacle !== null) return { result: 'UNEXPECTED', reason: `it answered SUCCESS, but ${obstacle}` }
  const provider = context.roster.get(place.provider.id)
  if (provider?.status !== 'available') {
    const reason = `it answered SUCCESS, but it cannot hold anything: ${provider?.because ?? 'it is not there any more'}`
    return { result: 'UNEXPECTED', reason }
  }
  // The holder may have come back, or the order may be another one, since it was asked.
  const behind = behindHolder(record, { ...place, provider }, holderPlace(context, record))
  if (behind !== null) return { result: 'UNEXPECTED', reason: `it answered SUCCESS, but ${behind}` }
  return objectToName(answer.connection, answer.volatile === true, record, {
    holder: context.byConnection.get(answer.connection),
    isDialled: context.dialled.has(answer.connection),
    configured: configuredAs(context, answer.connection),
    provider: provider.id,
  })
}

function postpone(
  context: Context,
  record: AdapterRecord,
  round: RunningRound,
  place: Place,
  before: Pending | null,
  retryAfterMs: number,
): void {
  const { now } = context.moment
  const pending = { ...(before ?? { repeats: 0, until: now + pendingTotal, retryAt: 0 }), place }
  if (pending.repeats >= pendingRepeats || now >= pending.until) {
    const last = round.answers.at(-1)!
    last.result = 'INVALID_CONNECTION'
    last.reason = `still PENDING after ${pending.repeats + 1} offers, which counts as no${last.reason ? `: ${last.reason}` : ''}`
    return
  }
  pending.repeats++
  pending.retryAt = Math.min(now + Math.max(0, retryAfterMs), pending.until)
  round.pending.set(place.provider.id, pending)
  context.wake(record, pending.retryAt)
}
