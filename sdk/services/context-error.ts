/**
 * What a call of the context rejects with when the host refuses it or cannot do it. It is an ordinary `Error`
 * with these fields; look at `code`, never at the text. Methods that return no promise throw it.
 *
 * - `NOT_ALLOWED`: outside what the plugin was granted; the refusal is in the host's journal
 * - `REQUEST_MALFORMED`: an argument is not what the method takes, or a value is too large; the message names it
 * - `TOO_MANY_REQUESTS`: more than 32 calls of the plugin are open, or too many programs, watches or subscriptions
 * - `RESULT_TOO_LARGE`: the result is over its limit, such as a file of more than 1 MiB
 * - `FILE_UNREADABLE`: there is no such file, or it is no regular one
 * - `PROGRAM_UNUSABLE`: the program is lacking, is not safe to run, or did not start
 * - `DBUS_UNREACHABLE`: there is no system bus, or it went away meanwhile
 * - `DBUS_FAILED`: the service answered with an error; `found` is its D-Bus name
 * - `STORAGE_FULL`: the plugin keeps as much as it may
 * - `TIME_OUT`: it took longer than it may
 */
export interface ContextError extends Error {
  readonly code: string
  /** What was asked for, or what there was. */
  readonly found: string | null
  /** What was granted, or would have been right. */
  readonly expected: string | null
  /** What to do about it. */
  readonly remedy: string | null
}
