import type { ConnectCause } from '../causes.js'
import type { ResultCode } from '../result-codes.js'
import type { Fault } from './faults.js'

/** A refusal: the connection is claimed, so claimd does not disconnect it. */
export interface Refusal {
  result: 'NOT_ALLOWED'
  code: string
  message: string
  adapter: string
  provider: string
  connection: string
  remedy: string
}

/** Any other error. */
export interface ErrorDocument {
  result: ResultCode
  code: string
  message: string
  found: string | null
  expected: string | null
  remedy: string | null
  /** Every fault of a file, where the error is that it has some. */
  faults?: Fault[]
  /** The parameter of a request (in its path, query, headers or body) that is invalid, where the error is about one. */
  parameter?: string
  /** Why a connect failed, where the error is that it did. */
  connectCause?: ConnectCause
  /** The number of the request that failed, where the error is about one. */
  request?: number
}
