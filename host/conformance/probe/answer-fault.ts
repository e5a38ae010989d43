import { shown, textOf } from './plain-text.js'

/** What makes an answer none, or `null`. */
export function answerFault(answer: unknown, resultCodes: readonly string[]): string | null {
  if (typeof answer !== 'object' || answer === null)
    return `the answer is ${answer === null ? 'null' : typeof answer}`
  const { result, connection, retryAfterMs, reason, evidence, volatile } = answer as Record<string, unknown>
  if (!resultCodes.includes(result as string)) return `the result is ${shown(result)}`
  if (result === 'SUCCESS') {
    if (typeof connection !== 'string') return `SUCCESS with the connection ${shown(connection)}`
    if (!['undefined', 'boolean'].includes(typeof volatile)) return `volatile is ${shown(volatile)}`
    if (!['undefined', 'string'].includes(typeof evidence)) return `the evidence is ${shown(evidence)}`
  } else if (!['undefined', 'string'].includes(typeof reason)) return `the reason is ${shown(reason)}`
  if (result === 'PENDING' && !(typeof retryAfterMs === 'number' && retryAfterMs >= 0))
    return `PENDING with retryAfterMs ${shown(retryAfterMs)}`
  try {
    JSON.stringify(answer)
    return null
  } catch (thrown) {
    return `the answer cannot be sent: ${textOf(thrown)}`
  }
}
