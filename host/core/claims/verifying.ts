import type { Answer } from '@claimd/sdk'
import { materialKey } from '../adapters/changes.js'
import type { Context } from './context.js'
import { endClaim, isVerified, orphan } from './holding.js'
import type { Question } from './ports.js'
import type { AdapterRecord } from './records.js'
import { wantRound } from './rounds.js'

/** A verify that failed is tried again after so long, in milliseconds, then twice as long, up to the limit. */
const firstRetry = 1_000
const longestRetry = 60_000

/** Whether the holder has yet to confirm the link as it is. */
export function needsVerify(record: AdapterRecord): boolean {
  const { claim } = record
  if (!claim) return false
  // Administrative down and up alone keep the claim: what the kernel takes away meanwhile is no reason to ask.
  return claim.provisional || claim.orphaned !== null || (record.link.up && !isVerified(record))
}

/** Asks the holder whether the adapter is still what it claimed, if that is open and it can be asked. */
export function verify(context: Context, record: AdapterRecord): void {
  const { claim } = record
  if (!claim || claim.verifying || claim.retryAt !== null || !context.ready) return
  const provider = context.providers.get(claim.provider)
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

/** The claim must be confirmed again, whatever was confirmed before. */
export function verifyAnew(context: Context, record: AdapterRecord): void {
  const claim = record.claim!
  claim.verified = null
  claim.retryAt = null
  verify(context, record)
}

/** Tries again what failed, once its time has come. */
export function retryVerify(context: Context, record: AdapterRecord): void {
  const { claim } = record
  if (!claim) return
  if (claim.retryAt !== null) {
    if (claim.retryAt > context.moment.now) return
    claim.retryAt = null
  }
  if (needsVerify(record)) verify(context, record)
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
  if (answer.result === 'SUCCESS' && answer.connection === claim.connection) {
    const news = claim.provisional || claim.orphaned !== null
    claim.verified = key
    claim.provisional = false
    claim.orphaned = null
    claim.retries = 0
    if (news) {
      context.emit('verified', record, `${claim.provider} confirmed that it holds ${record.adapter.name}`, {
        provider: claim.provider,
        connection: claim.connection,
      })
    }
    if (needsVerify(record)) verify(context, record)
    return
  }
  if (answer.result === 'INVALID_CONNECTION' || answer.result === 'NOT_SUPPORTED') {
    const cause = answer.reason ?? 'it gave no reason'
    endClaim(context, record, `${claim.provider} says that it is no longer its own: ${cause}`, 'gone')
    wantRound(context, record, 'the claim ended')
    return
  }
  postpone(context, record, answer)
}

function postpone(context: Context, record: AdapterRecord, answer: Answer): void {
  const claim = record.claim!
  const pending = answer.result === 'PENDING'
  const why =
    answer.result === 'SUCCESS'
      ? `it was asked about connection ${claim.connection} and answered for ${answer.connection}`
      : (answer.reason ?? `it answered ${answer.result}`)
  if (!pending) orphan(context, record, why, false)
  const delay = Math.min(longestRetry, firstRetry * 2 ** claim.retries)
  claim.retries++
  claim.retryAt = context.moment.now + (pending ? Math.max(answer.retryAfterMs, 100) : delay)
  context.wake(record, claim.retryAt)
}
