import type { ContextError } from '@claimd/sdk'
import type { HandleEvent, HandleParams, RequestErrorData, RequestMethod, Requests } from '@claimd/sdk/wire'
import { isNestedDeeper } from '../../core/documents/nesting.js'
import { thrownText } from './thrown-text.js'
import { depthLimit, lineLimit } from './wire-limits.js'

/** Sends a notification to the host. @throws TypeError when it cannot be written as JSON */
export type Notify = (method: string, params: object) => void

type Params<Method extends RequestMethod> = Requests[Method]['params']
type Result<Method extends RequestMethod> = Requests[Method]['result']

interface Waiting {
  resolve(result: never): void
  reject(error: Error): void
  /** Where the plugin called: an error that came from the host would show the runner only. */
  trace: { stack?: string }
}

interface Failure {
  message: string
  data?: RequestErrorData
}

/** What the plugin asks of the host, and what the host tells of things that last. */
export class HostRequests {
  readonly #send: (line: string) => void
  readonly #waiting = new Map<number, Waiting>()
  readonly #handles = new Map<number, (event: HandleEvent) => void>()
  #nextId = 1
  #nextHandle = 1

  /** @param send writes a line to the channel */
  constructor(send: (line: string) => void) {
    this.#send = send
  }

  /** Rejects with a {@link ContextError}. */
  request<Method extends RequestMethod>(method: Method, params: Params<Method>): Promise<Result<Method>> {
    const trace: { stack?: string } = {}
    Error.captureStackTrace(trace, this.request)
    return new Promise((resolve, reject) => {
      const id = this.#nextId++
      let line: string
      try {
        line = JSON.stringify({ jsonrpc: '2.0', id, method, params })
      } catch (thrown) {
        reject(errorOf(malformed((thrown as Error).message, 'arguments that JSON can hold'), trace))
        return
      }
      // The host would skip such a line, and never answer it.
      if (Buffer.byteLength(line) > lineLimit) {
        reject(
          errorOf(malformed(`${Buffer.byteLength(line)} bytes as JSON`, `at most ${lineLimit} bytes`), trace),
        )
        return
      }
      if (isNestedDeeper(line, depthLimit)) {
        reject(
          errorOf(malformed('arguments that are nested too deeply', `at most ${depthLimit} levels`), trace),
        )
        return
      }
      this.#waiting.set(id, { resolve, reject, trace })
      this.#send(line)
    })
  }

  /** Opens a handle: what the host tells of it goes to `listener`, until it is closed. */
  open(listener: (event: HandleEvent) => void): number {
    const handle = this.#nextHandle++
    this.#handles.set(handle, listener)
    return handle
  }

  close(handle: number): boolean {
    return this.#handles.delete(handle)
  }

  told({ handle, event }: HandleParams): void {
    try {
      this.#handles.get(handle)?.(event)
    } catch (thrown) {
      console.error(`a listener: ${thrownText(thrown)}`)
    }
  }

  /** Takes the host's response to one of the requests. */
  settle({ id, result, error }: { id: number; result?: object; error?: Failure }): void {
    const waiting = this.#waiting.get(id)
    this.#waiting.delete(id)
    if (error) waiting?.reject(errorOf(error, waiting.trace))
    else waiting?.resolve(result as never)
  }
}

/** What the checks of single arguments do not see, such as many large ones together. */
function malformed(found: string, expected: string): Failure {
  const remedy = 'send less at a time'
  const data = { code: 'REQUEST_MALFORMED', found, expected, remedy }
  return { message: `The arguments cannot be sent: found ${found}, expected ${expected}`, data }
}

function errorOf({ message, data }: Failure, trace: { stack?: string }): ContextError {
  const { code, found, expected, remedy } = data ?? {
    code: 'INTERNAL',
    found: null,
    expected: null,
    remedy: null,
  }
  const error = Object.assign(new Error(message), { code, found, expected, remedy })
  const calls = trace.stack?.slice(trace.stack.indexOf('\n')) ?? ''
  error.stack = `Error [${code}]: ${message}${calls}`
  return error
}
