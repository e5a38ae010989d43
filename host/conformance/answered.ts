import type { Answer } from '@claimd/sdk'
import type { Answered, Claimed } from '@claimd/sdk/conformance'
import type { AnswerEvent } from '../core/kernel/provider-port.js'
import type { Parts } from './parts.js'

/** What an offer or a verify came to. @param plugin its name */
export function answeredOf(
  { question: { kind, provider, adapter, connection, fence }, answer, ms }: AnswerEvent,
  plugin: string,
  limits: Parts['limits'],
): Answered {
  const limit = kind === 'verify' ? limits.verifyMs : limits.offerMs
  const late = answer.result === 'UNEXPECTED' && ms >= limit
  if (answer.result !== 'SUCCESS') return { answer, ms, late, claim: null }
  const claim: Claimed = {
    provider: provider.slice(plugin.length + 1),
    adapter,
    connection: answer.connection ?? connection,
    volatile: answer.volatile ?? false,
    evidence: answer.evidence ?? null,
    fence,
  }
  return { answer, ms, late, claim }
}

/** The text with which the probe replies. */
export function replyOf(answer: Answer): string {
  return ('reason' in answer ? answer.reason : undefined) ?? `it answered ${answer.result}`
}
