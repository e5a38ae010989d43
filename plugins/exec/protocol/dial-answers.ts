import type { ConnectAnswer, ConnectCause, DisconnectAnswer, Failure, StatusAnswer } from '@claimd/sdk'
import { type LinkSettings, linkKeys, readLinkSettings } from './link-settings.js'
import { type Ended, lastLine, said } from './run-program.js'
import { isObject, shown } from './shown.js'

/** The exit codes that are answers, as for the other verbs: see `answer.ts`. */
const yes = 0
const no = 10

/** An answer that is none: the script broke, or could not be run. */
export function dialFailure(reason: string): Failure {
  return { result: 'UNEXPECTED', reason }
}

/** A script that connects may have claimd set something on its link. */
export type ScriptConnected = Extract<ConnectAnswer, { result: 'SUCCESS' }> & { settings?: LinkSettings }

const connectKeys: readonly string[] = ['result', 'evidence', ...linkKeys]

/** What a run of `connect` answers: 10 is a failure with the reason that it wrote. */
export function connectAnswerOf(ended: Ended): ScriptConnected | Failure {
  if (ended.code === no) return { result: 'CONNECTION_ACQUIRE_FAILED', reason: reasonOf(ended) }
  const read = printed(ended)
  if ('answer' in read) return read.answer
  const { evidence } = read.success
  if (evidence !== undefined && typeof evidence !== 'string')
    return dialFailure(`evidence: found ${shown(evidence)}, expected a text`)
  // A mistyped key would leave a link without its address.
  const other = Object.keys(read.success).find((key) => !connectKeys.includes(key))
  if (other !== undefined)
    return dialFailure(
      `${other}: found ${shown(read.success[other])}, expected one of ${connectKeys.join(', ')}`,
    )
  try {
    const settings = readLinkSettings(read.success)
    return { result: 'SUCCESS', ...(evidence !== undefined && { evidence }), ...(settings && { settings }) }
  } catch (error) {
    return dialFailure((error as Error).message)
  }
}

/** What a run of `disconnect` answers: 10 says that this script does not take it down. */
export function disconnectAnswerOf(ended: Ended): DisconnectAnswer {
  if (ended.code === no) return { result: 'NOT_SUPPORTED', reason: reasonOf(ended) }
  const read = printed(ended)
  return 'answer' in read ? read.answer : { result: 'SUCCESS' }
}

const states = ['connected', 'suspended', 'disconnected'] as const

/** What a run of `status` answers: 0 alone says that it is up, 10 that it is not. */
export function statusAnswerOf(ended: Ended): StatusAnswer {
  if (ended.code === no) return { result: 'SUCCESS', state: 'disconnected', reason: reasonOf(ended) }
  const read = printed(ended)
  if ('answer' in read) return read.answer
  const { state = 'connected', reason } = read.success
  const known = states.find((one) => one === state)
  if (known === undefined) return dialFailure(`state: found ${shown(state)}, expected ${states.join(', ')}`)
  if (reason !== undefined && typeof reason !== 'string')
    return dialFailure(`reason: found ${shown(reason)}, expected a text`)
  return { result: 'SUCCESS', state: known, ...(reason !== undefined && { reason }) }
}

function reasonOf({ stderr }: Ended): string {
  return lastLine(stderr) ?? 'it gave no reason'
}

/** A success with what was printed beside it, or the answer that it is instead. */
function printed({
  code,
  stdout,
  stderr,
}: Ended): { success: Record<string, unknown> } | { answer: Failure } {
  const broken = (reason: string) => ({ answer: dialFailure(reason) })
  if (code !== yes) return broken(`it ended with exit code ${code}${said(stderr)}`)
  if (stdout.trim() === '') return { success: {} }
  let found: unknown
  try {
    found = JSON.parse(stdout)
  } catch {
    return broken(`it printed ${shown(stdout.trim())}, expected a JSON object, or nothing`)
  }
  if (!isObject(found)) return broken(`it printed ${shown(found)}, expected a JSON object, or nothing`)
  const { result, cause, reason = 'it gave no reason' } = found
  if (result === 'SUCCESS') return { success: found }
  if (typeof result !== 'string') return broken(`result: found ${shown(result)}, expected a result code`)
  if (typeof reason !== 'string') return broken(`reason: found ${shown(reason)}, expected a text`)
  // Whether there are such a code and such a cause, the host checks.
  const answer = { result: result as Failure['result'], reason }
  return { answer: cause === undefined ? answer : { ...answer, cause: cause as ConnectCause } }
}
