import type { Answer } from '@claimd/sdk'
import { type Ended, lastLine, said } from './run-program.js'
import { isObject, shown } from './shown.js'

/**
 * The exit codes that are answers. A script that breaks ends with 1 (an uncaught exception, a command that failed
 * under `set -e`), 2 (a shell's syntax error), or 126 and more; none of these may end a claim as a no.
 */
const mine = 0
const notMine = 10
const cannotTellYet = 11

/** When a script that cannot tell yet is asked again, unless it says when, in milliseconds. */
const retryAfterMs = 1_000

/**
 * What a run of `offer` or `verify` answers, by its exit code or by the JSON that it printed.
 * @param connection the connection that it was asked about: it answers for no other
 */
export function answerOf({ code, stdout, stderr }: Ended, connection: string): Answer {
  const reason = lastLine(stderr) ?? 'it gave no reason'
  if (code === notMine) return { result: 'INVALID_CONNECTION', reason }
  if (code === cannotTellYet) return { result: 'PENDING', retryAfterMs, reason }
  if (code !== mine) return failure(`it ended with exit code ${code}${said(stderr)}`)
  if (stdout.trim() === '') return { result: 'SUCCESS', connection }
  return printedAnswer(stdout, connection)
}

/** An answer that is none. It costs this answer, and ends no claim. */
export function failure(reason: string): Answer {
  return { result: 'UNEXPECTED', reason }
}

function printedAnswer(stdout: string, connection: string): Answer {
  let found: unknown
  try {
    found = JSON.parse(stdout)
  } catch {
    return failure(`it printed ${shown(stdout.trim())}, expected a JSON object, or nothing`)
  }
  if (!isObject(found)) return failure(`it printed ${shown(found)}, expected a JSON object, or nothing`)
  const { result, evidence, reason = 'it gave no reason', retryAfterMs: retry = retryAfterMs } = found
  if (found.connection !== undefined && found.connection !== connection) {
    return failure(`it was asked about ${connection} and answered for ${shown(found.connection)}`)
  }
  if (typeof reason !== 'string') return failure(`reason: found ${shown(reason)}, expected a text`)
  if (result === 'SUCCESS') {
    if (evidence === undefined) return { result, connection }
    if (typeof evidence === 'string') return { result, connection, evidence }
    return failure(`evidence: found ${shown(evidence)}, expected a text`)
  }
  // Never is never for this script only: the provider has others, also for this adapter.
  if (result === 'INVALID_CONNECTION' || result === 'NOT_SUPPORTED')
    return { result: 'INVALID_CONNECTION', reason }
  if (result === 'PENDING') {
    if (typeof retry === 'number' && retry > 0 && Number.isFinite(retry))
      return { result, retryAfterMs: retry, reason }
    return failure(`retryAfterMs: found ${shown(retry)}, expected a number of milliseconds`)
  }
  return failure(`it answered ${shown(result)}: ${reason}`)
}
