import type { Answer } from '@claimd/sdk'
import type { Script } from './script/script.js'

/** The answer for all, and the script that said yes, if one did. */
export interface Combined {
  answer: Answer
  script: Script | null
}

/**
 * Makes one answer of those of several scripts: that of the first which says yes. Without one: cannot tell yet,
 * where one of them cannot; a failure, where one of them failed; else no. All their reasons are given.
 * @param answers in the order that decides
 * @param more reasons beside those of the scripts
 * @param outdone called for each script that said yes too
 */
export async function combine(
  answers: readonly Promise<readonly [Script, Answer]>[],
  more: readonly string[],
  outdone: (script: Script) => void,
): Promise<Combined> {
  const declined: Answer[] = []
  const reasons: string[] = []
  for (const [index, pending] of answers.entries()) {
    const [script, answer] = await pending
    if (answer.result === 'SUCCESS') {
      for (const later of answers.slice(index + 1)) {
        void later.then(([script, answer]) => {
          if (answer.result === 'SUCCESS') outdone(script)
        })
      }
      return { answer, script }
    }
    declined.push(answer)
    reasons.push(`${script.connection.name}: ${answer.reason}`)
  }
  const reason = [...reasons, ...more].join('; ')
  const retries = declined.flatMap((answer) => (answer.result === 'PENDING' ? answer.retryAfterMs : []))
  if (retries.length > 0) return no({ result: 'PENDING', retryAfterMs: Math.min(...retries), reason })
  const failed = declined.some(({ result }) => result === 'UNEXPECTED')
  return no({ result: failed ? 'UNEXPECTED' : 'INVALID_CONNECTION', reason })
}

function no(answer: Answer): Combined {
  return { answer, script: null }
}
