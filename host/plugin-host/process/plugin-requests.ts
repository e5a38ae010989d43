import { ClaimdError } from '@claimd/sdk'
import type { RequestErrorData, RequestMethod } from '@claimd/sdk/wire'
import type { FieldFault } from '../../core/documents/field-fault.js'
import { claimdError } from '../../core/errors.js'
import { thrownText } from '../runner/thrown-text.js'
import type { PluginRequest } from './channel.js'
import { cut } from './wire-checks.js'

/** Requests of one plugin that may be open at the same time. */
export const requestLimit = 32

/** The longest result of a request, in bytes of JSON. */
export const resultLimit = 4 * 1024 * 1024

/** Results that may wait for that, in bytes; then there are errors instead. */
const waitingResultsLimit = 8 * 1024 * 1024

type Handle = (method: RequestMethod, params: object) => Promise<object>

interface Outlet {
  send(line: string): void
  /** Resolves when more can be sent. */
  drained(): Promise<void>
}

/** The requests of one process that are open. Each gets one answer, and no more wait than may. */
export class PluginRequests {
  readonly #handle: Handle
  readonly #outlet: Outlet
  readonly #open = new Set<number>()
  #sending: Promise<void> = Promise.resolve()
  #waitingBytes = 0

  constructor(handle: Handle, outlet: Outlet) {
    this.#handle = handle
    this.#outlet = outlet
  }

  /** @returns false for a request whose id is open: an answer would be for either of them */
  take({ id, method, params }: PluginRequest, fault: FieldFault | null): boolean {
    if (this.#open.has(id)) return false
    if (this.#open.size >= requestLimit) {
      this.#send(failure(id, tooMany(`${requestLimit} calls of the plugin are open`)))
    } else if (fault !== null) {
      this.#send(failure(id, malformed(String(method), fault)))
    } else {
      this.#open.add(id)
      void this.#answer(id, method as RequestMethod, params as object)
    }
    return true
  }

  async #answer(id: number, method: RequestMethod, params: object): Promise<void> {
    let line: string
    try {
      line = success(id, await this.#handle(method, params))
      if (this.#waitingBytes + line.length > waitingResultsLimit) {
        throw tooMany('the plugin does not read the results that it has asked for')
      }
    } catch (error) {
      line = failure(id, error)
    }
    this.#open.delete(id)
    this.#send(line)
  }

  /** One after the other, and no faster than they are read. */
  #send(line: string): void {
    this.#waitingBytes += line.length
    this.#sending = this.#sending.then(async () => {
      await this.#outlet.drained()
      this.#waitingBytes -= line.length
      this.#outlet.send(line)
    })
  }
}

function success(id: number, result: object): string {
  const line = JSON.stringify({ jsonrpc: '2.0', id, result })
  if (Buffer.byteLength(line) <= resultLimit) return line
  throw claimdError('RESULT_TOO_LARGE', {
    message: 'the result is too large to be sent to the plugin',
    found: `${Buffer.byteLength(line)} bytes`,
    expected: `at most ${resultLimit} bytes`,
    remedy: 'ask for less at a time',
  })
}

function failure(id: number, thrown: unknown): string {
  const error = thrown instanceof ClaimdError ? thrown : internal(thrown)
  const { message, code, found, expected, remedy } = error
  const data: RequestErrorData = {
    code,
    found: shown(found),
    expected: shown(expected),
    remedy: shown(remedy),
  }
  return JSON.stringify({ jsonrpc: '2.0', id, error: { code: -32_000, message: cut(message), data } })
}

function shown(text: string | null): string | null {
  return text === null ? null : cut(text)
}

function internal(thrown: unknown): ClaimdError {
  return claimdError('INTERNAL', { message: `the host failed at it: ${thrownText(thrown)}` })
}

function tooMany(found: string): ClaimdError {
  return claimdError('TOO_MANY_REQUESTS', {
    message: `the host takes no more of the plugin's calls: ${found}`,
    found,
    expected: `at most ${requestLimit} calls at the same time`,
    remedy: 'wait for calls before you make others',
  })
}

function malformed(method: string, { field, found, expected, remedy }: FieldFault): ClaimdError {
  return claimdError('REQUEST_MALFORMED', {
    message: `Invalid argument '${field}' of the request ${cut(method, 80)}: found ${found}, expected ${expected}`,
    found,
    expected,
    remedy,
  })
}
