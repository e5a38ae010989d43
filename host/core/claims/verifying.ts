import { type Answer, ClaimdError } from '@claimd/sdk'
import { materialKey } from '../adapters/changes.js'
import type { Question } from '../kernel/provider-port.js'
import { configuredAs } from './connection-owner.js'
import type { Context } from './context.js'
import { emitOrHold } from './flapping.js'
import { isVerified, orphan, stopVerifying, take } from './holding.js'
import { refuseRequest } from './obstacles.js'
import type { AdapterRecord, Claim } from './records.js'
import { neverAgain, wantRound } from './rounds.js'
import { refuseConfirmation, refuseOffer, yields } from './rules.js'

/**
 * A verify that failed is tried again after so long, in milliseconds, then twice as long, up to the limit. A
 * provider that answers `PENDING` says for itself how long, within the same limits.
 */
const firstRetry = 1_000
const longestRetry = 60_000

/** Whether the holder has yet to confirm the link as it is. */
export function needsVerify(record: AdapterRecord): boolean {
  const { claim } = record
  if (!claim || claim.givenUp !== null) return false
  // Administrative down and up alone keep the claim: what the kernel takes away meanwhile is no reason to ask.
  return claim.provisional || claim.orphaned !== null || (record.link.up && !isVerified(record))
}

/** Asks the holder whether the adapter is still what it claimed, if that is open and it can be asked. */
export function verify(context: Context, record: AdapterRecord): void {
  const { claim } = record
  if (!claim || claim.verifying || claim.givenUp !== null || claim.retryAt !== null || !context.ready) return
  const provider = context.roster.get(claim.provider)
  if (provider?.status !== 'available') return
  const question = context.ask(record, {
    kind: 'verify',
    provider: claim.provider,
    connection: claim.connection,
    evidence: claim.evidence,
    fence: claim.fence,
  })
  claim.verifying = { question, key: materialKey(record.link) }
}

/** The claim must be confirmed as the link is now, whatever was confirmed or asked before. */
export function verifyAnew(context: Context, record: AdapterRecord): void {
  const claim = record.claim!
  // Its holder has answered already.
  if (claim.givenUp !== null) return
  stopVerifying(context, claim)
  claim.verified = null
  claim.retryAt = null
  verify(context, record)
}

/** The link changed: if its holder has yet to confirm it as it is, it is asked. */
export function verifyChange(context: Context, record: AdapterRecord): void {
  if (!needsVerify(record)) return
  // What it could not tell of the link as it was, it may tell now.
  record.claim!.retryAt = null
  verify(context, record)
}

/** Tries again what failed, once its time has come. */
export function retryVerify(context: Context, record: AdapterRecord): void {
  const { claim } = record
  if (!claim) return
  if (claim.retryAt !== null && claim.retryAt > context.moment.now) {
    context.wake(record, claim.retryAt)
    return
  }
  if (claim.retryAt !== null && claim.givenUp !== null) wantRound(context, record, 'it needs a new holder')
  claim.retryAt = null
  if (needsVerify(record)) verify(context, record)
}

/**
 * Refuses the requests to offer an adapter whose holder keeps it.
 * @param unanswered why the holder could not say so; `null` when it has confirmed
 */
export function refuseDoubting(context: Context, record: AdapterRecord, unanswered: string | null): void {
  for (const { request, who } of record.doubting.splice(0)) {
    const refused = refuseOffer(record.adapter, record.claim)
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
    const { claim, doubting } = record
    if (doubting.length > 0) {
      if (claim?.verifying) continue
      const isGone = !context.adapters.has(record.id)
      if (isGone || !claim || yields(claim)) {
        const why = isGone ? 'it was removed' : undefined
        for (const { request } of doubting.splice(0)) refuseRequest(context, request, record, why)
      } else {
        const degraded = context.degraded && `nothing can be stored: ${context.degraded}`
        refuseDoubting(context, record, degraded ?? claim.orphaned ?? 'its plugin is not running yet')
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
  const { claim } = record
  if (claim?.verifying?.question !== question.id) return
  const { key } = claim.verifying
  claim.verifying = null
  if (answer.result === 'SUCCESS' && isSameConnection(context, claim, answer.connection)) {
    const isVolatile = claim.volatile || answer.volatile === true
    const refused = refuseConfirmation(claim, isVolatile, configuredAs(context, claim.connection))
    if (refused !== null) {
      endByHolder(context, record, refused)
      return
    }
    setVolatile(context, record, claim)
    confirm(context, record, claim, key, answer.evidence)
    refuseDoubting(context, record, null)
    if (needsVerify(record)) verify(context, record)
    return
  }
  if (answer.result === 'INVALID_CONNECTION' || answer.result === 'NOT_SUPPORTED') {
    const provider = context.roster.get(claim.provider)
    if (answer.result === 'NOT_SUPPORTED' && provider) neverAgain(context, record, provider)
    // A provider only sees the connections of its own types: to it one with another type is not there.
    const configured = configuredAs(context, claim.connection)
    const elsewhere = configured && refuseConfirmation(claim, claim.volatile, configured)
    const said = `${claim.provider} says that it is no longer its own: ${answer.reason ?? 'it gave no reason'}`
    endByHolder(context, record, elsewhere ?? said)
    return
  }
  postpone(context, record, answer)
}

/**
 * The holder gives its adapter up. It stays protected until a new holder takes over, or all have declined. While that
 * cannot be stored the claim stays, and its holder is asked again.
 */
export function endByHolder(context: Context, record: AdapterRecord, cause: string): void {
  const claim = record.claim!
  if (claim.givenUp !== null) return
  if (context.degraded !== null) {
    keepAfterAll(context, record)
    refuseDoubting(context, record, `nothing can be stored: ${context.degraded}`)
    return
  }
  stopVerifying(context, claim)
  const { provider, connection } = claim
  const undo = () => {
    if (record.claim !== claim || !context.adapters.has(record.id)) return false
    keepAfterAll(context, record)
    return true
  }
  context.decide(undo, () => {
    claim.givenUp = cause
    claim.retryAt = null
    claim.retries = 0
    const message = `${record.adapter.name} stays protected until it has a new holder: ${cause}`
    context.emit('given-up', record, message, { provider, connection, cause })
  })
  // Who asked whether it still holds it waits for the round now.
  for (const { request } of record.doubting.splice(0)) record.waiting.push(request)
  wantRound(context, record, `${provider} gave it up`)
}

/** That the claim was given up does not hold: its holder is asked anew. */
export function keepAfterAll(context: Context, record: AdapterRecord): void {
  const claim = record.claim!
  claim.givenUp = null
  claim.verified = null
  claim.retryAt = context.moment.now + firstRetry
  context.wake(record, claim.retryAt)
}

/** What its provider had made up may be configured now, and the other way round. */
function setVolatile(context: Context, record: AdapterRecord, claim: Claim): void {
  const isVolatile = !context.configured.has(claim.connection)
  if (claim.volatile === isVolatile) return
  claim.volatile = isVolatile
  take(context, record, claim)
}

/** A holder whose connection moved aside may go on to answer with the name that is the operator's now. */
function isSameConnection(context: Context, claim: Claim, name: string): boolean {
  if (name === claim.connection) return true
  const configured = configuredAs(context, name)
  return claim.volatile && configured !== null && configured.owner !== claim.provider
}

function confirm(
  context: Context,
  record: AdapterRecord,
  claim: Claim,
  key: string,
  evidence: string | undefined,
): void {
  claim.verified = key
  claim.provisional = false
  claim.orphaned = null
  claim.unsure = null
  claim.retries = 0
  if (evidence !== undefined && evidence !== claim.evidence) {
    claim.evidence = evidence
    take(context, record, claim)
  }
  const { provider, connection } = claim
  const message = `${provider} confirmed that it holds ${record.adapter.name}`
  emitOrHold(context, record, 'verified', message, { provider, connection, evidence: claim.evidence })
}

function postpone(context: Context, record: AdapterRecord, answer: Answer): void {
  const claim = record.claim!
  const pending = answer.result === 'PENDING'
  const why =
    answer.result === 'SUCCESS'
      ? `it was asked about connection ${claim.connection} and answered for ${answer.connection}`
      : (answer.reason ?? `it answered ${answer.result}`)
  if (pending) {
    // It is asked every few seconds for as long as it takes: the same answer is told once.
    const isNews = claim.unsure !== why
    claim.unsure = why
    const message = `${claim.provider} cannot tell yet whether it still holds ${record.adapter.name}: ${why}`
    const { provider, connection } = claim
    if (isNews) emitOrHold(context, record, 'verify-pending', message, { provider, connection })
  } else orphan(context, record, why, false)
  refuseDoubting(context, record, why)
  const delay = pending ? answer.retryAfterMs : firstRetry * 2 ** claim.retries
  claim.retries++
  claim.retryAt = context.moment.now + Math.min(longestRetry, Math.max(firstRetry, delay))
  context.wake(record, claim.retryAt)
}
