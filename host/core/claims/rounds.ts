import type { Answer } from '@claimd/sdk'
import { materialKey } from '../adapters/changes.js'
import type { Context } from './context.js'
import { adopt, isVerified } from './holding.js'
import { bandRank, type Place, placesFor } from './order.js'
import type { Decision } from './outbox.js'
import type { Question } from './ports.js'
import type { AdapterRecord, Pending, RunningRound } from './records.js'
import { describeNoTaker, noteAnswer, noteSkip, roundDocument } from './round-record.js'
import { objectToName, yields } from './rules.js'
import { suggestName } from './suggest-name.js'

/** `PENDING` is asked again at most so often… */
export const pendingRepeats = 3
/** …and for so long together, in milliseconds; then it counts as `INVALID_CONNECTION`. */
export const pendingTotal = 5_000
/** The first round of an adapter is free; then one a second. */
const roundsAtOnce = 2
const roundsPerMillisecond = 1 / 1_000
/** Triggers that a round's record names before it only says that there were more. */
const triggersNamed = 3

export function freshAllowance(now: number): AdapterRecord['allowance'] {
  return { rounds: roundsAtOnce, at: now }
}

/** Why the adapter is not offered now; `null` when it may be. */
export function offerObstacle(context: Context, record: AdapterRecord): string | null {
  if (context.degraded) return `no claim is made while nothing can be stored: ${context.degraded}`
  if (!context.ready) return 'the plugins are being loaded'
  if (record.ignored) return record.ignored
  if (record.release) return 'released by the operator'
  if (record.claim && !yields(record.claim)) return `held by ${record.claim.provider}`
  return null
}

/**
 * Asks for a round. Triggers that come together are merged; one that comes during a round leads to another
 * round after it; and an adapter that changes all the time is offered once a second.
 */
export function wantRound(context: Context, record: AdapterRecord, trigger: string): void {
  record.wanted = mergeTriggers(record.wanted, trigger)
  startWanted(context, record)
}

/** Starts the round that is wanted, if one is and it may start now. */
export function startWanted(context: Context, record: AdapterRecord, atOnce = false): void {
  if (record.wanted === null || record.round) return
  if (offerObstacle(context, record) !== null) {
    // What stands in the way says itself when it is gone, and wants a round then.
    if (!context.degraded && context.ready) record.wanted = null
    return
  }
  const { now } = context.moment
  const refilled = record.allowance.rounds + (now - record.allowance.at) * roundsPerMillisecond
  const rounds = Math.min(roundsAtOnce, refilled)
  record.allowance = { rounds, at: now }
  if (rounds < 1 && !atOnce) {
    context.wake(record, now + Math.ceil((1 - rounds) / roundsPerMillisecond))
    return
  }
  record.allowance.rounds = Math.max(0, rounds - 1)
  const trigger = record.wanted
  record.wanted = null
  record.round = openRound(context, record, trigger)
  step(context, record, record.round)
}

/** Goes on with a round that was waiting. */
export function resumeRound(context: Context, record: AdapterRecord): void {
  if (record.round && !record.round.asking) step(context, record, record.round)
}

/** Ends a round that has lost its meaning: the adapter is gone, ignored or released. */
export function abandonRound(context: Context, record: AdapterRecord, why: string): void {
  const { round } = record
  if (!round) return
  if (round.asking) {
    context.cancel(round.asking.question)
    noteAnswer(round, round.asking.place.provider, { result: null, reason: `not waited for: ${why}` }, null)
  }
  closeRound(context, record, round, `broken off: ${why}`)
}

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
    const objection = objectToName(answer.connection, answer.volatile === true, record, {
      holder: context.byConnection.get(answer.connection),
      configuredType: context.configured.get(answer.connection)?.type,
      types: provider.connectionTypes,
    })
    if (!objection) {
      const evidence = answer.evidence ?? null
      noteAnswer(round, provider, { result: 'SUCCESS', reason: null, evidence }, ms)
      const decision = adopt(context, record, provider, {
        connection: answer.connection,
        volatile: !context.configured.has(answer.connection),
        evidence,
        fence: question.fence,
        key,
      })
      closeRound(
        context,
        record,
        round,
        `claimed by ${provider.id} as connection ${answer.connection}`,
        decision,
      )
      return
    }
    noteAnswer(round, provider, objection, ms)
    context.out.tell.push({
      provider: provider.id,
      was: { adapter: question.adapter, connection: answer.connection, reason: 'void' },
    })
  } else {
    noteAnswer(round, provider, { result: answer.result, reason: answer.reason ?? null }, ms)
    if (answer.result === 'NOT_SUPPORTED') record.unsupported.set(provider.id, provider.build)
    if (answer.result === 'PENDING') postpone(context, record, round, place, pending, answer.retryAfterMs)
  }
  step(context, record, round)
}

/** Why a provider is not asked about this adapter; `null` when it is. */
export function skipReason(record: AdapterRecord, { provider, fit }: Place): string | null {
  if (!fit.rule) return fit.why
  if (provider.status !== 'available') return `${provider.status}: ${provider.because}`
  const { managedBy } = record.link
  if (managedBy !== null && provider.band !== 'generic' && !provider.manages.includes(managedBy)) {
    return `udev says that ${managedBy} manages this adapter, and it does not manage for ${managedBy}`
  }
  if (record.unsupported.get(provider.id) === provider.build)
    return 'it said that it never claims this adapter'
  if (record.claim?.provider === provider.id)
    return 'it holds the adapter now; only stronger providers are asked'
  return null
}

function openRound(context: Context, record: AdapterRecord, trigger: string): RunningRound {
  const round: RunningRound = {
    at: context.moment.at,
    trigger,
    answers: [],
    queue: [],
    asking: null,
    pending: new Map(),
  }
  for (const place of placesFor(record.adapter, context.providers.values())) {
    const skipped = skipReason(record, place)
    // The rules are evaluated before anybody is asked, so those they exclude come first.
    if (place.fit.rule) round.queue.push({ place, skipped })
    else noteSkip(round, place.provider, skipped!)
  }
  return round
}

/** Asks the next provider, waits, or ends the round. */
function step(context: Context, record: AdapterRecord, round: RunningRound): void {
  const { now } = context.moment
  for (const pending of round.pending.values()) {
    if (pending.retryAt <= now) {
      round.pending.delete(pending.place.provider.id)
      ask(context, record, round, pending.place, pending)
      return
    }
  }
  const strongestPending = Math.min(
    ...[...round.pending.values()].map((pending) => bandRank(pending.place.provider.band)),
  )
  for (let next = round.queue[0]; next; next = round.queue[0]) {
    // Weaker bands wait for a provider that cannot tell yet; its equals do not.
    if (bandRank(next.place.provider.band) > strongestPending) break
    round.queue.shift()
    const provider = context.providers.get(next.place.provider.id)
    const skipped =
      next.skipped ?? (provider ? skipReason(record, { ...next.place, provider }) : 'removed meanwhile')
    if (skipped === null) {
      ask(context, record, round, next.place, null)
      return
    }
    noteSkip(round, next.place.provider, skipped)
  }
  if (round.pending.size > 0) {
    context.wake(record, Math.min(...[...round.pending.values()].map((pending) => pending.retryAt)))
    return
  }
  closeRound(context, record, round, describeNoTaker(record, round))
}

function ask(
  context: Context,
  record: AdapterRecord,
  round: RunningRound,
  place: Place,
  pending: Pending | null,
): void {
  const { provider } = place
  const question = context.ask(record, {
    kind: 'offer',
    provider: provider.id,
    connection: suggestName(context, record, provider),
    evidence: null,
    fence: ++context.fence,
  })
  round.asking = { question, place, pending, key: materialKey(record.link) }
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
  const pending = before ?? { place, repeats: 0, until: now + pendingTotal, retryAt: 0 }
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

function closeRound(
  context: Context,
  record: AdapterRecord,
  round: RunningRound,
  outcome: string,
  decision?: Decision,
): void {
  record.round = null
  if (!record.claim) record.outcome = outcome
  const message = `${record.adapter.name} was offered (${round.trigger}): ${outcome}`
  const event = context.emit('round', record, message, { round: roundDocument(round, outcome) })
  decision?.events.push(event)
  for (const request of record.waiting.splice(0)) {
    context.out.replies.push({ request, reply: roundDocument(round, outcome), decided: true })
  }
  startWanted(context, record)
  // A link that changed while it was being claimed is looked at again by its new holder.
  if (record.claim && !isVerified(record)) context.wake(record, context.moment.now)
}

function mergeTriggers(before: string | null, trigger: string): string {
  if (before === null) return trigger
  const known = before.split(', ')
  if (known.includes(trigger) || known.at(-1) === 'and more') return before
  return known.length < triggersNamed ? `${before}, ${trigger}` : `${before}, and more`
}
