import { ClaimdError } from '../errors.js'
import type { ResultCode } from '../result-codes.js'

/**
 * The errors that arise on the client's own side, with the protocol's word for each.
 * They mean the same, under the same codes, when the daemon sends them.
 */
export const clientErrorResults = {
  /** Nobody listens on the socket, or the daemon went away before it had answered. */
  DAEMON_UNREACHABLE: 'UNEXPECTED',
  /** The socket's mode keeps this user out. */
  NOT_PERMITTED: 'ACCESS_DENIED',
  /** Whoever listens does not speak this version of the control API. */
  VERSION_MISMATCH: 'INVALID_VERSION',
  /** The daemon took longer than the client was ready to wait. What was asked for may still happen. */
  TIME_OUT: 'UNEXPECTED',
  /** The daemon's answer is not what the control API promises. */
  ANSWER_MALFORMED: 'UNEXPECTED',
  /** The kernel takes socket paths of up to 107 bytes. */
  SOCKET_PATH_TOO_LONG: 'INVALID_PARAMETER',
  /** Another user could be the one who listens. */
  SOCKET_FOLDER_UNSAFE: 'ACCESS_DENIED',
} as const satisfies Record<string, ResultCode>

export function clientError(
  code: keyof typeof clientErrorResults,
  text: { message: string; found?: string; expected?: string; remedy?: string },
  options?: ErrorOptions,
): ClaimdError {
  return new ClaimdError(
    {
      result: clientErrorResults[code],
      code,
      message: text.message,
      found: text.found ?? null,
      expected: text.expected ?? null,
      remedy: text.remedy ?? null,
    },
    options,
  )
}
