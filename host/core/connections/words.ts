import type { ClaimdError, ConnectCause, Failure as ProviderFailure, ResultCode } from '@claimd/sdk'
import { claimdError } from '../errors.js'
import type { Failure } from './records.js'
import type { Completion } from './requests.js'

/** What a provider answered that did not do it. */
export function wordsOf(provider: string, answer: { result: ResultCode; reason?: string }): string {
  return `${provider} answered ${answer.result}${answer.reason === undefined ? '' : `: ${answer.reason}`}`
}

/** Why a connect failed, from what its provider answered. */
export function failureOf(provider: string, answer: ProviderFailure): Failure {
  const because = answer.reason ?? `${provider} answered ${answer.result}`
  return { cause: answer.cause ?? 'provider-failed', because }
}

const codes: Partial<Record<ConnectCause, { code: string; result: ResultCode }>> = {
  'no-adapter': { code: 'NO_ADAPTER', result: 'CONNECTION_ACQUIRE_FAILED' },
  'resource-busy': { code: 'RESOURCE_BUSY', result: 'CONNECTION_ACQUIRE_FAILED' },
  cancelled: { code: 'CONNECT_CANCELLED', result: 'CONNECTION_ACQUIRE_FAILED' },
  interrupted: { code: 'CONNECT_INTERRUPTED', result: 'CONNECTION_ACQUIRE_FAILED' },
}

/** What a request to connect is answered when it fails so. */
export function errorOfFailure(connection: string, { cause, because }: Failure): Completion {
  const { code, result } = codes[cause] ?? {
    code: 'CONNECT_FAILED',
    result: 'CONNECTION_ACQUIRE_FAILED' as const,
  }
  return { result, code, cause, message: `connection ${connection} is not connected: ${because}` }
}

export function unknownConnection(name: string): ClaimdError {
  return claimdError('CONNECTION_NOT_FOUND', {
    message: `there is no connection ${name}`,
    found: name,
    expected: 'the name of a configured connection',
    remedy: 'see: claimd connections',
  })
}
