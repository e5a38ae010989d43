import { ClaimdError, type Fault, type ResultCode } from '@claimd/sdk'
import { placesOf, subjectOf } from './documents/fault-place.js'

/** Every error that a person can meet: its code, and the protocol's word for it. */
export const errorResults = {
  INTERNAL: 'UNEXPECTED',
  USAGE: 'INVALID_PARAMETER',
  CLAIMED_OUT_OF_BAND: 'NOT_ALLOWED',
  HELD_BY_PROVIDER: 'NOT_ALLOWED',
  NOT_PERMITTED: 'ACCESS_DENIED',
  DAEMON_UNREACHABLE: 'UNEXPECTED',
  VERSION_MISMATCH: 'INVALID_VERSION',
  TIME_OUT: 'UNEXPECTED',
  ANSWER_MALFORMED: 'UNEXPECTED',
  NOT_FOUND: 'INVALID_PARAMETER',
  METHOD_NOT_ALLOWED: 'INVALID_PARAMETER',
  TOO_MANY_CONNECTIONS: 'OUT_OF_MEMORY',
  TOO_MANY_STREAMS: 'OUT_OF_MEMORY',
  REQUEST_TOO_LARGE: 'INVALID_PARAMETER',
  SOCKET_PATH_TOO_LONG: 'INVALID_PARAMETER',
  SOCKET_IN_USE: 'NOT_ALLOWED',
  SOCKET_PATH_TAKEN: 'NOT_ALLOWED',
  SOCKET_FOLDER_UNSAFE: 'ACCESS_DENIED',
  SOCKET_UNAVAILABLE: 'UNEXPECTED',
  ADAPTER_NAME_MALFORMED: 'INVALID_PARAMETER',
  ADAPTER_NOT_FOUND: 'INVALID_PARAMETER',
  MOMENT_UNKNOWN: 'INVALID_PARAMETER',
  ADAPTER_AMBIGUOUS: 'INVALID_PARAMETER',
  CONNECTION_NOT_FOUND: 'CONNECTION_DOES_NOT_EXIST',
  CONNECTION_NAME_MALFORMED: 'INVALID_CONNECTION',
  CONNECTION_EXISTS: 'CONNECTION_ALREADY_EXISTS',
  CONNECTION_TYPE_UNKNOWN: 'INVALID_CONNECTION_TYPE',
  CONNECTION_CONFIG_INVALID: 'INVALID_PARAMETER',
  CONNECTION_CHANGED: 'INCONSISTENT_CONFIGURATION',
  CONNECTION_IN_FILE: 'NOT_ALLOWED',
  CONNECTION_IN_USE: 'NOT_ALLOWED',
  CONNECTION_BUSY: 'NOT_ALLOWED',
  CONNECTION_DISABLED: 'CONNECTION_ACQUIRE_FAILED',
  NO_ADAPTER: 'CONNECTION_ACQUIRE_FAILED',
  ALREADY_CONNECTING: 'CONNECTION_ACQUIRE_FAILED',
  RESOURCE_BUSY: 'CONNECTION_ACQUIRE_FAILED',
  CONNECT_FAILED: 'CONNECTION_ACQUIRE_FAILED',
  CONNECT_CANCELLED: 'CONNECTION_ACQUIRE_FAILED',
  CONNECT_TIMED_OUT: 'CONNECTION_ACQUIRE_FAILED',
  CONNECT_INTERRUPTED: 'CONNECTION_ACQUIRE_FAILED',
  DISCONNECT_FAILED: 'CONNECTION_NOT_ACQUIRED',
  REQUEST_NOT_FOUND: 'INVALID_PARAMETER',
  PROVIDER_UNAVAILABLE: 'CONNECTION_ACQUIRE_FAILED',
  ADAPTER_NOT_OFFERED: 'NOT_SUPPORTED',
  PLUGIN_NOT_FOUND: 'INVALID_PARAMETER',
  PLUGIN_REJECTED: 'NOT_SUPPORTED',
  PLUGIN_CHANGED: 'INVALID_VERSION',
  FOLDER_NOT_EMPTY: 'INVALID_PARAMETER',
  FOLDER_UNUSABLE: 'ACCESS_DENIED',
  NOT_CONFIRMED: 'NOT_ALLOWED',
  PLUGIN_DISABLED_BY_FILE: 'NOT_ALLOWED',
  LINK_NOT_CHANGED: 'UNEXPECTED',
  LINKS_UNAVAILABLE: 'UNEXPECTED',
  SIMULATION_INVALID: 'INVALID_PARAMETER',
  STORE_DEGRADED: 'UNEXPECTED',
  STATE_FOLDER_INVALID: 'INVALID_PARAMETER',
  RECORDING_EXISTS: 'INVALID_PARAMETER',
  RECORDING_UNUSABLE: 'ACCESS_DENIED',
  RECORDING_NOT_FOUND: 'INVALID_PARAMETER',
  RECORDING_INVALID: 'INVALID_PARAMETER',
  TEMPORARY_FOLDER_UNUSABLE: 'UNEXPECTED',
  STATE_UNSAFE: 'ACCESS_DENIED',
  STATE_FORBIDDEN: 'ACCESS_DENIED',
  STATE_READ_ONLY: 'UNEXPECTED',
  STATE_FULL: 'UNEXPECTED',
  STATE_IN_USE: 'UNEXPECTED',
  STATE_FOREIGN: 'UNEXPECTED',
  STATE_NEWER: 'INVALID_VERSION',
  STATE_DAMAGED: 'UNEXPECTED',
  STATE_UNUSABLE: 'UNEXPECTED',
  CASE_NOT_FOUND: 'INVALID_PARAMETER',
  CONFORMANCE_FILE_INVALID: 'INVALID_PARAMETER',
  CONFIGURATION_INVALID: 'INVALID_PARAMETER',
  CONFIGURATION_NOT_FOUND: 'INVALID_PARAMETER',
  CONFIGURATION_UNREADABLE: 'ACCESS_DENIED',
  CONFIGURATION_UNSAFE: 'ACCESS_DENIED',
  NOT_ALLOWED: 'NOT_ALLOWED',
  REQUEST_MALFORMED: 'INVALID_PARAMETER',
  TOO_MANY_REQUESTS: 'OUT_OF_MEMORY',
  RESULT_TOO_LARGE: 'OUT_OF_MEMORY',
  SERVICE_UNAVAILABLE: 'NOT_SUPPORTED',
  FILE_UNREADABLE: 'UNEXPECTED',
  PROGRAM_UNUSABLE: 'UNEXPECTED',
  DBUS_UNREACHABLE: 'UNEXPECTED',
  DBUS_FAILED: 'UNEXPECTED',
  STORAGE_FULL: 'OUT_OF_MEMORY',
  PLUGIN_INVALID: 'NOT_SUPPORTED',
  PLUGIN_ARCHIVE_INVALID: 'INVALID_PARAMETER',
  PLUGIN_SOURCE_NOT_FOUND: 'INVALID_PARAMETER',
  PLUGIN_INSTALLED: 'NOT_ALLOWED',
  PLUGIN_BUNDLED: 'NOT_ALLOWED',
  PLUGIN_NOT_INSTALLED: 'INVALID_PARAMETER',
} as const satisfies Record<string, ResultCode>

export type ErrorCode = keyof typeof errorResults

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
      result: errorResults[code],
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
