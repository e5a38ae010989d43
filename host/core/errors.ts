import { ClaimdError, type Fault, type ResultCode } from '@claimd/sdk'
import { placesOf, subjectOf } from './documents/fault-place.js'

/** The exit codes of the command line. */
export const exitCodes = {
  ok: 0,
  internal: 1,
  usage: 2,
  timeOut: 3,
  connectFailed: 4,
  disconnectFailed: 5,
  claimed: 6,
  notPermitted: 7,
  unreachable: 8,
  versionMismatch: 9,
  notFound: 10,
  inProgress: 11,
  conflict: 12,
  unfulfillable: 13,
  rolledBack: 14,
} as const

interface ErrorKind {
  /** The protocol's word for it. */
  result: ResultCode
  exit: (typeof exitCodes)[keyof typeof exitCodes]
  /** HTTP status. */
  status: number
}

/** Every error that a person can meet, by its code. */
export const errorKinds = {
  INTERNAL: { result: 'UNEXPECTED', exit: exitCodes.internal, status: 500 },
  USAGE: { result: 'INVALID_PARAMETER', exit: exitCodes.usage, status: 400 },
  CLAIMED_OUT_OF_BAND: { result: 'NOT_ALLOWED', exit: exitCodes.claimed, status: 409 },
  HELD_BY_PROVIDER: { result: 'NOT_ALLOWED', exit: exitCodes.claimed, status: 409 },
  NOT_PERMITTED: { result: 'ACCESS_DENIED', exit: exitCodes.notPermitted, status: 403 },
  DAEMON_UNREACHABLE: { result: 'UNEXPECTED', exit: exitCodes.unreachable, status: 503 },
  VERSION_MISMATCH: { result: 'INVALID_VERSION', exit: exitCodes.versionMismatch, status: 404 },
  TIME_OUT: { result: 'UNEXPECTED', exit: exitCodes.timeOut, status: 504 },
  ANSWER_MALFORMED: { result: 'UNEXPECTED', exit: exitCodes.internal, status: 502 },
  NOT_FOUND: { result: 'INVALID_PARAMETER', exit: exitCodes.notFound, status: 404 },
  METHOD_NOT_ALLOWED: { result: 'INVALID_PARAMETER', exit: exitCodes.usage, status: 405 },
  TOO_MANY_CONNECTIONS: { result: 'OUT_OF_MEMORY', exit: exitCodes.conflict, status: 503 },
  TOO_MANY_STREAMS: { result: 'OUT_OF_MEMORY', exit: exitCodes.conflict, status: 503 },
  REQUEST_TOO_LARGE: { result: 'INVALID_PARAMETER', exit: exitCodes.usage, status: 413 },
  SOCKET_PATH_TOO_LONG: { result: 'INVALID_PARAMETER', exit: exitCodes.usage, status: 400 },
  SOCKET_IN_USE: { result: 'NOT_ALLOWED', exit: exitCodes.conflict, status: 409 },
  SOCKET_PATH_TAKEN: { result: 'NOT_ALLOWED', exit: exitCodes.conflict, status: 409 },
  SOCKET_FOLDER_UNSAFE: { result: 'ACCESS_DENIED', exit: exitCodes.notPermitted, status: 403 },
  SOCKET_UNAVAILABLE: { result: 'UNEXPECTED', exit: exitCodes.unfulfillable, status: 503 },
  ADAPTER_NAME_MALFORMED: { result: 'INVALID_PARAMETER', exit: exitCodes.usage, status: 400 },
  ADAPTER_NOT_FOUND: { result: 'INVALID_PARAMETER', exit: exitCodes.notFound, status: 404 },
  ADAPTER_AMBIGUOUS: { result: 'INVALID_PARAMETER', exit: exitCodes.usage, status: 409 },
  CONNECTION_NOT_FOUND: { result: 'CONNECTION_DOES_NOT_EXIST', exit: exitCodes.notFound, status: 404 },
  ADAPTER_NOT_OFFERED: { result: 'NOT_SUPPORTED', exit: exitCodes.unfulfillable, status: 409 },
  PLUGIN_NOT_FOUND: { result: 'INVALID_PARAMETER', exit: exitCodes.notFound, status: 404 },
  PLUGIN_REJECTED: { result: 'NOT_SUPPORTED', exit: exitCodes.unfulfillable, status: 409 },
  PLUGIN_CHANGED: { result: 'INVALID_VERSION', exit: exitCodes.conflict, status: 409 },
  FOLDER_NOT_EMPTY: { result: 'INVALID_PARAMETER', exit: exitCodes.conflict, status: 409 },
  FOLDER_UNUSABLE: { result: 'ACCESS_DENIED', exit: exitCodes.notPermitted, status: 403 },
  NOT_CONFIRMED: { result: 'NOT_ALLOWED', exit: exitCodes.notPermitted, status: 403 },
  PLUGIN_DISABLED_BY_FILE: { result: 'NOT_ALLOWED', exit: exitCodes.unfulfillable, status: 409 },
  LINK_NOT_CHANGED: { result: 'UNEXPECTED', exit: exitCodes.unfulfillable, status: 502 },
  LINKS_UNAVAILABLE: { result: 'UNEXPECTED', exit: exitCodes.internal, status: 503 },
  SIMULATION_INVALID: { result: 'INVALID_PARAMETER', exit: exitCodes.usage, status: 400 },
  STORE_DEGRADED: { result: 'UNEXPECTED', exit: exitCodes.unfulfillable, status: 503 },
  STATE_FOLDER_INVALID: { result: 'INVALID_PARAMETER', exit: exitCodes.usage, status: 500 },
  RECORDING_EXISTS: { result: 'INVALID_PARAMETER', exit: exitCodes.conflict, status: 409 },
  RECORDING_UNUSABLE: { result: 'ACCESS_DENIED', exit: exitCodes.notPermitted, status: 403 },
  RECORDING_NOT_FOUND: { result: 'INVALID_PARAMETER', exit: exitCodes.notFound, status: 404 },
  RECORDING_INVALID: { result: 'INVALID_PARAMETER', exit: exitCodes.usage, status: 400 },
  TEMPORARY_FOLDER_UNUSABLE: { result: 'UNEXPECTED', exit: exitCodes.unfulfillable, status: 500 },
  STATE_UNSAFE: { result: 'ACCESS_DENIED', exit: exitCodes.notPermitted, status: 500 },
  STATE_FORBIDDEN: { result: 'ACCESS_DENIED', exit: exitCodes.notPermitted, status: 500 },
  STATE_READ_ONLY: { result: 'UNEXPECTED', exit: exitCodes.unfulfillable, status: 500 },
  STATE_FULL: { result: 'UNEXPECTED', exit: exitCodes.unfulfillable, status: 500 },
  STATE_IN_USE: { result: 'UNEXPECTED', exit: exitCodes.conflict, status: 409 },
  STATE_FOREIGN: { result: 'UNEXPECTED', exit: exitCodes.conflict, status: 500 },
  STATE_NEWER: { result: 'INVALID_VERSION', exit: exitCodes.versionMismatch, status: 500 },
  STATE_DAMAGED: { result: 'UNEXPECTED', exit: exitCodes.internal, status: 500 },
  STATE_UNUSABLE: { result: 'UNEXPECTED', exit: exitCodes.internal, status: 500 },
  CASE_NOT_FOUND: { result: 'INVALID_PARAMETER', exit: exitCodes.usage, status: 400 },
  CONFORMANCE_FILE_INVALID: { result: 'INVALID_PARAMETER', exit: exitCodes.usage, status: 400 },
  CONFIGURATION_INVALID: { result: 'INVALID_PARAMETER', exit: exitCodes.usage, status: 500 },
  CONFIGURATION_NOT_FOUND: { result: 'INVALID_PARAMETER', exit: exitCodes.notFound, status: 500 },
  CONFIGURATION_UNREADABLE: { result: 'ACCESS_DENIED', exit: exitCodes.notPermitted, status: 500 },
  CONFIGURATION_UNSAFE: { result: 'ACCESS_DENIED', exit: exitCodes.notPermitted, status: 500 },
  NOT_ALLOWED: { result: 'NOT_ALLOWED', exit: exitCodes.notPermitted, status: 403 },
  REQUEST_MALFORMED: { result: 'INVALID_PARAMETER', exit: exitCodes.usage, status: 400 },
  TOO_MANY_REQUESTS: { result: 'OUT_OF_MEMORY', exit: exitCodes.conflict, status: 429 },
  RESULT_TOO_LARGE: { result: 'OUT_OF_MEMORY', exit: exitCodes.unfulfillable, status: 413 },
  SERVICE_UNAVAILABLE: { result: 'NOT_SUPPORTED', exit: exitCodes.unfulfillable, status: 503 },
  FILE_UNREADABLE: { result: 'UNEXPECTED', exit: exitCodes.notFound, status: 404 },
  PROGRAM_UNUSABLE: { result: 'UNEXPECTED', exit: exitCodes.unfulfillable, status: 409 },
  DBUS_UNREACHABLE: { result: 'UNEXPECTED', exit: exitCodes.unfulfillable, status: 503 },
  DBUS_FAILED: { result: 'UNEXPECTED', exit: exitCodes.unfulfillable, status: 502 },
  STORAGE_FULL: { result: 'OUT_OF_MEMORY', exit: exitCodes.unfulfillable, status: 409 },
  PLUGIN_INVALID: { result: 'NOT_SUPPORTED', exit: exitCodes.unfulfillable, status: 409 },
  PLUGIN_ARCHIVE_INVALID: { result: 'INVALID_PARAMETER', exit: exitCodes.usage, status: 400 },
  PLUGIN_SOURCE_NOT_FOUND: { result: 'INVALID_PARAMETER', exit: exitCodes.notFound, status: 404 },
  PLUGIN_INSTALLED: { result: 'NOT_ALLOWED', exit: exitCodes.conflict, status: 409 },
  PLUGIN_BUNDLED: { result: 'NOT_ALLOWED', exit: exitCodes.conflict, status: 409 },
  PLUGIN_NOT_INSTALLED: { result: 'INVALID_PARAMETER', exit: exitCodes.notFound, status: 404 },
} as const satisfies Record<string, ErrorKind>

export type ErrorCode = keyof typeof errorKinds

/** Makes an error a person can act on. */
export function claimdError(
  code: ErrorCode,
  text: {
    message: string
    found?: string
    expected?: string
    remedy?: string
    faults?: Fault[]
    parameter?: string
  },
  options?: ErrorOptions,
): ClaimdError {
  return new ClaimdError(
    {
      result: errorKinds[code].result,
      code,
      message: text.message,
      found: text.found ?? null,
      expected: text.expected ?? null,
      remedy: text.remedy ?? null,
      ...(text.faults ? { faults: text.faults } : {}),
      ...(text.parameter ? { parameter: text.parameter } : {}),
    },
    options,
  )
}

/** Makes the error of a file, or of the files of a folder, with faults (one at least), which names all of them at once. */
export function faultyFile(code: ErrorCode, faults: readonly Fault[], remedy: string): ClaimdError {
  const [first, ...others] = faults as [Fault, ...Fault[]]
  const subject = subjectOf(faults)
  const places = placesOf(faults)
  if (others.length === 0) {
    const { found, expected } = first
    const [place] = places
    return claimdError(code, {
      message: `${subject} has a fault${place === 'the whole file' ? '' : ` at ${place}`}`,
      found,
      expected,
      remedy: first.remedy,
      faults: [first],
    })
  }
  const more = places.length - mostPlaces
  const named = places.slice(0, mostPlaces).join('; ') + (more > 0 ? ` and ${more} more` : '')
  return claimdError(code, {
    message: `${subject} has ${faults.length} faults`,
    found: `faults at ${named}`,
    expected: 'a file without faults',
    remedy,
    faults: [...faults],
  })
}

/** More places than these would hide the rest of the message. */
const mostPlaces = 10

/** The exit code for an error's code; 1 for one that this version does not know. */
export function exitCodeOf(code: string): number {
  return Object.hasOwn(errorKinds, code) ? errorKinds[code as ErrorCode].exit : exitCodes.internal
}
