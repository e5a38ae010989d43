import { ClaimdError, type ErrorDocument, type Refusal } from '@claimd/sdk'
import type { FastifyError } from 'fastify'
import { type SchemaError, schemaFaults } from '../core/documents/schema-faults.js'
import { claimdError } from '../core/errors.js'
import { statusOf } from './statuses.js'

/** Requests may carry up to this many bytes of body. */
export const bodyLimit = 65_536
/** Requests may carry up to this many bytes of headers. */
export const headerLimit = 16_384

export interface Failure {
  status: number
  document: ErrorDocument | Refusal
}

/** The one shape in which every failure leaves the daemon. */
export function failureOf(error: unknown): Failure {
  const known = error instanceof ClaimdError ? error : translate(error as Partial<FastifyError>)
  return { status: statusOf(known.code), document: known.document }
}

/** Whether an error is a fault of the daemon, and not of the one who asked. */
export function isUnexpected(error: unknown): boolean {
  return !(error instanceof ClaimdError) && translate(error as Partial<FastifyError>).code === 'INTERNAL'
}

function translate(error: Partial<FastifyError> | null | undefined): ClaimdError {
  if (error?.validation) return invalid(error.validation, error.validationContext ?? 'request')
  if (error?.code === 'FST_ERR_CTP_BODY_TOO_LARGE') {
    return claimdError('REQUEST_TOO_LARGE', {
      message: "The request's body is too large",
      expected: `≤ ${bodyLimit} bytes`,
    })
  }
  // What fastify itself finds wrong with a request: its encoding, its content type, JSON that is none.
  if (error?.statusCode !== undefined && error.statusCode >= 400 && error.statusCode < 500) {
    return claimdError('USAGE', {
      message: 'The request cannot be read',
      ...(error.message !== undefined && { found: error.message }),
      expected: 'HTTP/1.1 with a JSON body or none',
    })
  }
  return claimdError('INTERNAL', {
    message: 'claimd failed at this; the fault is its own',
    remedy: "The daemon's output says more. Please report it.",
  })
}

/** The parts of a request as people call them, by what fastify calls them. */
const places: Record<string, string> = {
  body: 'the body',
  params: 'the path',
  querystring: 'the query',
  headers: 'the headers',
}

function invalid(errors: readonly SchemaError[], context: string): ClaimdError {
  const place = places[context] ?? context
  const { field, ...fault } = schemaFaults(errors, undefined)[0]!
  const about = field === '' ? place : `'${field}' in ${place}`
  return claimdError('USAGE', { message: `${about} is invalid`, ...fault, parameter: field })
}

/** What Node's parser could not make a request of. */
export function unparsable(error: NodeJS.ErrnoException): ClaimdError {
  if (error.code === 'HPE_HEADER_OVERFLOW') {
    return claimdError('REQUEST_TOO_LARGE', {
      message: "The request's headers are too large",
      expected: `≤ ${headerLimit} bytes`,
    })
  }
  if (error.code === 'ERR_HTTP_REQUEST_TIMEOUT') {
    return claimdError('TIME_OUT', { message: 'The request did not arrive in time' })
  }
  return claimdError('USAGE', {
    message: 'What was sent is not a request',
    found: error.code ?? error.message,
    expected: 'HTTP/1.1',
  })
}
