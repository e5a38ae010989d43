import { type Answer, ClaimdError, type ClaimEndCause } from '@claimd/sdk'
import { materialKey } from '../adapters/changes.js'
import type { Question } from '../kernel/provider-port.js'
import { configuredAs } from './connection-owner.js'
import type { Context } from './context.js'
import { emitOrHold } from './flapping.js'
import { claimEndOf, endOfGivenUp, isVerified, orphan, stopVerifying, take } from './holding.js'
import { refuseRequest } from './obstacles.js'
import { neverAgain } from './offer-answers.js'
import type { AdapterRecord, Holding } from './records.js'
import { wantRound } from './rounds.js'
import { refuseConfirmation, refuseOffer, yields } from './rules.js'

/**
 * A verify that failed is tried again after so long, in milliseconds, then twice as long, up to the limit. A
 * provider that answers `PENDING` says for itself how long, within the same limits.
 */
const firstRetry = 1_000
const longestRetry = 60_000

/** Whether the holder has yet to confirm the link as it is. */
export function needsVerify(record: AdapterRecord): boolean {
  const { holding } = record
  if (!holding || holding.givenUp !== null || holding.origin === 'dialled') return false
  // Administrative down and up alone keep the claim: what the kernel takes away meanwhile is no reason to ask.
  return holding.provisional || holding.orphaned !== null || (record.link.up && !isVerified(record))
}

/** Asks the holder whether the adapter is still what it claimed, if that is open and it can be asked. */
export function verify(context: Context, record: AdapterRecord): void {
  const { holding } = record
  if (holding?.origin !== 'out-of-band' || holding.verifying || holding.givenUp !== null) return
  if (holding.retryAt !== null || !context.ready) return
  const provider = context.roster.get(holding.provider)
  if (provider?.status !== 'available') return
  const question = context.ask(record, {
    kind: 'verify',
    provider: holding.provider,
    connection: holding.connection,
    evidence: holding.evidence,
    fence: holding.fence,
  })
  holding.verifying = { question, key: materialKey(record.link) }
}

/** The claim must be confirmed as the link is now, whatever was confirmed or asked before. */
export function verifyAnew(context: Context, record: AdapterRecord): void {
  const holding = record.holding!
  // Its holder has answered already, or is asked by the connections machine.
  if (holding.givenUp !== null || holding.origin === 'dialled') return
  stopVerifying(context, holding)
  holding.verified = null
  holding.retryAt = null
  verify(context, record)
}

/** The link changed: if its holder has yet to confirm it as it is, it is asked. */
export function verifyChange(context: Context, record: AdapterRecord): void {
  if (!needsVerify(record)) return
  // What it could not tell of the link as it was, it may tell now.
  record.holding!.retryAt = null
  verify(context, record)
}

/** Tries again what failed, once its time has come. */
export function retryVerify(context: Context, record: AdapterRecord): void {
  const { holding } = record
  if (!holding) return
  if (holding.retryAt !== null && holding.retryAt > context.moment.now) {
    context.wake(record, holding.retryAt)
    return
  }
  if (holding.retryAt !== null && holding.givenUp !== null) {
    const end = endOfGivenUp(record, holding)
    wantRound(context, record, `it needs a new holder: ${end.because}`, end)
  }
  holding.retryAt = null
  if (needsVerify(record)) verify(context, record)
}

/**
 * Refuses the requests to offer an adapter whose holder keeps it.
 * @param unanswered why the holder could not say so; `null` when it has confirmed
 */
export function refuseDoubting(context: Context, record: AdapterRecord, unanswered: string | null): void {
  for (const { request, who } of record.doubting.splice(0)) {
    const refused = refuseOffer(record.adapter, record.holding)
    if (!refused) {
      refuseRequest(context, request, record)
      continue
    }
    const words =
      unanswered === null ? 'which it has just confirmed' : `and could not be asked: ${unanswered}`
    const reply = { ...refused, message: `${refused.message}, ${words}` }
    context.refusals.record(context, record, who, 'offer', reply)
    context.out.replies.push({ request, reply: new ClaimdError(reply), decided: false })
  }
}

/** Settles the requests to offer an adapter that no answer of its holder will settle. */
export function settleDoubted(context: Context): void {
  for (const record of context.doubted) {
    const { holding, doubting } = record
    if (doubting.length > 0) {
      if (holding?.verifying) continue
      const isGone = !context.adapters.has(record.id)
      if (isGone || !holding || yields(holding)) {
        const why = isGone ? 'it was removed' : undefined
        for (const { request } of doubting.splice(0)) refuseRequest(context, request, record, why)
      } else {
        const degraded = context.degraded && `nothing can be stored: ${context.degraded}`
        refuseDoubting(context, record, degraded ?? holding.orphaned ?? 'its plugin is not running yet')
      }
    }
    context.doubted.delete(record)
  }
}

/** Takes the holder's answer. Only a clear no ends the claim; whatever else happens, it stays protected. */
export function answerVerify(
  context: Context,
  record: AdapterRecord,
  question: Question,
  answer: Answer,
): void {
  const { holding } = record
  if (holding?.verifying?.question !== question.id) return
  const { key } = holding.verifying
  holding.verifying = null
  if (answer.result === 'SUCCESS' && isSameConnection(context, holding, answer.connection)) {
    const isVolatile = holding.volatile || answer.volatile === true
    const refused = refuseConfirmation(holding, isVolatile, configuredAs(context, holding.connection))
    if (refused !== null) {
      endByHolder(context, record, refused, 'configuration')
      return
    }
    setVolatile(context, record, holding)
    confirm(context, record, holding, key, answer.evidence)
    refuseDoubting(context, record, null)
    if (needsVerify(record)) verify(context, record)
    return
  }
  if (answer.result === 'INVALID_CONNECTION' || answer.result === 'NOT_SUPPORTED') {
    const provider = context.roster.get(holding.provider)
    if (answer.result === 'NOT_SUPPORTED' && provider) neverAgain(context, record, provider)
    // A provider only sees the connections of its own types: to it one with another type is not there.
    const configured = configuredAs(context, holding.connection)
    const elsewhere = configured && refuseConfirmation(holding, holding.volatile, configured)
    const said = `${holding.provider} says that it is no longer its own: ${answer.reason ?? 'it gave no reason'}`
    endByHolder(context, record, elsewhere ?? said, elsewhere ? 'configuration' : 'verify')
    return
  }
  postpone(context, record, answer)
}

/**
 * The holder gives its adapter up. It stays protected until a new holder takes over, or all have declined. While that
 * cannot be stored the claim stays, and its holder is asked again.
 */
export function endByHolder(context: Context, record: AdapterRecord, cause: string, by: ClaimEndCause): void {
  const holding = record.holding!
  if (holding.givenUp !== null) return
  if (context.degraded !== null) {
    keepAfterAll(context, record)
    refuseDoubting(context, record, `nothing can be stored: ${context.degraded}`)
    return
  }
  stopVerifying(context, holding)
  const { provider, connection } = holding
  const undo = () => {
    if (record.holding !== holding || !context.adapters.has(record.id)) return false
    keepAfterAll(context, record)
    return true
  }
  context.decide(undo, () => {
    holding.givenUp = cause
    holding.givenUpBy = by
    holding.retryAt = null
    holding.retries = 0
    context.emit('given-up', record, { provider, connection, cause, by })
  })
  // Who asked whether it still holds it waits for the round now.
  for (const { request } of record.doubting.splice(0)) record.waiting.push(request)
  wantRound(context, record, cause, claimEndOf(record, holding, by, cause))
}

/** That the claim was given up does not hold: its holder is asked anew. */
export function keepAfterAll(context: Context, record: AdapterRecord): void {
  const holding = record.holding!
  holding.givenUp = null
  holding.givenUpBy = null
  holding.verified = null
  holding.retryAt = context.moment.now + firstRetry
  context.wake(record, holding.retryAt)
}

/** What its provider had made up may be configured now, and the other way round. */
function setVolatile(context: Context, record: AdapterRecord, holding: Holding): void {
  const isVolatile = !context.configured.has(holding.connection)
  if (holding.volatile === isVolatile) return
  holding.volatile = isVolatile
  take(context, record, holding)
}

/** A holder whose connection moved aside may go on to answer with the name that is the operator's now. */
function isSameConnection(context: Context, holding: Holding, name: string): boolean {
  if (name === holding.connection) return true
  const configured = configuredAs(context, name)
  return holding.volatile && configured !== null && configured.owner !== holding.provider
}

function confirm(
  context: Context,
  record: AdapterRecord,
  holding: Holding,
  key: string,
  evidence: string | undefined,
): void {
  holding.verified = key
  holding.provisional = false
  holding.orphaned = null
  holding.unsure = null
  holding.retries = 0
  if (evidence !== undefined && evidence !== holding.evidence) {
    holding.evidence = evidence
    take(context, record, holding)
  }
  const { provider, connection } = holding
  emitOrHold(context, record, 'verified', { provider, connection, evidence: holding.evidence })
}

function postpone(context: Context, record: AdapterRecord, answer: Answer): void {
  const holding = record.holding!
  const pending = answer.result === 'PENDING'
  const why =
    answer.result === 'SUCCESS'
      ? `it was asked about connection ${holding.connection} and answered for ${answer.connection}`
      : (answer.reason ?? `it answered ${answer.result}`)
  if (pending) {
    // It is asked every few seconds for as long as it takes: the same answer is told once.
    const isNews = holding.unsure !== why
    holding.unsure = why
    const { provider, connection } = holding
    if (isNews) emitOrHold(context, record, 'verify-pending', { provider, connection, because: why })
  } else orphan(context, record, why, false)
  refuseDoubting(context, record, why)
  const delay = pending ? answer.retryAfterMs : firstRetry * 2 ** holding.retries
  holding.retries++
  holding.retryAt = context.moment.now + Math.min(longestRetry, Math.max(firstRetry, delay))
  context.wake(record, holding.retryAt)
}
