import { ClaimdError } from '@claimd/sdk'
import type { RequestMethod, Requests } from '@claimd/sdk/wire'
import { claimdError } from '../../core/errors.js'
import type { Caller } from './caller.js'
import { RefusalNotes } from './refusals.js'

export type Handler<Method extends RequestMethod> = (
  params: Requests[Method]['params'],
  caller: Caller,
) => Promise<Requests[Method]['result']>

/** A service: it handles some methods. What it does for a caller ends with the caller's signal. */
export type Handlers = { readonly [Method in RequestMethod]?: Handler<Method> }

/** What plugins can ask of the host, method by method. */
export class Services {
  readonly #handlers: Handlers
  readonly #refusals = new RefusalNotes()

  constructor(handlers: Handlers) {
    this.#handlers = handlers
  }

  /**
   * Does what a plugin asks for; the parameters have been checked.
   * @throws a `ClaimdError`; refusals (`NOT_ALLOWED`) have been recorded then
   */
  async handle(method: RequestMethod, params: object, caller: Caller): Promise<object> {
    const handler = this.#handlers[method] as Handler<never> | undefined
    if (!handler) throw unavailable(method)
    try {
      return await handler(params as never, caller)
    } catch (error) {
      if (error instanceof ClaimdError && error.code === 'NOT_ALLOWED') {
        this.#refusals.record(caller, method, error)
      }
      throw error
    }
  }
}

function unavailable(method: string): ClaimdError {
  return claimdError('SERVICE_UNAVAILABLE', {
    message: `this host does not serve ${method}`,
    found: method,
    expected: 'a method that the host serves',
    remedy: 'use a host that serves it',
  })
}
