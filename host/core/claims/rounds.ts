import type { Answer, ClaimEnd } from '@claimd/sdk'
import { materialKey } from '../adapters/changes.js'
import type { Question } from '../kernel/provider-port.js'
import type { Decision } from '../kernel/turn.js'
import { configuredAs } from './connection-owner.js'
import type { Context } from './context.js'
import { emitOrHold } from './flapping.js'
import { adopt, endClaim, endOfGivenUp, isVerified, takeAgain, tellVoid } from './holding.js'
import { fitRules } from './match.js'
import { offerObstacle, refuseRequest } from './obstacles.js'
import { bandRank, type Place, type Provider } from './order.js'
import type { AdapterRecord, Pending, RunningRound, Trigger } from './records.js'
import {
  addTrigger,
  describeNoTaker,
  describeTriggers,
  noteAnswer,
  noteSkip,
  roundDocument,
} from './round-record.js'
import { holdsBack, type Objection, objectToName, outlastsRound } from './rules.js'
import { anyConfigured, behindHolder, holderPlace, skipReason } from './skip-reason.js'
import { storeRecord } from './store-record.js'
import { suggestName } from './suggest-name.js'

/** `PENDING` is asked again at most so often… */
const pendingRepeats = 3
/** …and for so long together, in milliseconds; then it counts as `INVALID_CONNECTION`. */
const pendingTotal = 5_000
/**
 * One round a second, beyond the first few: a link that is brought up appears, gets an address, goes up and
 * gets its carrier, one after the other, and must not stay without protection for a second because of that.
 */
const roundsAtOnce = 4
/** While the safety net cannot answer, an adapter that was given up is offered after so long, then twice as long. */
const firstRetry = 1_000
const longestRetry = 60_000
const roundsPerMillisecond = 1 / 1_000
/**
 * Of the providers whose rules do not fit, so many are named in a round's record. With hundreds of providers
 * the journal would hold little else; `explain` shows beside the rounds how all of them stand now.
 */
const unfittingListed = 8

export function freshAllowance(now: number): AdapterRecord['allowance'] {
  return { rounds: roundsAtOnce, at: now }
}

/**
 * Asks for a round, which starts at the end of the event. Triggers that come together are merged; one that comes
 * during a round leads to another round after it; and an adapter that changes all the time is offered once a second.
 */
export function wantRound(
  context: Context,
  record: AdapterRecord,
  words: string,
  claimEnd: ClaimEnd | null = null,
): void {
  record.wanted = addTrigger(record.wanted ?? [], { words, claimEnd })
  context.wanting.add(record)
}

/** Starts the round that is wanted, if one is and it may start now. */
export function startWanted(context: Context, record: AdapterRecord, atOnce = false): void {
  if (record.wanted === null || record.round) return
  if (offerObstacle(context, record) !== null) {
    // What stands in the way says itself when it is gone, and wants a round then.
    if (context.degraded === null && context.ready) record.wanted = null
    if (record.ignored !== null && record.holding && record.holding.givenUp !== null)
      finishGivenUp(context, record)
    for (const request of record.waiting.splice(0)) refuseRequest(context, request, record)
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
  const triggers = record.wanted
  record.wanted = null
  record.round = openRound(context, record, triggers)
  step(context, record, record.round)
}

/** Goes on with a round that was waiting. */
export function resumeRound(context: Context, record: AdapterRecord): void {
  if (record.round && !record.round.asking) step(context, record, record.round)
}

/** Asks a provider again now whose answer to the running round is `PENDING`. @returns whether it is that */
export function askAgainNow(context: Context, record: AdapterRecord, provider: Provider): boolean {
  const pending = record.round?.pending.get(provider.id)
  if (!record.round || !pending) return false
  pending.retryAt = context.moment.now
  resumeRound(context, record)
  return true
}

/** Ends a round that has lost its meaning, such as when the adapter is gone, ignored, released or held. */
export function abandonRound(context: Context, record: AdapterRecord, why: string): void {
  const { round } = record
  record.wanted = null
  for (const request of record.waiting.splice(0)) refuseRequest(context, request, record, why)
  if (!round) {
    if (record.ignored !== null && record.holding && record.holding.givenUp !== null)
      finishGivenUp(context, record)
    return
  }
  if (round.asking) {
    context.cancel(round.asking.question)
    noteAnswer(round, round.asking.place.provider, { result: null, reason: `not waited for: ${why}` }, null)
  }
  for (const request of round.waiting.splice(0)) refuseRequest(context, request, record, why)
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
    if (context.byConnection.has(answer.connection)) record.missed.add(answer.connection)
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
    configured: configuredAs(context, answer.connection),
    provider: provider.id,
  })
}

function openRound(context: Context, record: AdapterRecord, triggers: readonly Trigger[]): RunningRound {
  const { roster } = context
  const queue = roster.fitting(record.adapter, record.heldBefore)
  const unfitting = roster.unfitting(record.adapter, queue, unfittingListed)
  const round: RunningRound = {
    at: context.moment.at,
    trigger: describeTriggers(triggers),
    claimEnd: triggers.find(({ claimEnd }) => claimEnd !== null)?.claimEnd ?? null,
    answers: [],
    unlisted: roster.size - queue.length - unfitting.length,
    queue,
    asking: null,
    pending: new Map(),
    waiting: record.waiting.splice(0),
  }
  record.missed.clear()
  // The rules are evaluated before anybody is asked, so those they exclude come first.
  for (const { provider, fit } of unfitting) noteSkip(round, provider, fit.why)
  return round
}

/** Asks the next provider, waits, or ends the round. */
function step(context: Context, record: AdapterRecord, round: RunningRound): void {
  for (;;) {
    const next = nextPlace(context, record, round)
    if (next === null) break
    const { place: before, pending } = next
    // Whoever was there when the round began may be disabled, gone or another build by now, and the link renamed.
    const provider = context.roster.get(before.provider.id)
    if (!provider) {
      noteSkip(round, before.provider, 'it is not there any more')
      continue
    }
    const place = { ...before, provider, fit: fitRules(provider.rules, record.adapter) }
    const skipped = skipReason(context, record, place, holderPlace(context, record))
    if (skipped === null) {
      ask(context, record, round, place, pending)
      return
    }
    noteSkip(round, provider, skipped)
  }
  if (round.pending.size > 0) {
    context.wake(record, Math.min(...[...round.pending.values()].map((pending) => pending.retryAt)))
    return
  }
  closeRound(context, record, round, describeNoTaker(record, round))
}

/** Who comes next, taken out of those that wait; `null` when nobody can be asked now. */
function nextPlace(
  context: Context,
  record: AdapterRecord,
  round: RunningRound,
): { place: Place; pending: Pending | null } | null {
  const pendings = [...round.pending.values()]
  const due = pendings.find((pending) => pending.retryAt <= context.moment.now)
  if (due) {
    round.pending.delete(due.place.provider.id)
    return { place: due.place, pending: due }
  }
  // Weaker bands wait for a provider that cannot tell yet; its equals do not.
  const strongest = Math.min(...pendings.map((pending) => bandRank(pending.place.provider.band)))
  const waits = holdsBack(record.holding)
  const at = round.queue.findIndex(
    ({ provider: { band } }) => bandRank(band) <= strongest || (band === 'generic' && !waits),
  )
  const [place] = at < 0 ? [] : round.queue.splice(at, 1)
  return place ? { place, pending: null } : null
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
    fence: context.turn.counters.nextFence(),
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

function closeRound(
  context: Context,
  record: AdapterRecord,
  round: RunningRound,
  outcome: string,
  decision?: Decision,
): void {
  record.round = null
  record.roundsEnded++
  endGivenUp(context, record, round)
  if (!record.holding) record.outcome = outcome
  const details = { round: roundDocument(round, outcome) }
  // Of a link that flaps what nobody waits for, and what changes nothing, is told from time to time.
  if (!decision && round.waiting.length === 0) emitOrHold(context, record, 'round', details)
  else {
    record.flaps.quiet?.held.delete('round')
    const event = context.emit('round', record, details)
    decision?.events.push(event)
  }
  for (const request of round.waiting) {
    context.turn.reply(request, roundDocument(round, outcome), true)
  }
  context.wanting.add(record)
  // A link that changed while it was being claimed is looked at again by its new holder.
  if (record.holding && !isVerified(record)) context.wake(record, context.moment.now)
}

/** Nobody has taken an adapter that its holder gave up: then its claim ends, unless the safety net may yet take it. */
function endGivenUp(context: Context, record: AdapterRecord, round: RunningRound): void {
  const { holding } = record
  if (!holding || holding.givenUp === null) return
  const net = safetyNet(context, record, round)
  if (record.ignored === null && outlastsRound(net)) {
    // One that is not available leads to a round when it is back.
    if (!net.some(({ declined, isThere }) => !declined && isThere)) return
    holding.retryAt = context.moment.now + Math.min(longestRetry, firstRetry * 2 ** holding.retries++)
    context.wake(record, holding.retryAt)
    return
  }
  finishGivenUp(context, record)
}

/** The claim that was given up is over. */
export function finishGivenUp(context: Context, record: AdapterRecord): void {
  const holding = record.holding!
  const { because, by } = endOfGivenUp(record, holding)
  const undo = () => {
    if (!context.adapters.has(record.id) || record.holding) return false
    holding.givenUp = null
    takeAgain(context, record, holding)
    return true
  }
  context.decide(undo, () => endClaim(context, record, because, 'gone', by))
}

/** The providers of the generic band that may take the adapter, and whether each has declined in this round. */
function safetyNet(
  context: Context,
  record: AdapterRecord,
  round: RunningRound,
): { declined: boolean; isThere: boolean }[] {
  return context.roster
    .fitting(record.adapter, null)
    .filter(({ provider }) => provider.band === 'generic' && provider.status !== 'disabled')
    .map(({ provider }) => {
      const said = round.answers.findLast((one) => one.provider === provider.id && one.skipped === null)
      const never = record.unsupported.get(provider.id) === provider.build
      const isExcluded = provider.configuredOnly && !anyConfigured(context, provider)
      const isNo = said?.result === 'INVALID_CONNECTION' || said?.result === 'NOT_SUPPORTED'
      return { declined: never || isExcluded || isNo, isThere: provider.status === 'available' }
    })
}
