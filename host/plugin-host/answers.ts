import type { Answer } from '@claimd/sdk'

/** The answer that stands for a failure of the provider or its process. */
export function unexpected(reason: string): Answer {
  return { result: 'UNEXPECTED', reason }
}

/** Whether an answer gives a claim up. */
export function isNo({ result }: Answer): boolean {
  return result === 'INVALID_CONNECTION' || result === 'NOT_SUPPORTED'
}
