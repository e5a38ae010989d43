import type { ActOutcome } from '@claimd/sdk/wire'
import { isNestedDeeper } from '../../core/documents/nesting.js'
import { depthLimit } from './wire-limits.js'

/** The longest result that is sent, in UTF-16 units, and how deep it may be nested. */
const resultLength = 64 * 1024
/** Below the message, its parameters, the list and the result. */
const answerDepth = depthLimit - 4

/**
 * What came of a call as JSON. An answer that the host would not take costs itself, and nothing that travels with it.
 * @param of what it is sent with
 */
export function sendable(outcome: ActOutcome, of: { id?: number } = {}): string {
  const failed = (error: string) => JSON.stringify({ ...of, error })
  try {
    const json = JSON.stringify({ ...of, ...outcome })
    if (json.length > resultLength) return failed(`answered with more than ${resultLength} characters`)
    if (isNestedDeeper(json, answerDepth))
      return failed(`answered with what is nested more than ${answerDepth} deep`)
    return json
  } catch {
    return failed('answered with what cannot be sent')
  }
}
