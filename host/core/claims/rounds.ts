import type { ClaimEnd } from '@claimd/sdk'
import { materialKey } from '../adapters/changes.js'
import type { Decision } from '../kernel/turn.js'
import type { Context } from './context.js'
import { emitOrHold } from './flapping.js'
import { endGivenUp, finishGivenUp } from './given-up.js'
import { isVerified } from './holding.js'
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
import { holdsBack } from './rules.js'
import { holderPlace, skipReason } from './skip-reason.js'
import { suggestName } from './suggest-name.js'

/**
 * One round a second, beyond the first few: a link that is brought up appears, gets an address, goes up and
 * gets its carrier, one after the other, and must not stay without protection for a second because of that.
 */
const roundsAtOnce = 4
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
  const { round, wanted } = record
  record.wanted = null
  for (const request of record.waiting.splice(0)) refuseRequest(context, request, record, why)
  if (!round) {
    if (wanted !== null && !record.holding) context.turn.addFact({ type: 'adapter-open' })
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
export function step(context: Context, record: AdapterRecord, round: RunningRound): void {
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

export function closeRound(
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
  if (!record.holding) context.turn.addFact({ type: 'adapter-open' })
  // A link that changed while it was being claimed is looked at again by its new holder.
  if (record.holding && !isVerified(record)) context.wake(record, context.moment.now)
}
