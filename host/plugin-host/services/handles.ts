import { claimdError } from '../../core/errors.js'
import type { Caller } from './caller.js'

/** Programs, watches and subscriptions that one plugin may have at the same time. */
export const handleLimits = { programs: 16, watches: 32, subscriptions: 32 }

/**
 * What lasts for the processes of plugins, of one kind: each under a handle that the plugin chose, so many at
 * the same time. What is there when the process ends is ended.
 */
export class Handles<Lasting> {
  readonly #kind: string
  readonly #limit: number
  readonly #end: (lasting: Lasting) => void
  readonly #byCaller = new WeakMap<Caller, Map<number, Lasting>>()

  /**
   * @param kind in words, such as `programs`
   * @param end ends what is there when the process of its plugin ends
   */
  constructor(kind: string, limit: number, end: (lasting: Lasting) => void) {
    this.#kind = kind
    this.#limit = limit
    this.#end = end
  }

  /** Makes what lasts and keeps it. @throws TOO_MANY_REQUESTS; REQUEST_MALFORMED for a handle that is in use */
  open(caller: Caller, handle: number, make: () => Lasting): Lasting {
    caller.signal.throwIfAborted()
    const open = this.#of(caller)
    if (open.has(handle)) {
      throw claimdError('REQUEST_MALFORMED', {
        message: `the handle ${handle} is in use`,
        found: `a second use of the handle ${handle}`,
        expected: 'a handle that is not in use',
        remedy: 'make this call through the context, which chooses the handles',
      })
    }
    if (open.size >= this.#limit) {
      throw claimdError('TOO_MANY_REQUESTS', {
        message: `plugin ${caller.plugin} has ${open.size} ${this.#kind} already`,
        found: `${open.size} ${this.#kind}`,
        expected: `at most ${this.#limit} at the same time`,
        remedy: 'end some of them first',
      })
    }
    const lasting = make()
    open.set(handle, lasting)
    return lasting
  }

  find(caller: Caller, handle: number): Lasting | undefined {
    return this.#byCaller.get(caller)?.get(handle)
  }

  /** Forgets it, and returns what it was. */
  take(caller: Caller, handle: number): Lasting | undefined {
    const lasting = this.find(caller, handle)
    this.#byCaller.get(caller)?.delete(handle)
    return lasting
  }

  #of(caller: Caller): Map<number, Lasting> {
    const known = this.#byCaller.get(caller)
    if (known) return known
    const open = new Map<number, Lasting>()
    this.#byCaller.set(caller, open)
    caller.signal.addEventListener('abort', () => {
      for (const lasting of open.values()) this.#end(lasting)
      open.clear()
    })
    return open
  }
}
